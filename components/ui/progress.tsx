import { cx } from './cx';

/** How far along something is, as `3 of 5` or the like in `children`. */
export function Progress({
  value,
  max,
  label,
  text,
  className,
}: {
  value: number;
  max: number;
  label: string;
  text?: string;
  className?: string;
}) {
  const share = max > 0 ? Math.max(0, Math.min(1, value / max)) : 0;
  return (
    <span className={cx('inline-flex items-center gap-2', className)}>
      <span
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={max}
        aria-valuenow={value}
        aria-valuetext={text}
        className="block min-w-16 flex-1"
      >
        <svg aria-hidden="true" width="100%" height="4" className="block rounded-full">
          <rect width="100%" height="4" className="fill-line-strong" />
          <rect width={`${share * 100}%`} height="4" className="fill-ink" />
        </svg>
      </span>
      {text !== undefined && (
        <span aria-hidden="true" className="text-muted text-sm tabular-nums">
          {text}
        </span>
      )}
    </span>
  );
}
