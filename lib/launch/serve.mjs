import fs from 'node:fs';
import { ensureBuild, nextCommand } from './build.mjs';
import { openDatabase } from './database.mjs';
import { ensureClient } from './generate.mjs';
import { givenPort } from './ports.mjs';
import { describeDeath, startNode, supervise } from './processes.mjs';
import { report } from './progress.mjs';
import { dataDir, inRoot, Problem } from './project.mjs';
import { pause, sleep } from './stop.mjs';
import { buildVerifyPage } from './verify-page.mjs';
import { ensureWorkerBundle, workerBundle } from './worker-bundle.mjs';

/** For children of a command: when it is killed outright, they see to it that the embedded server stops (see leash.mjs). */
export const sweepAfter = (database) => (database.embedded ? { COUNTERSIGN_SWEEP: dataDir() } : {});

/** `npm start`: the built app, with its worker beside it. */
export async function start() {
  loadEnvFiles('production');
  const port = await givenPort();
  await ensureClient();
  await ensureBuild();
  return withDatabase(async (database) => {
    const app = startApp({ port, env: appEnv(database, port) });
    const ready = untilReady(app, localUrl(port));
    ready
      .then((outcome) => outcome === 'ready' && report('ready', `${appUrl(port)}  (Ctrl-C stops it)`))
      .catch(() => {});
    return supervise([app]);
  });
}

/** `npm run dev`: the app as `next dev` serves it. */
export async function dev() {
  loadEnvFiles('development');
  const port = await givenPort();
  await ensureClient();
  await buildVerifyPage();
  return withDatabase((database) => {
    const env = { ...appEnv(database, port), NODE_ENV: 'development' };
    return supervise([startNode('app', [nextCommand, 'dev', '--port', String(port)], { env })]);
  });
}

/** `npm run worker`: a worker beside an app that runs elsewhere. */
export async function worker() {
  loadEnvFiles('production');
  await ensureClient();
  await ensureWorkerBundle();
  return withDatabase((database) => {
    const env = {
      DATABASE_URL: database.url,
      DATABASE_MIGRATION_URL: '',
      DATA_DIR: dataDir(),
      ...sweepAfter(database),
    };
    return supervise([startWorker({ env })]);
  });
}

/**
 * Starts a worker on the bundle; it finishes its jobs when it is stopped.
 * @param {{ env: Record<string, string | undefined>, log?: string }} options
 */
export function startWorker({ env, log }) {
  const settings = { ...env, NODE_ENV: 'production' };
  return startNode('worker', ['--conditions=react-server', inRoot(workerBundle)], { env: settings, log });
}

/** The arguments with which Node runs one of our TypeScript programs as server code. */
export function typescript(file, ...args) {
  if (!fs.existsSync(inRoot(file))) throw new Problem(`${file} is missing.`);
  return ['--conditions=react-server', '--import', 'tsx', file, ...args];
}

/**
 * Starts the built app. It closes its streams and its worker itself when it is stopped.
 * @param {{ port: number, env: Record<string, string | undefined>, log?: string }} options
 */
export function startApp({ port, env, log }) {
  const settings = { ...env, NODE_ENV: 'production', NEXT_MANUAL_SIG_HANDLE: 'true' };
  return startNode('app', [nextCommand, 'start', '--port', String(port)], { env: settings, log });
}

export const localUrl = (port) => `http://localhost:${port}`;

const appUrl = (port) => process.env.APP_URL || localUrl(port);

const appEnv = (database, port) => ({
  DATABASE_URL: database.url,
  DATABASE_MIGRATION_URL: '', // not for the app
  DATA_DIR: dataDir(),
  PORT: String(port),
  APP_URL: appUrl(port),
  ...sweepAfter(database),
});

/**
 * Asks the app until every part of it is up: 'ready', or 'ended' when it died first. After a while it says which part is
 * missing, and goes on asking.
 */
export async function untilReady(app, url, { sayAfterMs = 20_000 } = {}) {
  let ended = false;
  void app.ended.then(() => {
    ended = true;
  });
  const since = Date.now();
  for (let said = false; !ended; await sleep(100)) {
    const answer = await ask(`${url}/api/ready`);
    if (answer.ok) return 'ready';
    if (!said && Date.now() - since > sayAfterMs) {
      said = true;
      report('waiting', `the app is not ready yet: ${answer.text}`);
    }
  }
  return 'ended';
}

/** The same for a server that another step needs: gives up with a Problem when it dies or is not ready in time. */
export async function requireReady(app, url, withinMs) {
  const outcome = await Promise.race([untilReady(app, url), pause(withinMs).then(() => 'late')]);
  if (outcome === 'ready') return;
  if (outcome === 'ended') throw new Problem(describeDeath(app, await app.ended));
  throw new Problem(
    `The app was not ready after ${withinMs / 1000} s: ${(await ask(`${url}/api/ready`)).text}\n${app.tail()}`,
  );
}

/** Opens a database around `work`, which gets it; afterwards an embedded server stops unless somebody else uses it. */
export async function withDatabase(work, ...options) {
  const database = await openDatabase(...options);
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

async function ask(url) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
    return { ok: response.ok, text: `${response.status} ${(await response.text()).slice(0, 500)}` };
  } catch (error) {
    return { ok: false, text: error.cause?.message ?? error.message };
  }
}

/** The files that Next reads, so that the database and port set there count here as well; the environment goes first. */
export function loadEnvFiles(mode) {
  for (const name of [`.env.${mode}.local`, '.env.local', `.env.${mode}`, '.env']) {
    if (fs.existsSync(inRoot(name))) process.loadEnvFile(inRoot(name));
  }
}
