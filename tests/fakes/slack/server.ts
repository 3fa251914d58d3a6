import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClock } from '../gemini/clock';
import { createRandom } from '../shared/random';
import { createApi } from './api';
import { type Control, createControl, startSwitchesOf } from './control';
import { createDeliveries } from './deliveries';
import { createEvents } from './events';
import { createFaults } from './faults';
import { createInteractions } from './interactions';
import { createOAuth } from './oauth';
import { createRateLimits } from './rate-limits';
import { handleRequest, writeJson } from './routes';
import { createSockets } from './sockets';
import { createState } from './state';
import type { Switches } from './switches';

export type FakeSlackOptions = {
  /** Default 0: any free port of the loopback address. */
  port?: number;
  /** The app's address; requests go to `<appUrl>/api/slack/events`. Can be set later with `configure`. */
  appUrl?: string;
  signingSecret?: string;
  /** The bot token of the app in the workspace Acme. */
  token?: string;
  /** The app-level token, for Socket Mode. */
  appToken?: string;
  clientId?: string;
  clientSecret?: string;
  appId?: string;
  appName?: string;
  commands?: readonly string[];
  /** Types of events that the app subscribes to. */
  events?: readonly string[];
  switches?: Partial<Switches>;
  /** For everything that happens by probability. */
  seed?: number;
  /** How many calls and deliveries are remembered. */
  historyLimit?: number;
  /** The simulator refuses to run with NODE_ENV=production unless its launcher says that this is a demo. */
  allowProductionNodeEnv?: boolean;
};

export type FakeSlack = Control & {
  url: string;
  /** What to give the SDK as `slackApiUrl`. */
  apiUrl: string;
  port: number;
  close(): Promise<void>;
};

export const defaults = {
  signingSecret: 'sample-signing-secret-0123456789',
  token: 'xoxb-made-up-not-a-real-token',
  appToken: 'xapp-made-up-not-a-real-token',
  clientId: '1234567890.1234567890123',
  clientSecret: 'made-up-client-secret',
  appId: 'A01HITL0001',
} as const;

/**
 * Starts a simulated Slack on the loopback address: the Web API under `/api`, Socket Mode, response addresses, the consent
 * pages, a page at `/` that shows the workspace, and its own control routes under `/__sim`. Everything lives in memory.
 */
export async function startFakeSlack(options: FakeSlackOptions = {}): Promise<FakeSlack> {
  if (process.env.NODE_ENV === 'production' && options.allowProductionNodeEnv !== true)
    throw new Error('the simulated Slack does not run with NODE_ENV=production');
  const seed = options.seed ?? 1;
  const historyLimit = options.historyLimit ?? 100_000;
  const startToken = options.token ?? defaults.token;
  const clock = createClock();
  const random = createRandom(seed);
  const faults = createFaults(random);
  const startSwitches = startSwitchesOf(options.switches);
  const switches = { ...startSwitches };
  const app = {
    id: options.appId ?? defaults.appId,
    name: options.appName ?? 'Agent Approvals',
    clientId: options.clientId ?? defaults.clientId,
    clientSecret: options.clientSecret ?? defaults.clientSecret,
    signingSecret: options.signingSecret ?? defaults.signingSecret,
    url: (options.appUrl ?? 'http://127.0.0.1:3000').replace(/\/$/, ''),
    commands: [...(options.commands ?? ['/approvals'])],
    events: [...(options.events ?? ['app_home_opened', 'app_uninstalled', 'tokens_revoked', 'message'])],
  };
  const world = { botToken: startToken, appToken: options.appToken ?? defaults.appToken };
  const state = createState(clock, app, world, historyLimit);
  const limits = createRateLimits(clock, switches);
  const sockets = createSockets(state, switches);
  const deliveries = createDeliveries({ clock, state, switches, faults, random, sockets, historyLimit });
  const events = createEvents({ clock, state, deliveries });
  const oauth = createOAuth(state, switches, clock);
  let baseUrl = '';
  const interactions = createInteractions({ clock, state, deliveries, baseUrl: () => baseUrl });
  const api = createApi({ clock, state, switches, limits, oauth, sockets, events, baseUrl: () => baseUrl });
  const control = createControl({
    clock,
    state,
    switches,
    startSwitches,
    faults,
    random,
    seed,
    limits,
    deliveries,
    interactions,
    events,
    oauth,
    sockets,
    startToken,
  });
  const parts = { state, switches, faults, oauth, control, api, clock };

  const server = http.createServer((request, response) => {
    handleRequest(parts, request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else writeJson(response, 500, { ok: false, error: 'simulator', detail: String(error) });
    });
  });
  server.keepAliveTimeout = 60_000;
  server.on('upgrade', (request, socket, head) => sockets.upgrade(request, socket, head));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  baseUrl = `http://127.0.0.1:${port}`;

  return {
    ...control,
    url: baseUrl,
    apiUrl: `${baseUrl}/api/`,
    port,
    close() {
      control.reset();
      sockets.close();
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}
