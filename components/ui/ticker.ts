const listeners = new Map<number, Set<() => void>>();
const timers = new Map<number, ReturnType<typeof setInterval>>();

/** Calls back every so many seconds; all callers of one period share a single timer, so a page ticks as one. */
export function everySeconds(seconds: number, tick: () => void): () => void {
  const set = listeners.get(seconds) ?? new Set();
  listeners.set(seconds, set);
  set.add(tick);
  if (!timers.has(seconds)) {
    timers.set(
      seconds,
      setInterval(() => {
        for (const listener of set) listener();
      }, seconds * 1000),
    );
  }
  return () => {
    set.delete(tick);
    if (set.size > 0) return;
    clearInterval(timers.get(seconds));
    timers.delete(seconds);
  };
}
