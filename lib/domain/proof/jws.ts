import { base64url, compactVerify, importJWK } from 'jose';
import { isJsonObject, type JsonObject } from '../json';

/** The published keys by their `kid`. */
export type Keys = ReadonlyMap<string, CryptoKey>;

/** What became of a signature. `payload` is what was signed, word for word. */
export type Signed =
  | { kind: 'valid'; kid: string; payload: JsonObject }
  | { kind: 'forged'; kid: string } // a key that is known, and it did not sign this
  | { kind: 'unknown_key'; kid: string }
  | { kind: 'malformed' };

// RFC 7518: the one algorithm that we sign with. What a file asks for instead is not heard.
const algorithm = 'ES256';

/** The keys of a JWKS that can have signed for us; null when it is none. Others in it are passed over. Needs WebCrypto. */
export async function keysOf(jwks: unknown): Promise<Keys | null> {
  if (typeof jwks !== 'object' || jwks === null || !('keys' in jwks) || !Array.isArray(jwks.keys)) return null;
  const keys = new Map<string, CryptoKey>();
  for (const jwk of jwks.keys) {
    const { kid, kty, crv, x, y } = isJsonObject(jwk) ? jwk : {};
    if (typeof kid !== 'string' || kty !== 'EC' || crv !== 'P-256') continue;
    if (typeof x !== 'string' || typeof y !== 'string') continue;
    try {
      const key = await importJWK({ kty, crv, x, y }, algorithm);
      if (!(key instanceof Uint8Array)) keys.set(kid, key);
    } catch {
      // A point that is not on the curve: no key.
    }
  }
  return keys;
}

/** Verifies a compact JWS. */
export async function verifyJws(text: string, keys: Keys): Promise<Signed> {
  const header = headerOf(text);
  if (header === null) return { kind: 'malformed' };
  const { kid } = header;
  const key = keys.get(kid);
  if (key === undefined) return { kind: 'unknown_key', kid };
  try {
    const { payload } = await compactVerify(text, key, { algorithms: [algorithm] });
    const read: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
    return isJsonObject(read) ? { kind: 'valid', kid, payload: read as JsonObject } : { kind: 'malformed' };
  } catch {
    return { kind: 'forged', kid };
  }
}

/** What a compact JWS says, unverified: to tell what somebody handed in, never to believe it. */
export function claimsOf(text: string): JsonObject | null {
  const [, payload = ''] = text.split('.');
  return headerOf(text) === null ? null : jsonIn(payload);
}

function headerOf(text: string): { kid: string } | null {
  const parts = text.split('.');
  if (parts.length !== 3 || !parts.every(isExactBase64Url)) return null;
  const header = jsonIn(parts[0] ?? '');
  return header !== null && typeof header.kid === 'string' && header.alg === algorithm ? { kid: header.kid } : null;
}

// Decoders overlook the spare bits of a last character: a signature would have several spellings.
function isExactBase64Url(text: string): boolean {
  try {
    return text !== '' && base64url.encode(base64url.decode(text)) === text;
  } catch {
    return false;
  }
}

function jsonIn(part: string): JsonObject | null {
  try {
    const read: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(base64url.decode(part)));
    return isJsonObject(read) ? (read as JsonObject) : null;
  } catch {
    return null;
  }
}
