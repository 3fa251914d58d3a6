import { createHash } from 'node:crypto';
import { LogLevel, WebClient, type WebClientOptions } from '@slack/web-api';
import type { Services } from '@/lib/services';

/** Two ways to the same workspace, so that a modal never waits behind a pause that Slack asked the deliveries to keep. */
export type SlackClients = Readonly<{ interactive: WebClient; delivery: WebClient }>;

const interactiveTimeoutMs = 2_000; // somebody waits: Slack gives up on us after 3 s
const deliveryTimeoutMs = 10_000;

// One pair a token, in whichever bundle it is asked for.
const shared = globalThis as typeof globalThis & { countersignSlackClients?: Map<string, SlackClients> };

/** The clients of a token; kept, since each has a queue of its own. */
export function clientsOf(services: Pick<Services, 'env'>, token: string): SlackClients {
  shared.countersignSlackClients ??= new Map();
  const { apiUrl } = services.env.slack;
  const key = createHash('sha256').update(`${apiUrl} ${token}`).digest('base64url');
  const known = shared.countersignSlackClients.get(key);
  if (known) return known;
  const made = {
    interactive: new WebClient(token, clientOptions(services, interactiveTimeoutMs)),
    delivery: new WebClient(token, clientOptions(services, deliveryTimeoutMs)),
  };
  shared.countersignSlackClients.set(key, made);
  return made;
}

/** A client without a token of its own: for exchanging a code and for opening sockets. */
export function anonymousClient(services: Pick<Services, 'env'>): WebClient {
  return new WebClient(undefined, clientOptions(services, deliveryTimeoutMs));
}

/**
 * Options for every client of ours. Never `headers`: the SDK writes the first token into that object and sends it with all
 * others. No retries: a post that timed out may have arrived, and who waits is decided here.
 */
export function clientOptions({ env }: Pick<Services, 'env'>, timeout: number): WebClientOptions {
  return {
    slackApiUrl: env.slack.apiUrl,
    timeout,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    allowAbsoluteUrls: false,
    logLevel: LogLevel.ERROR, // bodies are logged at debug level
  };
}
