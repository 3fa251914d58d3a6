import { randomUUID } from 'node:crypto';
import { signV1 } from '../fakes/gemini/signing';

/** A delivery as it goes over the wire. */
export type SignedDelivery = Readonly<{ id: string; headers: Record<string, string>; body: string }>;

/** What a row of deliveries tells of; those of interactions name them in turn. */
export type DeliveryPlan = Readonly<{ type: string; secret: string; interactionIds: readonly string[] }>;

/** A delivery of Gemini's form with an id of its own, signed now: it is good for five minutes. */
export function signedDelivery({ type, secret, interactionIds }: DeliveryPlan, index: number): SignedDelivery {
  const id = `msg_${randomUUID()}`;
  const timestamp = Math.floor(Date.now() / 1000);
  const about = interactionIds[index % interactionIds.length] ?? `batches/${randomUUID()}`;
  const body = JSON.stringify({ type, version: 'v1', timestamp: new Date().toISOString(), data: { id: about } });
  return {
    id,
    body,
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signV1(secret, { id, timestamp, body }),
    },
  };
}
