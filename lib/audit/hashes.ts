import { createHash, createHmac, randomBytes } from 'node:crypto';

/** The key of a commitment: without it, nobody can try out what an entry may have said. */
export function newSalt(): Buffer {
  return randomBytes(32);
}

/** What an entry holds in place of what it says of somebody: HMAC-SHA256, hex, over the canonical text. */
export function commitment(salt: Uint8Array, text: string): string {
  return createHmac('sha256', salt).update(text, 'utf8').digest('hex');
}

/** RFC 6962: the hash of a leaf. */
export function leafHash(text: string): Buffer {
  return createHash('sha256').update(leafPrefix).update(text, 'utf8').digest();
}

/** RFC 6962: the hash of a node over its two children. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return createHash('sha256').update(nodePrefix).update(left).update(right).digest();
}

const leafPrefix = Uint8Array.of(0);
const nodePrefix = Uint8Array.of(1);
