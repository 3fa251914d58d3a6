import { hmac } from '@noble/hashes/hmac.js';
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';
import canonicalize from 'canonicalize';
import type { Json } from '../json';
import { type Sha256, toHex } from './merkle';

/** SHA-256 at once, in a browser and on a server alike: WebCrypto only answers later, which a million leaves cannot wait for. */
export const sha256: Sha256 = nobleSha256;

export function sha256Hex(text: string): string {
  return toHex(sha256(utf8(text)));
}

/** Lower-case hex SHA-256 of the RFC 8785 form, as votes and receipts name arguments; see call-hash.ts. */
export function canonicalHash(value: Json): string | null {
  const text = canonicalize(value);
  return text === undefined ? null : sha256Hex(text);
}

export function hmacHex(key: Uint8Array, text: string): string {
  return toHex(hmac(nobleSha256, key, utf8(text)));
}

/** A hash over bytes that come piece by piece. */
export type Digest = Readonly<{ update: (bytes: Uint8Array) => void; hex: () => string }>;

export function digest(): Digest {
  const state = nobleSha256.create();
  return { update: (bytes) => void state.update(bytes), hex: () => toHex(state.digest()) };
}

export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

const encoder = new TextEncoder();
