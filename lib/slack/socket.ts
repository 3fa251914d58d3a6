import { SocketModeReceiver } from '@slack/bolt';
import { log } from '@/lib/log';
import type { Services } from '@/lib/services';
import { clientOptions } from './clients';
import { failureOf } from './failures';
import { parsePayload } from './payloads';
import { processPayload } from './process';

/** Slack does not take the app-level token; asking again will not help. */
export class SocketRefused extends Error {
  override readonly name = 'SocketRefused';
}

const openTimeoutMs = 10_000;

/**
 * Opens Socket Mode: Slack then sends over this connection what it would have sent over HTTP, and nothing comes over HTTP any
 * more. The same checks and listeners; no signatures, because the connection is authenticated. The client opens new
 * connections by itself. Throws when Slack does not let us in.
 */
export async function openSocket(services: Services, appToken: string): Promise<{ stop(): Promise<void> }> {
  const receiver = new SocketModeReceiver({
    appToken,
    installerOptions: { clientOptions: clientOptions(services, openTimeoutMs) },
    logger: {
      debug: () => undefined,
      info: () => undefined,
      warn: () => undefined,
      error: (...messages) => log.error({ message: messages.map(String).join(' ').slice(0, 500) }, 'slack.socket'),
      setLevel: () => undefined,
      getLevel: () => 'error' as never, // an enum whose value this is
      setName: () => undefined,
    },
  });
  // Bolt's receiver needs of an app only that it takes requests; ours checks them first, as over HTTP.
  const taker = {
    processEvent: async ({ body, ack, retryNum, retryReason }: Incoming) => {
      const payload = parsePayload(body);
      if (payload === null) {
        log.warn({ type: typeof body.type === 'string' ? body.type.slice(0, 40) : 'unknown' }, 'slack.shape_refused');
        return;
      }
      const retry = retryNum === undefined ? null : { number: retryNum, reason: retryReason ?? '' };
      const { answer, work } = await processPayload(services, payload, retry);
      // Without an acknowledgement Slack shows its own error: right for what failed, and events come again.
      if (answer.status === 200) await ack(answer.body);
      await work;
    },
  };
  receiver.init(taker as never); // the rest of an App is never asked for
  try {
    await receiver.start();
  } catch (error) {
    const failure = failureOf(error);
    if (failure.kind === 'dead' || failure.kind === 'scope') throw new SocketRefused(failure.error);
    throw error;
  }
  log.info('slack.socket_open');
  return {
    stop: async () => {
      await receiver.stop();
    },
  };
}

type Incoming = Readonly<{
  body: Record<string, unknown>;
  ack: (answer?: unknown) => Promise<void>;
  retryNum?: number;
  retryReason?: string;
}>;
