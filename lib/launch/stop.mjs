const stop = new AbortController();
const hurry = new AbortController();

/** Aborts at the first Ctrl-C, SIGTERM or SIGHUP: whatever waits gives up and cleans up behind itself. */
export const stopSignal = stop.signal;

/** Aborts at the second: no more patience with children that are still closing. */
export const hurrySignal = hurry.signal;

/** Unwinds a command that was asked to stop; not a failure. */
export class Stopped extends Error {
  name = 'Stopped';
  constructor() {
    super('stopped');
  }
}

/** Begins to listen for the signals that end a command. */
export function watchSignals() {
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, request);
  // A closed terminal or pipe must not keep us from cleaning up.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
}

/** Waits, but no longer than the command is wanted. */
export function sleep(ms) {
  return new Promise((resolve, reject) => {
    if (stopSignal.aborted) return reject(new Stopped());
    const giveUp = () => {
      clearTimeout(timer);
      reject(new Stopped());
    };
    const timer = setTimeout(() => {
      stopSignal.removeEventListener('abort', giveUp);
      resolve();
    }, ms);
    stopSignal.addEventListener('abort', giveUp, { once: true });
  });
}

/** Waits in any case: for the steps of stopping. */
export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

let firstAt = 0;

function request() {
  if (!stopSignal.aborted) {
    firstAt = Date.now();
    stop.abort();
  } else if (Date.now() - firstAt > 800) {
    // One Ctrl-C can reach us several times: from the terminal, from npm and from the process that started us.
    hurry.abort();
  }
}
