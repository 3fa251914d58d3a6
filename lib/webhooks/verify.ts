import { isUtf8 } from 'node:buffer';
import { createHash, createHmac, timingSafeEqual, verify } from 'node:crypto';
import { decodeProtectedHeader, errors, jwtVerify } from 'jose';
import { Webhook } from 'standardwebhooks';
import type { KeySet, PublicKeys } from '@/lib/webhooks/key-set';

/**
 * What the signature of a delivery proves. `v1`: sent for our own webhook, id, time and body as signed. `v1a`: the same
 * content, sent by Google for some customer who named our address. `jwt`: only that Google issued the token, so neither
 * `webhookId` nor the body is covered; `tokenHash` (SHA-256 of the token, hex) recognises the same token again.
 */
export type Verification =
  | { ok: true; webhookId: string; scheme: 'v1' | 'v1a'; tokenHash?: never; claims?: never }
  | { ok: true; webhookId: string; scheme: 'jwt'; tokenHash: string; claims: Record<string, unknown> }
  | { ok: false; reason: 'missing_header' | 'malformed_header' | 'stale' | 'no_match' };

const TOLERANCE_SECONDS = 5 * 60; // Standard Webhooks: refuse timestamps further away, in either direction
// Nothing binds the header's time to a token, so `exp` alone limits its life: a minute covers clocks that differ, and
// does not double the five minutes that a token may be expected to live.
const TOKEN_TOLERANCE_SECONDS = 60;
const MAX_HEADER_LENGTH = 8 * 1024;
const MAX_ENTRIES = 8; // two secrets or Google's three keys need fewer; each entry costs a stranger nothing and us a verification
const MAX_REMEMBERED_SECRETS = 256;

/**
 * Verifies a delivery over the bytes as received. Which keys may verify follows from the form of each signature alone:
 * `v1` from `secrets`, `v1a` and tokens from `keySet`, which is not asked when a `v1` entry matches or no entry needs it.
 * `audience`, when given, must be named by a token's `aud`. Throws `KeySetUnavailable` when the keys are needed and none
 * were ever loaded; whatever the sender got wrong is a value.
 */
export async function verifyDelivery(input: {
  headers: { get(name: string): string | null };
  rawBody: Uint8Array;
  secrets: readonly string[];
  keySet: KeySet;
  audience: string | undefined;
  now: Date;
}): Promise<Verification> {
  const { headers, rawBody, secrets, keySet, audience, now } = input;
  const id = headers.get('webhook-id');
  const timestamp = headers.get('webhook-timestamp');
  const signatures = headers.get('webhook-signature');
  if (!id || !timestamp || !signatures) return { ok: false, reason: 'missing_header' };

  // A second header line of the same name arrives as `a, b`. Neither that nor a dot, which could move the borders of the
  // signed text, passes these patterns; nor does a number in a form that another reader may take for a different one.
  const entries = parseEntries(signatures);
  if (
    !/^[\x21-\x2b\x2d\x2f-\x7e]{1,256}$/.test(id) ||
    !/^(?:0|[1-9][0-9]{0,11})$/.test(timestamp) ||
    entries === null
  ) {
    return { ok: false, reason: 'malformed_header' };
  }
  const seconds = Number(timestamp);
  if (Math.abs(Math.floor(now.getTime() / 1000) - seconds) > TOLERANCE_SECONDS) return { ok: false, reason: 'stale' };

  const body = Buffer.from(rawBody.buffer, rawBody.byteOffset, rawBody.byteLength); // a view, not a copy
  if (matchesSecret(entries, secrets, { id, seconds, body })) return { ok: true, webhookId: id, scheme: 'v1' };

  const edSignatures = entries.map(parseEdSignature).filter((signature) => signature !== null);
  const tokens = entries.map(parseToken).filter((token) => token !== null);
  if (edSignatures.length + tokens.length === 0) return { ok: false, reason: 'no_match' };

  const message = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);
  const tryKeys = async ({ ed25519, rsa }: PublicKeys): Promise<Verification | null> => {
    if (edSignatures.some((signature) => ed25519.some((key) => verify(null, message, key, signature)))) {
      return { ok: true, webhookId: id, scheme: 'v1a' };
    }
    for (const token of tokens) {
      const claims = await verifyToken(token, rsa, audience, now);
      if (claims === null) continue;
      const tokenHash = createHash('sha256').update(token.text).digest('hex');
      return { ok: true, webhookId: id, scheme: 'jwt', tokenHash, claims };
    }
    return null;
  };

  const known = await keySet.keys();
  const verified = await tryKeys(known);
  if (verified !== null) return verified;
  const newer = await keySet.newerThan(known);
  return (newer && (await tryKeys(newer))) ?? { ok: false, reason: 'no_match' };
}

/**
 * The signing secrets in a configuration value: separated by white space, each with or without `whsec_`, doubles left out.
 * Throws an Error that says which one is wrong and why, without the secret, when there is none or one could not be right.
 */
export function parseSecrets(text: string): string[] {
  const expected = 'expected "whsec_" and the base64 of 24 to 64 bytes';
  const secrets = text.split(/\s+/).filter((secret) => secret !== '');
  if (secrets.length === 0) throw new Error(`no webhook secret: the value is empty, ${expected}`);
  secrets.forEach((secret, index) => {
    const decoded = decodeSecret(secret);
    if ('problem' in decoded) {
      throw new Error(`webhook secret ${index + 1} of ${secrets.length} ${decoded.problem}: ${expected}`);
    }
  });
  return [...new Set(secrets)];
}

/** Null when the list is too long to be worth our time, or was joined from several header lines. */
function parseEntries(header: string): string[] | null {
  if (header.length > MAX_HEADER_LENGTH) return null;
  const entries = header.split(' ').filter((entry) => entry !== '');
  if (entries.length > MAX_ENTRIES) return null;
  // One comma follows the label. One more, or one at the end, is where two header lines were joined.
  const joined = entries.some((entry) => entry.endsWith(',') || entry.indexOf(',') !== entry.lastIndexOf(','));
  return joined ? null : entries;
}

type Signed = { id: string; seconds: number; body: Buffer };

function matchesSecret(entries: readonly string[], secrets: readonly string[], signed: Signed): boolean {
  const given = entries.filter((entry) => entry.startsWith('v1,')).map((entry) => Buffer.from(entry));
  if (given.length === 0) return false;
  for (const secret of secrets) {
    const key = hmacKey(secret);
    if (key === null) continue;
    // Compared as text: base64 can be spelled in several ways that decode to the same bytes, and only one is right.
    const wanted = Buffer.from(signV1(key, signed));
    if (given.some((entry) => entry.length === wanted.length && timingSafeEqual(entry, wanted))) return true;
  }
  return false;
}

/**
 * The package signs and we compare: its own `verify` reads the wall clock, takes a prefix of the timestamp for the number,
 * and parses the body. It also turns the body into text first, where all bytes that are not UTF-8 become the same U+FFFD
 * and two bodies share one signature; for those the HMAC is over the bytes themselves.
 */
function signV1({ bytes, webhook }: HmacKey, { id, seconds, body }: Signed): string {
  if (isUtf8(body)) return webhook.sign(id, new Date(seconds * 1000), body);
  return `v1,${createHmac('sha256', bytes).update(`${id}.${seconds}.`).update(body).digest('base64')}`;
}

type HmacKey = Readonly<{ bytes: Buffer; webhook: Webhook }>;

const hmacKeys = new Map<string, HmacKey | null>();

/** Decoded once for each secret, as this runs for every delivery. Null for one that could not be right, the empty one included. */
function hmacKey(secret: string): HmacKey | null {
  const known = hmacKeys.get(secret);
  if (known !== undefined) return known;
  const decoded = decodeSecret(secret);
  const key =
    'problem' in decoded ? null : { bytes: decoded.bytes, webhook: new Webhook(decoded.bytes, { format: 'raw' }) };
  if (hmacKeys.size >= MAX_REMEMBERED_SECRETS) hmacKeys.clear(); // rotated secrets do not pile up
  hmacKeys.set(secret, key);
  return key;
}

function decodeSecret(secret: string): { bytes: Buffer } | { problem: string } {
  const text = secret.replace(/^whsec_/, '');
  if (text === '') return { problem: 'is empty' };
  const bytes = decodeExactly(text, 'base64');
  if (bytes === null) return { problem: 'is not base64' };
  if (bytes.length < 24) return { problem: `is too short (${bytes.length} bytes)` };
  if (bytes.length > 64) return { problem: `is too long (${bytes.length} bytes)` };
  return { bytes };
}

function parseEdSignature(entry: string): Buffer | null {
  const bytes = entry.startsWith('v1a,') ? decodeExactly(entry.slice('v1a,'.length), 'base64') : null;
  return bytes?.length === 64 ? bytes : null;
}

type Token = { text: string; kid: string | undefined };

/** Null for what is not a JWT signed by RS256, told before any key is loaded. The algorithm is ours; the token must agree. */
function parseToken(entry: string): Token | null {
  const signature = /^[\w-]+\.[\w-]+\.([\w-]+)$/.exec(entry)?.[1];
  // The last letter has bits that decoding drops: respelled, one token would have several hashes and count as several.
  if (signature === undefined || decodeExactly(signature, 'base64url') === null) return null;
  try {
    const { alg, kid } = decodeProtectedHeader(entry);
    return alg === 'RS256' ? { text: entry, kid } : null;
  } catch {
    return null;
  }
}

async function verifyToken(
  token: Token,
  keys: PublicKeys['rsa'],
  audience: string | undefined,
  now: Date,
): Promise<Record<string, unknown> | null> {
  for (const { kid, key } of keys) {
    if (kid !== undefined && token.kid !== undefined && kid !== token.kid) continue;
    try {
      const { payload } = await jwtVerify(token.text, key, {
        algorithms: ['RS256'],
        requiredClaims: ['exp'],
        ...(audience !== undefined && { audience }),
        clockTolerance: TOKEN_TOLERANCE_SECONDS,
        currentDate: now,
      });
      return payload;
    } catch (error) {
      if (!(error instanceof errors.JOSEError)) throw error;
    }
  }
  return null;
}

/** Null for anything but the one spelling an encoder produces; only the padding, which says nothing, may be missing. */
function decodeExactly(text: string, encoding: 'base64' | 'base64url'): Buffer | null {
  const bytes = Buffer.from(text, encoding);
  const spelled = bytes.toString(encoding);
  return text === spelled || text === spelled.replace(/=+$/, '') ? bytes : null;
}
