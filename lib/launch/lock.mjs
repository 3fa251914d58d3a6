import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { report } from './progress.mjs';
import { sleep } from './stop.mjs';

/**
 * Runs `work` while no other process holds `file`. Waits for as long as the holder lives, saying so after two seconds;
 * the lock of a process that died is taken over. `work` gets a function that makes a child the holder: should we be killed,
 * others still wait for that one. Gives up when the command is stopped, unless `wait` is the patient `pause`.
 * @template Result
 * @param {string} file
 * @param {string} waitingFor
 * @param {(holdFor: (pid: number) => void) => Promise<Result>} work
 * @returns {Promise<Result>}
 */
export async function withLock(file, waitingFor, work, { wait = sleep } = {}) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const since = Date.now();
  let told = false;
  while (!claim(file)) {
    if (!told && Date.now() - since > 2000) {
      told = true;
      report('waiting', `${waitingFor} (process ${read(file)?.split(' ')[0] ?? 'unknown'})`);
    }
    await wait(100);
  }
  try {
    return await work((pid) => fs.writeFileSync(file, signature(pid)));
  } finally {
    fs.rmSync(file, { force: true });
  }
}

/** Takes the lock if it is free or its holder is dead, without waiting. */
export function claim(file) {
  try {
    fs.writeFileSync(file, signature(), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  const holder = read(file);
  if (holder === null || !isAbandoned(file, holder)) return false;
  // Two may find it abandoned at once, and one may already have renewed it: move it aside, then look at what was moved.
  const aside = `${file}.${randomUUID()}`;
  try {
    fs.renameSync(file, aside);
    if (read(aside) !== holder) fs.linkSync(aside, file);
  } catch {
    // Someone else was first.
  }
  fs.rmSync(aside, { force: true });
  return false;
}

/** This process in a form that a later process with the same number does not share. */
export const signature = (pid = process.pid) => `${pid} ${startTime(pid) ?? ''}`.trim();

/** Whether the process that wrote `signature` still runs. */
export function isAlive(signature) {
  const [pid, start] = signature.split(' ');
  if (!(Number(pid) > 0)) return false;
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    if (error.code !== 'EPERM') return false;
  }
  if (process.platform !== 'linux') return true;
  const now = startTime(Number(pid));
  return now !== null && (start === undefined || start === now);
}

function isAbandoned(file, holder) {
  if (holder !== '') return !isAlive(holder);
  // Made but not yet written, or its writer died in between.
  try {
    return Date.now() - fs.statSync(file).mtimeMs > 5000;
  } catch {
    return false;
  }
}

function read(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

/** Field 22 of /proc/<pid>/stat; null when there is none, as elsewhere than on Linux, or when only a zombie is left. */
function startTime(pid) {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? null : fields[19];
  } catch {
    return null;
  }
}
