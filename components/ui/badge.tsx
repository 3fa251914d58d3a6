import type { ReactNode } from 'react';
import { cx } from './cx';
import { type Tone, toneBox, toneText } from './tone';

/** A short label on a thing. */
export function Badge({
  tone = 'neutral',
  mono = false,
  className,
  children,
}: {
  tone?: Tone;
  mono?: boolean;
  className?: string;
  children: ReactNode;
}) {
  return (
    <span
      className={cx(
        'inline-flex h-5 align-top max-w-full items-center gap-1 truncate rounded-sm border px-1.5 text-xs',
        mono ? 'font-mono' : 'font-medium',
        toneBox[tone],
        toneText[tone],
        className,
      )}
    >
      {children}
    </span>
  );
}

/** A number that belongs to the word before it, such as a nav item or a tab. */
export function Count({ value, label }: { value: number; label?: string }) {
  return (
    <span className="inline-grid h-5 min-w-5 place-items-center rounded-sm bg-selected px-1 font-medium text-ink text-xs tabular-nums">
      <span aria-hidden={label === undefined ? undefined : true}>{value > 999 ? '999+' : value}</span>
      {label !== undefined && <span className="sr-only">{`${value} ${label}`}</span>}
    </span>
  );
}
