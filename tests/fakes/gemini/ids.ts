import { randomBytes, randomInt, randomUUID } from 'node:crypto';

const PART_LENGTH = 23; // both parts of an interaction id have this length
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

/**
 * A new interaction id: `v1_` and unpadded base64url of a protobuf message {1: root, 2: own}. The root of a chain names
 * itself twice; pass the `root` of the previous interaction to continue its chain.
 */
export function newInteractionId(root: string | null): { id: string; root: string } {
  const own = randomBytes(PART_LENGTH).toString('base64url').slice(0, PART_LENGTH);
  const first = root ?? own;
  const message = Buffer.concat([field(1, first), field(2, own)]);
  return { id: `v1_${message.toString('base64url')}`, root: first };
}

/** Unique inside an interaction only, as the real ones are. */
export function newCallId(): string {
  return randomBytes(4).toString('hex');
}

export function newWebhookId(): string {
  return Array.from({ length: 35 }, () => ALPHABET[randomInt(ALPHABET.length)] ?? '0').join('');
}

/** The value of the `webhook-id` header. */
export function newMessageId(): string {
  return `msg_${randomUUID()}`;
}

export function newEnvironmentId(): string {
  return randomUUID();
}

/** A signing secret of Standard Webhooks with 32 random bytes. */
export function newSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

/** Stands for the opaque bytes with which the model signs its thoughts and calls. */
export function newThoughtSignature(): string {
  return randomBytes(48).toString('base64');
}

function field(number: number, text: string): Buffer {
  const bytes = Buffer.from(text, 'ascii');
  const LENGTH_DELIMITED = 2;
  return Buffer.concat([Buffer.from([(number << 3) | LENGTH_DELIMITED, bytes.length]), bytes]);
}
