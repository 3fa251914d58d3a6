import 'server-only';
import { type ChildProcess, spawn } from 'node:child_process';
import os from 'node:os';
import { log } from './log';

/** A worker that runs beside this process; `pid` is that of the moment, null while it is down. */
export type SupervisedWorker = Readonly<{ pid(): number | null; stop(): Promise<void> }>;

// Jobs can wait, those who deliver to us and those who look at a page cannot: of two that want a processor, they go first.
const priority = 10;
// A worker lives on little: it holds a few jobs and no pages. What it saves here, it may not use up in the app.
const memoryFlags = ['--max-semi-space-size=2', '--optimize-for-size'];
const firstRetryMs = 250;
const longestRetryMs = 10_000;
const steadyAfterMs = 30_000;

/**
 * Keeps a worker running as a process of its own, so that its jobs hold up no answer here: started at once, started anew
 * whenever it ends by itself, told to finish by `stop`. It also finishes by itself when this process is gone, however
 * that came about. `file` is the bundle that lib/launch/worker-bundle.mjs makes.
 */
export function superviseWorker(file: string, options: { env?: NodeJS.ProcessEnv } = {}): SupervisedWorker {
  let child: ChildProcess | null = null;
  let ended: Promise<void> = Promise.resolve();
  let stopping = false;
  let retryMs = firstRetryMs;
  let retry: NodeJS.Timeout | undefined;

  function start(): void {
    const startedAt = performance.now();
    const started = spawn(process.execPath, [...memoryFlags, '--conditions=react-server', file], {
      // The channel carries nothing: that it closes tells the worker that we are gone.
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      ...(options.env ? { env: options.env } : {}),
    });
    child = started;
    ended = new Promise((resolve) => {
      const over = (why: Record<string, unknown>) => {
        if (child !== started) return;
        child = null;
        resolve();
        if (stopping) return;
        if (performance.now() - startedAt > steadyAfterMs) retryMs = firstRetryMs;
        log.error({ ...why, retryMs }, 'worker.process_ended');
        retry = setTimeout(start, retryMs);
        retryMs = Math.min(retryMs * 2, longestRetryMs);
      };
      started.once('error', (error) => over({ err: error }));
      started.once('exit', (code, signal) => over({ code, signal }));
    });
    lower(started.pid);
  }

  start();
  return {
    pid: () => child?.pid ?? null,
    async stop() {
      stopping = true;
      clearTimeout(retry);
      child?.kill('SIGTERM');
      await ended;
    },
  };
}

function lower(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    os.setPriority(pid, priority);
  } catch (error) {
    log.warn({ err: error }, 'worker.priority_not_lowered'); // it works all the same
  }
}
