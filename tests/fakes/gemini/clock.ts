/** The simulator's own time. It runs with the wall clock and can be moved forward; what is scheduled moves with it. */
export type Clock = {
  now(): number;
  advance(ms: number): void;
  /** Runs `task` once `delayMs` of simulated time have passed; returns a function that calls it off. */
  schedule(delayMs: number, task: () => void): () => void;
  /** Calls off everything and returns to the wall clock. */
  reset(): void;
};

type Task = { dueAt: number; run: () => void; timer: NodeJS.Timeout | null };

const LONGEST_TIMER_MS = 2 ** 31 - 1; // setTimeout fires at once beyond this

/** A clock that starts at the wall clock's time. */
export function createClock(): Clock {
  let offsetMs = 0;
  const tasks = new Set<Task>();
  const now = (): number => Date.now() + offsetMs;

  function arm(task: Task): void {
    if (task.timer !== null) clearTimeout(task.timer);
    const waitMs = Math.min(Math.max(0, task.dueAt - now()), LONGEST_TIMER_MS);
    task.timer = setTimeout(() => {
      if (task.dueAt > now()) return arm(task);
      tasks.delete(task);
      task.run();
    }, waitMs);
  }

  function callOff(task: Task): void {
    if (task.timer !== null) clearTimeout(task.timer);
    tasks.delete(task);
  }

  return {
    now,
    advance(ms) {
      offsetMs += ms;
      for (const task of [...tasks].sort((a, b) => a.dueAt - b.dueAt)) {
        if (task.dueAt > now()) {
          arm(task);
        } else if (tasks.has(task)) {
          callOff(task); // an earlier task may already have called this one off
          task.run();
        }
      }
    },
    schedule(delayMs, run) {
      const task: Task = { dueAt: now() + delayMs, run, timer: null };
      tasks.add(task);
      arm(task);
      return () => callOff(task);
    },
    reset() {
      offsetMs = 0;
      for (const task of [...tasks]) callOff(task);
    },
  };
}
