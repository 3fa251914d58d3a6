'use client';

import { useCallback, useSyncExternalStore } from 'react';
import { cx } from './cx';
import { everySeconds } from './ticker';
import { absoluteLocal, absoluteUtc, leftWords } from './time-words';

const WARN_SECONDS = 10 * 60;

/**
 * What is left until a deadline. Calm: minutes while it is far, seconds only in the last ten minutes, when it turns to
 * the warning colour. Past the deadline it says `pastLabel`. Screen readers hear it only when they ask.
 */
export function Countdown({
  deadline,
  suffix = 'left',
  pastLabel = 'Deadline passed',
  className,
}: {
  deadline: Date | string;
  suffix?: string;
  pastLabel?: string;
  className?: string;
}) {
  const at = deadline instanceof Date ? deadline : new Date(deadline);
  const until = at.getTime();
  const subscribe = useCallback((tick: () => void) => everySeconds(1, tick), []);
  // Null on the server: its clock and the reader's would not agree.
  const left = useSyncExternalStore(
    subscribe,
    () => coarse(Math.ceil((until - Date.now()) / 1000)),
    () => null,
  );
  const tone =
    left === null || left > WARN_SECONDS ? 'text-muted' : left > 0 ? 'font-medium text-warning' : 'text-faint';
  return (
    <time
      dateTime={at.toISOString()}
      title={left === null ? undefined : absoluteLocal(at)}
      className={cx('inline-flex items-center align-top gap-1.5 whitespace-nowrap tabular-nums', tone, className)}
    >
      {/* `Glyph` would bring every shape there is into the first load of the inbox. */}
      <svg aria-hidden="true" viewBox="0 0 12 12" className="size-3 shrink-0" fill="none" stroke="currentColor">
        <circle cx="6" cy="6" r="4.25" strokeWidth="1.5" />
        <path d="M6 3.5V6l1.5 1.25" strokeWidth="1.25" />
      </svg>
      {left === null ? absoluteUtc(at) : left > 0 ? `${leftWords(left)} ${suffix}` : pastLabel}
    </time>
  );
}

// Far from the deadline only whole minutes matter, so the page is painted once a minute.
function coarse(seconds: number): number {
  if (seconds <= 0) return 0;
  return seconds <= WARN_SECONDS ? seconds : Math.floor(seconds / 60) * 60 + 1;
}
