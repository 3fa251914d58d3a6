import { isJsonObject, type Json, type JsonObject } from '../json';
import { canonicalHash, sha256 } from './digest';

/** What a voter's passkey signs: its challenge is the SHA-256 of this, by RFC 8785. */
export type VoteStatement = Readonly<{
  type: 'countersign.vote';
  approval: string;
  call_hash: string;
  verdict: 'approve' | 'reject' | 'answer';
  arguments_hash: string;
  voter: string;
  nonce: string; // made by the server for this one vote, so that no other use of the passkey fits
}>;

/** What is kept of a passkey's use with the vote; enough to verify it without us. Binary members in base64url. */
export type PasskeyAssertion = Readonly<{
  credential: string;
  public_key: JsonWebKey;
  statement: VoteStatement;
  authenticator_data: string;
  client_data_json: string;
  signature: string;
}>;

/** The challenge for a statement, as the browser gets it: 32 bytes in base64url. */
export function voteChallenge(statement: VoteStatement): string {
  const hex = canonicalHash(statement) ?? '';
  return toBase64url(Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16)));
}

/** An assertion as a file or a row has it, member by member in one order; null when it is none, or not whole. */
export function assertionIn(value: unknown): PasskeyAssertion | null {
  if (!isJsonObject(value) || !isJsonObject(value.statement) || !isJsonObject(value.public_key)) return null;
  const { credential, authenticator_data, client_data_json, signature } = value;
  const { type, approval, call_hash, verdict, arguments_hash, voter, nonce } = value.statement;
  const public_key = publicKeyIn(value.public_key);
  if (public_key === null || type !== 'countersign.vote') return null;
  if (verdict !== 'approve' && verdict !== 'reject' && verdict !== 'answer') return null;
  if (typeof approval !== 'string' || typeof call_hash !== 'string' || typeof arguments_hash !== 'string') return null;
  if (typeof voter !== 'string' || typeof nonce !== 'string' || typeof credential !== 'string') return null;
  if (typeof authenticator_data !== 'string' || typeof client_data_json !== 'string') return null;
  if (typeof signature !== 'string') return null;
  const statement: VoteStatement = { type, approval, call_hash, verdict, arguments_hash, voter, nonce };
  return { credential, public_key, statement, authenticator_data, client_data_json, signature };
}

/** What a receipt and the history name an assertion by: SHA-256 of its RFC 8785 form, hex. It covers every byte that is kept. */
export function assertionHash(kept: PasskeyAssertion): string {
  return canonicalHash(kept as unknown as Json) ?? '';
}

export type AssertionFault = 'malformed' | 'other_challenge' | 'nobody_there' | 'forged';

/**
 * Whether this key signed this very vote, with its person present and verified. Pure but for WebCrypto, so that a browser
 * and a server answer the same. Which key belongs to whom is told by whoever kept the vote.
 */
export async function verifyPasskeyVote(
  kept: PasskeyAssertion,
): Promise<{ kind: 'valid' } | { kind: 'fault'; fault: AssertionFault }> {
  const fault = (what: AssertionFault) => ({ kind: 'fault' as const, fault: what });
  try {
    const clientData = fromBase64url(kept.client_data_json);
    const client: unknown = JSON.parse(new TextDecoder().decode(clientData));
    if (!isClientData(client)) return fault('malformed');
    if (client.type !== 'webauthn.get' || client.challenge !== voteChallenge(kept.statement)) {
      return fault('other_challenge');
    }
    const authenticator = fromBase64url(kept.authenticator_data);
    const flags = authenticator[flagsAt] ?? 0;
    if ((flags & userPresent) === 0 || (flags & userVerified) === 0) return fault('nobody_there');
    const signed = joined(authenticator, sha256(clientData));
    const algorithm = kept.public_key.kty === 'EC' ? ecdsa : rsa;
    const key = await crypto.subtle.importKey('jwk', kept.public_key, algorithm, false, ['verify']);
    const raw = fromBase64url(kept.signature);
    const signature = kept.public_key.kty === 'EC' ? fixedLength(raw) : raw;
    if (signature === null) return fault('malformed');
    return (await crypto.subtle.verify(algorithm, key, signature, signed)) ? { kind: 'valid' } : fault('forged');
  } catch {
    return fault('malformed');
  }
}

function publicKeyIn(key: JsonObject): JsonWebKey | null {
  const names = key.kty === 'EC' ? ['kty', 'crv', 'x', 'y'] : key.kty === 'RSA' ? ['kty', 'n', 'e'] : [];
  if (names.length === 0 || !names.every((name) => typeof key[name] === 'string')) return null;
  return Object.fromEntries(names.map((name) => [name, key[name]]));
}

// WebAuthn, 6.1: the flags follow the 32 bytes of the site's hash.
const flagsAt = 32;
const userPresent = 0x01;
const userVerified = 0x04;

const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const rsa = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };

function isClientData(value: unknown): value is { type: unknown; challenge: unknown } {
  return typeof value === 'object' && value !== null && 'type' in value && 'challenge' in value;
}

/** An ECDSA signature out of its DER form, as WebCrypto takes it: r and s with 32 bytes each; null when it is none. */
function fixedLength(der: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | null {
  if (der[0] !== 0x30 || der[1] !== der.length - 2) return null;
  const fixed = new Uint8Array(64);
  let at = 2;
  for (const end of [32, 64]) {
    const length = der[at + 1] ?? 0;
    if (der[at] !== 0x02 || at + 2 + length > der.length) return null;
    let number = der.subarray(at + 2, at + 2 + length);
    while (number.length > 32 && number[0] === 0) number = number.subarray(1);
    if (number.length > 32) return null;
    fixed.set(number, end - number.length);
    at += 2 + length;
  }
  return at === der.length ? fixed : null;
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}

function toBase64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}
