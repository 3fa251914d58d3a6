import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { anyFreePort } from '../../lib/launch/ports.mjs';
import { childEnv } from '../../lib/launch/processes.mjs';
import { runTypescript } from '../../lib/launch/scripts.mjs';
import { localUrl, startApp, startWorker, untilReady } from '../../lib/launch/serve.mjs';
import { startFakeGemini } from '../fakes/gemini/server';
import { type Keys, type Ledger, startLoad } from './load';
import { findFaults, settle } from './verdict';

/**
 * Kills the app and a second worker with SIGKILL at random moments while agents run and people vote, with a faulty Gemini
 * and doubled, reordered and lost deliveries, then lets everything come to rest and looks for what was lost or doubled.
 * `--kills N` (default 20), `--seed N` for the same moments again. Exit code 1 when a fault is found.
 */
async function main(): Promise<number> {
  const { values } = parseArgs({ options: { kills: { type: 'string', default: '20' }, seed: { type: 'string' } } });
  const kills = wholeNumber('kills', values.kills);
  const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : wholeNumber('seed', values.seed);
  const random = generator(seed);
  const databaseUrl = process.env.DATABASE_URL;
  if (!databaseUrl) throw new Error('Start this with npm run crash-test: it needs a database of its own.');

  const home = await mkdtemp(path.join(os.tmpdir(), 'countersign-crash-'));
  const port = await anyFreePort();
  const gemini = await startFakeGemini({
    seed,
    switches: { ...faulty, deliverTwice: 0.2, swapOrder: 0.1, drop: 0.05 },
  });
  const env = {
    DATABASE_URL: databaseUrl,
    DATA_DIR: home,
    PORT: String(port),
    APP_URL: localUrl(port),
    GOOGLE_GEMINI_BASE_URL: gemini.url,
    GEMINI_API_KEY: 'crash-test-key',
    GEMINI_WEBHOOKS: 'dynamic',
    RECONCILE_SECONDS: '5',
    ADMIN_EMAIL: 'admin@example.com',
    ADMIN_PASSWORD: 'correct horse battery staple',
    LOG_LEVEL: 'error',
  };
  const startedAt = Date.now();
  let app = startApp({ port, env, log: path.join(home, 'app.log') });
  const another = () => startWorker({ env, log: path.join(home, 'worker.log') });
  let worker = another();
  try {
    if ((await untilReady(app, localUrl(port))) !== 'ready') throw new Error(`The app did not start.\n${app.tail()}`);
    const keys = await makeKeys(env);
    addFaults(gemini);

    const load = startLoad({ appUrl: localUrl(port), keys, random });
    for (let kill = 1; kill <= kills; kill++) {
      await sleep(200 + random() * 2_300);
      // The app three times in four: now with its worker, as when the power fails, now without, as when it alone breaks.
      if (random() < 0.75) {
        if (random() < 0.6) killWithChildren(app);
        else app.child.kill('SIGKILL');
        await app.ended;
        app = startApp({ port, env, log: path.join(home, 'app.log') });
        await untilReady(app, localUrl(port));
      } else {
        worker.child.kill('SIGKILL');
        await worker.ended;
        worker = another();
      }
      if (kill % 10 === 0 || kill === kills) say(`${kill} of ${kills} kills, ${describe(load.ledger)}`);
    }
    await load.stop();
    gemini.clearFaults();
    gemini.setSwitches({ deliverTwice: false, swapOrder: false, drop: false });

    const access = { appUrl: localUrl(port), key: keys.first, databaseUrl, gemini };
    const rest = await settle(access, say);
    const faults = await findFaults(access, load.ledger);
    const seconds = Math.round((Date.now() - startedAt) / 1000);
    say(`seed ${seed}: ${kills} kills in ${seconds} s, ${describe(load.ledger)}`);
    say(rest);
    for (const fault of faults) console.error(`FAULT  ${fault}`);
    say(faults.length === 0 ? 'Nothing was lost and nothing was done twice.' : `${faults.length} faults.`);
    return faults.length === 0 ? 0 : 1;
  } catch (error) {
    console.error(app.tail(), worker.tail());
    throw error;
  } finally {
    await Promise.all([app.stop(), worker.stop()]);
    await gemini.close();
    rmSync(home, { recursive: true, force: true });
  }
}

function killWithChildren({ child }: { child: { pid?: number | undefined } }): void {
  if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL'); // each has a group of its own
}

// Retries that take a day at Gemini take minutes here; a share of deliveries still never arrives in time.
const faulty = {
  thinkMs: 15,
  thinkJitterMs: 30,
  retryFactor: 0.02,
  deliveryTimeoutMs: 2_000,
  disableAfterFailures: 1_000_000,
};

function addFaults(gemini: {
  addFault(rule: Parameters<Awaited<ReturnType<typeof startFakeGemini>>['addFault']>[0]): unknown;
}): void {
  for (const kind of ['cut_before', 'cut_after', 'server_error', 'unavailable'] as const) {
    gemini.addFault({ on: 'resume', kind, probability: 0.01 });
  }
  gemini.addFault({ on: 'resume', kind: 'rate_limit', probability: 0.02, retryAfterSeconds: 1 });
  gemini.addFault({ on: 'start', kind: 'cut_after', probability: 0.01 });
  gemini.addFault({ on: 'get', kind: 'unavailable', probability: 0.02 });
  gemini.addFault({ on: 'get', kind: 'not_found', probability: 0.02 });
}

async function makeKeys(env: Record<string, string>): Promise<Keys> {
  const options = { env: childEnv(env), advice: 'The keys could not be made.' };
  const cli = (...args: string[]): Promise<string> => runTypescript('lib/cli/main.ts', args, options);
  const keyOf = async (email: string): Promise<string> => {
    const printed = await cli('key', 'create', '--user', email, '--scopes', 'runs,approvals,votes,audit');
    return printed.trim().split('\n').at(-1) ?? '';
  };
  await cli('user', 'add', '--email', 'second@example.com', '--name', 'Second Reviewer', '--role', 'reviewer');
  await cli('user', 'add', '--email', 'developer@example.com', '--name', 'Developer', '--role', 'reviewer');
  return {
    developer: await keyOf('developer@example.com'),
    first: await keyOf('admin@example.com'),
    second: await keyOf('second@example.com'),
  };
}

function describe(ledger: Ledger): string {
  return `${ledger.started.size} runs started, ${ledger.settled.size} approvals decided, ${ledger.failedRequests} requests cut off`;
}

function say(text: string): void {
  console.log(`crash-test  ${text}`);
}

/** A small seeded generator (mulberry32), so that a found fault can be looked at again. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new Error(`--${name} is "${text}"; expected a whole number.`);
  return value;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

process.exitCode = await main();
