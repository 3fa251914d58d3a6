import pg from 'pg';
import { appUrlOf } from './app-role.mjs';
import { isAlive } from './lock.mjs';
import { migrate } from './migrate.mjs';
import { enterServer, guardServer, keepServer, leaveServer } from './postgres.mjs';
import { stepIfSlow } from './progress.mjs';
import { dataDir, Problem } from './project.mjs';

export const mainDatabase = 'countersign';
export const demoDatabase = 'countersign_demo';

/**
 * A database ready for use: the server runs, the database exists, its schema is up to date. With DATABASE_URL set,
 * `countersign` is the very database it names, and `countersign_demo` one beside it with `_demo` added to its name;
 * else they are in the embedded server, which keeps running until `close`. `fresh` empties it first; a `temporary` one has
 * the process number added to its name and is dropped by `close`; `keep` lets the embedded server outlive us.
 * `url` is for the app and the worker, whose role cannot change the history; `adminUrl` is the owner's, for migrations and
 * tools. They are the same when DATABASE_URL is set and DATABASE_MIGRATION_URL is not.
 */
export async function openDatabase(name = mainDatabase, { fresh = false, temporary = false, keep = false } = {}) {
  const embedded = !process.env.DATABASE_URL;
  const privileged = !embedded && Boolean(process.env.DATABASE_MIGRATION_URL);
  const variable = privileged ? 'DATABASE_MIGRATION_URL' : 'DATABASE_URL';
  const server = embedded
    ? await stepIfSlow('database', `PostgreSQL in ${dataDir()}`, enterServer)
    : await checkGivenUrl(variable);
  if (embedded && keep) keepServer();
  const unguard = embedded ? guardServer() : null;
  const given = databaseOf(server);
  const kind = embedded ? name : given + name.slice(mainDatabase.length);
  const target = temporary ? `${kind}_${process.pid}` : kind;
  const adminUrl = onDatabase(server, target);
  const close = async () => {
    if (temporary) await dropDatabase(adminUrl, server).catch(() => {});
    await unguard?.();
    if (embedded) await leaveServer();
  };
  try {
    if (embedded || target !== given) {
      if (fresh) await dropDatabase(adminUrl, server);
      if (temporary) await dropLeftovers(kind, server);
      await createDatabase(target, server);
    }
    const app = embedded ? await appUrlOf(server) : privileged ? addressIn('DATABASE_URL') : server;
    const appRole = userOf(app) === userOf(server) ? null : userOf(app);
    await stepIfSlow('migrate', `database ${target}`, () => migrate(adminUrl, { appRole }));
    return { url: onDatabase(app, target), adminUrl, embedded, close };
  } catch (error) {
    await close();
    throw explain(error, server, variable);
  }
}

/** The same server and user with another database. */
export function onDatabase(url, name) {
  const other = new URL(url);
  other.pathname = `/${encodeURIComponent(name)}`;
  return other.toString();
}

export const databaseOf = (url) => decodeURIComponent(new URL(url).pathname.slice(1));

const userOf = (url) => decodeURIComponent(new URL(url).username);

/**
 * Runs one statement on a connection of its own and returns its rows.
 * @type {(url: string, sql: string, values?: unknown[]) => Promise<Record<string, any>[]>}
 */
export async function execute(url, sql, values = []) {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(sql, values)).rows;
  } finally {
    await client.end();
  }
}

/** Drops a database with whoever is connected to it. `through` is a URL of another database on the same server. */
export const dropDatabase = (url, through) =>
  execute(through, `DROP DATABASE IF EXISTS ${pg.escapeIdentifier(databaseOf(url))} WITH (FORCE)`);

/** Makes a database, empty or as a copy of `template`; one that exists already is left as it is. */
export async function createDatabase(name, through, template = 'template0') {
  const present = await execute(through, 'SELECT FROM pg_database WHERE datname = $1', [name]);
  if (present.length > 0) return;
  try {
    await execute(through, `CREATE DATABASE ${pg.escapeIdentifier(name)} TEMPLATE ${pg.escapeIdentifier(template)}`);
  } catch (error) {
    const madeMeanwhile = error.code === '42P04' || error.code === '23505';
    if (!madeMeanwhile) throw error;
  }
}

async function checkGivenUrl(variable) {
  const value = addressIn(variable);
  try {
    await execute(value, 'SELECT 1');
  } catch (error) {
    throw explain(error, value, variable);
  }
  return value;
}

/** The address of a database in an environment variable. Throws a Problem when it is none. */
function addressIn(variable) {
  const value = process.env[variable];
  const expected = 'expected postgresql://user:password@host:5432/database';
  let url;
  try {
    url = new URL(value);
  } catch {
    throw new Problem(`${variable} is not an address; ${expected}.`);
  }
  if (!/^postgres(ql)?:$/.test(url.protocol)) {
    throw new Problem(`${variable} begins with "${url.protocol}"; ${expected}.`);
  }
  if (databaseOf(value) === '') throw new Problem(`${variable} names no database; ${expected}.`);
  return value;
}

/**
 * Drops what processes that were killed have left: databases named `<kind>_<process number>`, with or without more behind.
 * On this machine alone, where the numbers mean something.
 */
export async function dropLeftovers(kind, server) {
  if (!['127.0.0.1', 'localhost', '[::1]'].includes(new URL(server).hostname)) return;
  for (const { datname } of await execute(server, 'SELECT datname FROM pg_database WHERE starts_with(datname, $1)', [
    `${kind}_`,
  ])) {
    const pid = /^_(\d+)(_|$)/.exec(datname.slice(kind.length))?.[1];
    if (pid === String(process.pid) || (pid && !isAlive(pid))) await dropDatabase(onDatabase(server, datname), server);
  }
}

/** Turns what PostgreSQL or the network says into what to do; never shows the password. */
function explain(error, url, variable) {
  const { host, username } = new URL(url);
  const where = host || 'the local socket';
  switch (error.code) {
    case 'ECONNREFUSED':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
      return new Problem(
        `${variable}: no PostgreSQL answers at ${where} (${error.code}). ` +
          'Start it or correct the address, or unset DATABASE_URL to use the embedded PostgreSQL.',
      );
    case '28P01':
    case '28000':
      return new Problem(`${variable}: ${where} does not let the user "${username}" in: ${error.message}.`);
    case '3D000':
      return new Problem(
        `${variable}: there is no database "${databaseOf(url)}" at ${where}. Create it, or correct the name.`,
      );
    case '42704':
      return new Problem(`DATABASE_URL: ${error.message}. Make it with LOGIN and a password, or correct the name.`);
    case '42501':
      return new Problem(
        `${variable}: the user "${username}" lacks a right that this command needs: ${error.message}.`,
      );
    default:
      return /timeout/i.test(error.message) && !(error instanceof Problem)
        ? new Problem(`${variable}: PostgreSQL at ${where} does not answer: ${error.message}.`)
        : error;
  }
}
