'use client';

import { useCallback, useSyncExternalStore } from 'react';
import { everySeconds } from './ticker';
import { absoluteLocal, absoluteUtc, relativeWords } from './time-words';

/**
 * A moment: relative, refreshed each half minute, the full time on hover. Until the page is live, and without script,
 * it is the time in UTC. `format="absolute"` stays with the full time, in the reader's zone.
 */
export function Time({
  value,
  format = 'relative',
  className,
}: {
  value: Date | string;
  format?: 'relative' | 'absolute';
  className?: string;
}) {
  const at = value instanceof Date ? value : new Date(value);
  const subscribe = useCallback((tick: () => void) => everySeconds(30, tick), []);
  const text = useSyncExternalStore(
    subscribe,
    () => (format === 'relative' ? relativeWords(at, new Date()) : absoluteLocal(at)),
    () => absoluteUtc(at),
  );
  const live = useSyncExternalStore(
    subscribe,
    () => true,
    () => false,
  );
  return (
    <time
      dateTime={at.toISOString()}
      title={live ? absoluteLocal(at) : undefined}
      className={className ?? 'whitespace-nowrap'}
    >
      {text}
    </time>
  );
}
