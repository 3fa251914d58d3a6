import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { nextCommand } from '@/lib/launch/build.mjs';
import { createDatabase, databaseOf, dropDatabase, onDatabase } from '@/lib/launch/database.mjs';
import { migrate } from '@/lib/launch/migrate.mjs';
import { anyFreePort } from '@/lib/launch/ports.mjs';
import { startNode } from '@/lib/launch/processes.mjs';
import { dataDir } from '@/lib/launch/project.mjs';
import { requireReady, startApp, startWorker } from '@/lib/launch/serve.mjs';
import { startSimulator } from '@/lib/launch/simulator.mjs';
import { type ControlClient, createControlClient } from '../fakes/gemini/control-client';
import {
  createControlClient as createSlackControl,
  type ControlClient as SlackControl,
} from '../fakes/slack/control-client';
import { baselineFolder, ensureBaseline } from './baseline/build.mjs';
import type { Scope } from './scope';

/** A process of the benchmark's own. */
export type Server = Readonly<{ url: string; pid: number; stop(): Promise<void> }>;
export type Simulator = Readonly<{ url: string; control: ControlClient }>;

/** `env` is what an app needs to talk to it. */
export type SimulatedSlack = Readonly<{ control: SlackControl; env: Record<string, string> }>;

export const admin = { email: 'bench@example.com', password: 'bench password of no account' } as const;
export const webhookSecret = `whsec_${randomBytes(32).toString('base64')}`;

const appSecret = randomBytes(32).toString('base64url');
const readyWithinMs = 60_000;

/** A database of its own beside that of the benchmark, migrated and empty; dropped at the end. */
export async function freshDatabase(scope: Scope, benchUrl: string, name: string): Promise<string> {
  const url = onDatabase(benchUrl, `${databaseOf(benchUrl)}_${name}`);
  await dropDatabase(url, benchUrl);
  await createDatabase(databaseOf(url), benchUrl);
  scope.onEnd(() => dropDatabase(url, benchUrl));
  await migrate(url);
  return url;
}

/** A simulated Gemini that delivers nothing by itself: the benchmark sends the webhooks and knows when. */
export async function simulatedGemini(scope: Scope): Promise<Simulator> {
  const { simulator, url } = await startSimulator({ log: logFile('gemini') });
  scope.onEnd(() => simulator.stop());
  return { url, control: createControlClient(url) };
}

/** A simulated Slack without limits on how often it is called: what is measured is the way to it. */
export async function simulatedSlack(scope: Scope): Promise<SimulatedSlack> {
  const signingSecret = randomBytes(16).toString('hex');
  const token = `xoxb-${randomBytes(16).toString('hex')}`;
  const { simulator, url } = await startSimulator({
    of: 'Slack',
    log: logFile('slack'),
    env: { SIGNING_SECRET: signingSecret, TOKEN: token, SWITCHES: JSON.stringify({ rateLimits: 'off' }) },
  });
  scope.onEnd(() => simulator.stop());
  return {
    control: createSlackControl(url),
    env: { SLACK_BOT_TOKEN: token, SLACK_SIGNING_SECRET: signingSecret, SLACK_API_URL: `${url}/api` },
  };
}

/** What an app or a worker of the benchmark runs with. Nothing of the caller's own accounts gets in. */
export function environment(databaseUrl: string, geminiUrl: string | null): Record<string, string> {
  return {
    DATABASE_URL: databaseUrl,
    DATA_DIR: path.join(dataDir(), 'bench'),
    APP_SECRET: appSecret,
    ADMIN_EMAIL: admin.email,
    ADMIN_PASSWORD: admin.password,
    GEMINI_API_KEY: 'bench',
    GOOGLE_GEMINI_BASE_URL: geminiUrl ?? 'http://127.0.0.1:9', // the discard port: nobody answers
    GEMINI_JWKS_URL: '',
    GEMINI_WEBHOOK_SECRET: webhookSecret,
    GEMINI_WEBHOOKS: 'static',
    RECONCILE_SECONDS: '3600', // what is measured is caused by deliveries and votes alone
    SLACK_BOT_TOKEN: '',
    SLACK_SIGNING_SECRET: '',
    SLACK_APP_TOKEN: '',
    SLACK_API_URL: '',
  };
}

/** The built app, ready; its worker inside unless told otherwise. */
export async function startBuiltApp(
  scope: Scope,
  options: {
    databaseUrl: string;
    geminiUrl: string | null;
    slack?: SimulatedSlack;
    worker?: 'in-app' | 'none';
    log?: string;
  },
): Promise<Server> {
  const port = await anyFreePort();
  const url = `http://127.0.0.1:${port}`;
  const env = {
    ...environment(options.databaseUrl, options.geminiUrl),
    ...options.slack?.env,
    APP_URL: url,
    WORKER: options.worker ?? 'in-app',
  };
  const app = startApp({ port, env, log: logFile(options.log ?? 'app') });
  scope.onEnd(() => app.stop());
  if (options.worker === 'none') await requireAnswer(`${url}/api/health`);
  else await requireReady(app, url, readyWithinMs);
  return { url, pid: pidOf(app), stop: () => app.stop() };
}

/** A worker as a process of its own; it may not have begun to work yet. */
export function startWorkerProcess(scope: Scope, env: Record<string, string>): Server {
  const worker = startWorker({ env, log: logFile('worker') });
  scope.onEnd(() => worker.stop());
  return { url: '', pid: pidOf(worker), stop: () => worker.stop() };
}

/** The bare Next.js app to compare with, built when it or Next changed. `poolSize` is its number of connections. */
export async function startBaseline(scope: Scope, options: { databaseUrl: string; poolSize: number }): Promise<Server> {
  await ensureBaseline();
  const port = await anyFreePort();
  const server = startNode('baseline', [nextCommand, 'start', baselineFolder, '--port', String(port)], {
    env: { DATABASE_URL: options.databaseUrl, POOL_SIZE: String(options.poolSize), NODE_ENV: 'production' },
    log: logFile('baseline'),
  });
  scope.onEnd(() => server.stop());
  const url = `http://127.0.0.1:${port}`;
  await requireAnswer(`${url}/insert`);
  return { url, pid: pidOf(server), stop: () => server.stop() };
}

/** Waits until an address answers anything at all. */
export async function requireAnswer(url: string): Promise<void> {
  for (const end = Date.now() + readyWithinMs; Date.now() < end; await pause(50)) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) }).catch(() => null);
    await answer?.body?.cancel();
    if (answer !== null) return;
  }
  throw new Error(`${url} does not answer.`);
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export const logFile = (name: string): string => path.join(dataDir(), 'bench', `${name}.log`);

function pidOf({ name, child }: ReturnType<typeof startNode>): number {
  if (child.pid === undefined) throw new Error(`The ${name} could not be started.`);
  return child.pid;
}
