import { cx } from './cx';

/** Turns while something is under way. Give `label` when no words nearby say what. */
export function Spinner({ label, className }: { label?: string; className?: string }) {
  return (
    <>
      <svg aria-hidden="true" viewBox="0 0 16 16" className={cx('size-4 shrink-0 animate-turn', className)}>
        <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeWidth="2" opacity="0.2" />
        <path d="M8 2a6 6 0 0 1 6 6" fill="none" stroke="currentColor" strokeWidth="2" />
      </svg>
      {label !== undefined && <span className="sr-only">{label}</span>}
    </>
  );
}
