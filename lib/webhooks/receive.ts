import { z } from 'zod';
import { bareId } from '@/lib/domain/interaction';
import { storable } from '@/lib/domain/json';
import type { Services } from '@/lib/services';
import { storeDelivery } from './delivery-store';
import type { Verification } from './verify';

export type Delivery = Readonly<{
  verification: Extract<Verification, { ok: true }>;
  headers: Headers;
  rawBody: Uint8Array;
  runToken: string | null; // from the address: `?run=…`
}>;

/**
 * Stores a verified delivery once and queues the look at it; both stand when the promise is fulfilled. A delivery that is
 * stored already changes nothing. Throws when the database is away; the sender then tries again.
 */
export async function receiveDelivery(services: Pick<Services, 'db'>, delivery: Delivery): Promise<void> {
  const { verification, rawBody } = delivery;
  const { type, interactionId } = readEnvelope(rawBody);
  await storeDelivery(services.db.pool, {
    id: verification.webhookId,
    scheme: verification.scheme,
    tokenHash: verification.scheme === 'jwt' ? verification.tokenHash : null,
    headers: keptHeaders(delivery.headers),
    rawBody: Buffer.from(rawBody.buffer, rawBody.byteOffset, rawBody.byteLength),
    type,
    interactionId,
    runToken: delivery.runToken === null ? null : storable(delivery.runToken.slice(0, 200)),
  });
}

const envelope = z.looseObject({
  type: z.string().max(200),
  data: z
    .looseObject({ id: z.string().optional().catch(undefined) })
    .optional()
    .catch(undefined),
});

// Opaque to us, but it goes into an address and an index: visible ASCII, no longer than an index entry holds, and not a
// path of its own.
const geminiId = /^(?!\.{1,2}$)[\x21-\x7e]{1,2000}$/;

/** The event's type and the id that it is about, as far as they can be read: hints, since the body may say anything. */
export function readEnvelope(rawBody: Uint8Array): { type: string | null; interactionId: string | null } {
  const unreadable = { type: null, interactionId: null };
  try {
    const read = envelope.safeParse(JSON.parse(new TextDecoder().decode(rawBody)));
    if (!read.success) return unreadable;
    const type = storable(read.data.type);
    const id = type.startsWith('interaction.') ? bareId(read.data.data?.id ?? '') : '';
    return { type, interactionId: geminiId.test(id) ? id : null };
  } catch {
    return unreadable;
  }
}

const headerNames = [
  'webhook-id',
  'webhook-timestamp',
  'webhook-signature',
  'content-type',
  'content-length',
  'user-agent',
];

// Only what the signature scheme and support need: a proxy may add headers that carry secrets.
function keptHeaders(headers: Headers): Record<string, string> {
  return Object.fromEntries(
    headerNames.flatMap((name) => {
      const value = headers.get(name);
      return value === null ? [] : [[name, value.replaceAll('\0', '').slice(0, 8192)]];
    }),
  );
}
