import { App, type Logger, LogLevel, type Receiver } from '@slack/bolt';
import { log } from '@/lib/log';
import type { Services } from '@/lib/services';
import { clientOptions } from './clients';
import { type Installation, installationAt, isOurApp } from './installations';
import { registerListeners } from './listeners/register';
import { type Payload, parsePayload, placeOf } from './payloads';

/** What every listener finds in Bolt's context. */
export type SlackContext = Readonly<{ installation: Installation }>;

/** A request that no working installation of ours belongs to. */
export class NotInstalled extends Error {
  override readonly name = 'NotInstalled';
}

const shared = globalThis as typeof globalThis & { countersignSlackApp?: { services: Services; app: App } };

/**
 * Bolt with our listeners, built at the first request and kept: never while building, and once in a process, since a second
 * one would hear everything twice. Requests are given to it by `process.ts`, from HTTP and from the socket alike.
 */
export function slackApp(services: Services): App {
  if (shared.countersignSlackApp?.services !== services) {
    const app = new App({
      receiver: idle,
      authorize: async (_source, body) => ({ ...(await authorizeBody(services, body)) }),
      convoStore: false,
      ignoreSelf: true,
      clientOptions: clientOptions(services, 2_000),
      logger: boltLogger,
    });
    registerListeners(app, services);
    shared.countersignSlackApp = { services, app };
  }
  return shared.countersignSlackApp.app;
}

// `process.ts` calls `processEvent` itself.
const idle: Receiver = { init: () => undefined, start: async () => undefined, stop: async () => undefined };

async function authorizeBody(services: Services, body: unknown) {
  const payload = parsePayload(body);
  if (payload === null) throw new NotInstalled('The payload has no place');
  const place = placeOf(payload);
  const installation = await installationAt(services, place);
  if (installation === null || !(await isOurApp(services, installation, place.appId))) {
    throw new NotInstalled('No working installation');
  }
  noteRequest(services, installation.id, payload.kind);
  return {
    botToken: installation.token,
    botId: installation.botId,
    botUserId: installation.botUserId,
    ...(installation.teamId ? { teamId: installation.teamId } : {}),
    ...(installation.enterpriseId ? { enterpriseId: installation.enterpriseId } : {}),
    installation,
  };
}

const noted = new Map<string, number>();
const noteEachMs = 5_000;

// For the settings page; whoever waits for an answer does not wait for it.
function noteRequest(services: Services, id: string, kind: Payload['kind']): void {
  const key = `${id} ${kind}`;
  const at = services.now().getTime();
  if (at - (noted.get(key) ?? 0) < noteEachMs) return;
  noted.set(key, at);
  const now = new Date(at);
  services.db.prisma.slackInstallation
    .updateMany({
      where: { id },
      data: {
        lastRequestAt: now,
        ...(kind === 'click' ? { lastClickAt: now } : {}),
        ...(kind === 'event' ? { lastEventAt: now } : {}),
      },
    })
    .catch((error: unknown) => log.warn({ err: error }, 'slack.note_failed'));
}

// Bolt's own words go where ours go; bodies are logged at debug level, which stays off.
const boltLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: (...messages) => log.error({ message: messages.map(String).join(' ').slice(0, 500) }, 'slack.bolt'),
  setLevel: () => undefined,
  getLevel: () => LogLevel.ERROR,
  setName: () => undefined,
};
