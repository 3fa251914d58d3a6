import 'server-only';
import { type LiveListener, openLiveListener } from './live/listener';
import { log } from './log';
import { services } from './services';

/** A worker of this process, inside or beside it. */
type OwnWorker = Readonly<{ stop(): Promise<void> }>;

type ProcessState = { live?: LiveListener; worker?: OwnWorker; streams: Set<() => void>; stopping: boolean };

// Instrumentation and route handlers are separate bundles of one process: they meet on globalThis.
const shared = globalThis as typeof globalThis & { countersignProcess?: ProcessState };
shared.countersignProcess ??= { streams: new Set(), stopping: false };
const state = shared.countersignProcess;

const requestsGraceMs = 1_000; // for answers under way: Next no longer drains them once we handle signals

/** The live listener of this process, opened at the first stream. */
export function liveListener(): LiveListener {
  state.live ??= openLiveListener(services().env.databaseUrl);
  return state.live;
}

/** Registers an open stream, so that a stop ends it; returns how to take it off again. */
export function trackStream(end: () => void): () => void {
  state.streams.add(end);
  return () => state.streams.delete(end);
}

/** Whether this process is on its way out. */
export function isStopping(): boolean {
  return state.stopping;
}

/** Keeps the worker of this process, to be stopped with it. */
export function keepWorker(worker: OwnWorker): void {
  state.worker = worker;
}

/** On SIGTERM or SIGINT, or when the process that holds us by a channel is gone: ends the streams, finishes jobs and answers in hand, closes the database, exits. */
export function stopOnSignals(): void {
  const stop = (signal: string) => {
    if (state.stopping) return;
    state.stopping = true;
    log.info({ signal }, 'process.stopping');
    void (async () => {
      for (const end of state.streams) end();
      await Promise.allSettled([state.worker?.stop(), new Promise((resolve) => setTimeout(resolve, requestsGraceMs))]);
      await state.live?.close();
      await services().db.close();
      process.exit(0);
    })();
  };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
  process.on('disconnect', () => stop('disconnect'));
}
