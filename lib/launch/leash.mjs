// Ties this process to the one that started it: a pipe (its descriptor is in COUNTERSIGN_LEASH) closes when that one ends,
// however it ends, and this process then gets the SIGTERM that it would have got in good order. Preloaded with --import.
import { spawn } from 'node:child_process';
import net from 'node:net';
import { fileURLToPath } from 'node:url';

const STOP_WITHIN_MS = 20_000; // more than a launcher grants, so that only a process that hangs is cut off

const descriptor = Number(process.env.COUNTERSIGN_LEASH ?? 0);
// Processes that this one starts have no such pipe.
delete process.env.COUNTERSIGN_LEASH;

if (descriptor > 2) {
  const pipe = new net.Socket({ fd: descriptor, readable: true, writable: false });
  pipe.on('error', () => {});
  pipe.once('close', letGo);
  pipe.resume();
  pipe.unref();
}

function letGo() {
  // Nobody is left to stop the embedded database: leave that to a process of its own, which waits for this one.
  if (process.env.COUNTERSIGN_SWEEP) {
    spawn(process.execPath, [fileURLToPath(new URL('sweep.mjs', import.meta.url)), String(process.pid)], {
      detached: true,
      stdio: 'ignore',
      env: { ...process.env, DATA_DIR: process.env.COUNTERSIGN_SWEEP },
    }).unref();
  }
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), STOP_WITHIN_MS).unref();
  process.kill(process.pid, 'SIGTERM');
}
