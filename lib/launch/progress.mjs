import { pause, stopSignal } from './stop.mjs';

const WHAT_WIDTH = 40;

let stream = process.stdout;

/** Sends the lines of the set-up elsewhere, so that stdout stays the command's own. */
export function reportTo(other) {
  stream = other;
}

/** One aligned line: `database   PostgreSQL 18 in .data`. */
export function report(name, text) {
  stream.write(line(name, text));
}

/**
 * Does a piece of set-up and accounts for it in one line with the time it took. On a terminal the seconds count up
 * meanwhile; elsewhere a piece of over two seconds has a line at its start and one at its end.
 */
export async function step(name, what, work, start = Date.now()) {
  const seconds = () => Math.round((Date.now() - start) / 1000);
  const live = stream.isTTY === true;
  let announced = false;
  const announce = () => {
    if (live) stream.write(`\r\x1b[K${line(name, `${what} … ${seconds()} s`).trimEnd()}`);
    else if (!announced) report(name, `${what} …`);
    announced = true;
  };
  if (live) announce();
  const ticking = setInterval(announce, live ? 1000 : 2000);
  const close = (outcome) => {
    clearInterval(ticking);
    if (live) stream.write('\r\x1b[K');
    report(name, live || !announced ? `${what.padEnd(WHAT_WIDTH)}  ${outcome}` : outcome);
  };
  try {
    const result = await work();
    close(announced && !live ? `done in ${duration(Date.now() - start)}` : duration(Date.now() - start));
    return result;
  } catch (error) {
    close(`${stopSignal.aborted ? 'stopped' : 'failed'} after ${duration(Date.now() - start)}`);
    throw error;
  }
}

/** The same for what is usually over at once: has a line only when it is not. */
export async function stepIfSlow(name, what, work) {
  const start = Date.now();
  const working = work();
  const quick = await Promise.race([working.then(() => true), pause(500).then(() => false)]);
  return quick ? working : step(name, what, () => working, start);
}

const line = (name, text) => `${name.padEnd(10)} ${text}\n`;

const duration = (ms) => (ms < 9950 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`);
