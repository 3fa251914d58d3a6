import { execute } from '@/lib/launch/database.mjs';
import { signedDelivery } from './deliveries';
import { pause, type Server, type Simulator, webhookSecret } from './servers';

export type CallApi = <Answer>(method: string, path: string, body?: unknown) => Promise<Answer>;

/** Calls the API of an app with a key; throws unless the answer is a success. */
export function apiOf(app: Server, key: string): CallApi {
  return async <Answer>(method: string, path: string, body?: unknown): Promise<Answer> => {
    const answer = await fetch(`${app.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Answer;
  };
}

/** What starts a run whose agent makes one call and ends after it. */
export function runRequest(index: number): unknown {
  const call = { name: 'refund_order', arguments: { order: `A-${1000 + index}`, amount: 12.5 }, id: 'call-1' };
  return {
    model: 'gemini-3-flash-preview',
    input: `@sim ${JSON.stringify({ calls: [call], delayMs: 200, final: 'Done.' })}`,
    tools: [
      {
        type: 'function',
        name: 'refund_order',
        description: 'Refunds an order.',
        parameters: { type: 'object', properties: { order: { type: 'string' }, amount: { type: 'number' } } },
      },
    ],
    requester: 'shop@example.com',
  };
}

const withinMs = 10_000;

/** Waits until the simulated agent has made its call. */
export async function paused({ control }: Simulator, interactionId: string): Promise<void> {
  for (const end = Date.now() + withinMs; Date.now() < end; await pause(20)) {
    if ((await control.interaction(interactionId))?.status === 'requires_action') return;
  }
  throw new Error('The simulated agent did not make its call.');
}

/** Tells the app that an interaction waits, as Gemini does, and returns the id of the delivery once it is stored. */
export async function deliverPause(app: Server, interactionId: string): Promise<string> {
  const plan = { type: 'interaction.requires_action', secret: webhookSecret, interactionIds: [interactionId] };
  const { id, headers, body } = signedDelivery(plan, 0);
  const stored = await fetch(`${app.url}/api/webhooks/gemini`, { method: 'POST', headers, body });
  if (stored.status !== 204) throw new Error(`The delivery was answered with ${stored.status}.`);
  return id;
}

/** When the delivery was written; its commit came a moment later, so what counts from here is an upper bound. */
export async function receivedAt(databaseUrl: string, eventId: string): Promise<number> {
  const [row] = await execute(databaseUrl, 'select received_at from webhook_event where id = $1', [eventId]);
  if (!(row?.received_at instanceof Date)) throw new Error('The delivery was not stored.');
  return row.received_at.getTime();
}
