import { createHash, createHmac, randomBytes } from 'node:crypto';
import { leafText, type SealedEntry } from '@/lib/domain/proof/leaf';
import { leafHash, type Sha256 } from '@/lib/domain/proof/merkle';

/** The key of a commitment: without it, nobody can try out what an entry may have said. */
export function newSalt(): Buffer {
  return randomBytes(32);
}

/** What an entry holds in place of what it says of somebody: HMAC-SHA256, hex, over the canonical text. */
export function commitment(salt: Uint8Array, text: string): string {
  return createHmac('sha256', salt).update(text, 'utf8').digest('hex');
}

/** SHA-256 for the tree, by the server's own library. */
export const sha256: Sha256 = (bytes) => createHash('sha256').update(bytes).digest();

/** The hash with which an entry stands in the tree. */
export function leafHashOf(entry: SealedEntry): Uint8Array {
  return leafHash(sha256, Buffer.from(leafText(entry), 'utf8'));
}
