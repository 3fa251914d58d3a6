import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';

/** Gemini's public keys, imported and sorted by the only use each may have. */
export type PublicKeys = Readonly<{
  ed25519: readonly KeyObject[]; // for `v1a`
  rsa: readonly Readonly<{ kid: string | undefined; key: KeyObject }>[]; // for RS256 tokens
}>;

/** A cached JWKS. Both calls throw `KeySetUnavailable` only while no key has ever been loaded. */
export type KeySet = Readonly<{
  /** The keys of at most ten minutes ago, or older ones while the address does not answer. */
  keys(): Promise<PublicKeys>;
  /** To be asked when none of `seen` matches: keys that differ from those, or null when there are none (yet). */
  newerThan(seen: PublicKeys): Promise<PublicKeys | null>;
}>;

/** There is no key to verify with. Says nothing about the delivery, so its sender should try again (503). */
export class KeySetUnavailable extends Error {
  override readonly name = 'KeySetUnavailable';
}

const FRESH_MS = 10 * 60_000; // a key that Google withdraws is refused here at most this much later
const COOLDOWN_MS = 60_000; // anyone can send a signature of an unknown key: no more than one request a minute from that
const EMPTY_COOLDOWN_MS = 5_000; // without keys every delivery waits for them, so try more often
const TIMEOUT_MS = 5_000; // Gemini expects its answer "within a few seconds"
const MAX_BYTES = 64 * 1024; // the live key set has 400 bytes
const MAX_KEYS = 16; // of a kind: a junk signature is tried against each of them

/**
 * The keys at `url`, which comes from the configuration and never from a request. Simultaneous callers share one
 * request; a failed one leaves the old keys in place and is told to `onLoadFailed`.
 *
 * `createRemoteJWKSet` of jose picks one key by the token's `kid`. Gemini's live keys have no `kid`, and a `v1a`
 * signature has no header to name one, so every key must be at hand to be tried.
 */
export function createKeySet(options: {
  url: string;
  fetch?: typeof fetch;
  now?: () => Date;
  timeoutMs?: number;
  onLoadFailed?: (error: unknown) => void;
}): KeySet {
  const { url, now = () => new Date(), timeoutMs = TIMEOUT_MS, onLoadFailed } = options;
  const request = options.fetch ?? globalThis.fetch;

  let keys: PublicKeys | undefined;
  let keysText: string | undefined;
  let loadedAt = Number.NEGATIVE_INFINITY;
  let triedAt = Number.NEGATIVE_INFINITY;
  let failure: unknown;
  let loading: Promise<void> | undefined;

  // A clock that was set back must not stop the loading until it has caught up: hence the distance, in either direction.
  const since = (instant: number) => Math.abs(now().getTime() - instant);

  async function load(): Promise<void> {
    try {
      const text = await download(request, url, timeoutMs);
      // The same text keeps the same object: `newerThan` tells by it that trying again is pointless.
      if (text !== keysText) {
        keys = parseKeys(text);
        keysText = text;
      }
      loadedAt = now().getTime();
    } catch (error) {
      failure = error;
      onLoadFailed?.(error);
    } finally {
      triedAt = now().getTime(); // at the end: a request that hangs for 5 s would otherwise use up its own cooldown
    }
  }

  async function loadUnlessWithin(cooldownMs: number): Promise<void> {
    if (loading === undefined) {
      if (since(triedAt) < cooldownMs) return;
      loading = load().finally(() => {
        loading = undefined;
      });
    }
    await loading;
  }

  return {
    async keys() {
      if (keys === undefined) await loadUnlessWithin(EMPTY_COOLDOWN_MS);
      else if (since(loadedAt) >= FRESH_MS) await loadUnlessWithin(COOLDOWN_MS);
      if (keys === undefined) throw new KeySetUnavailable(`no keys from ${url}`, { cause: failure });
      return keys;
    },

    async newerThan(seen) {
      if (keys === seen) await loadUnlessWithin(COOLDOWN_MS);
      return keys === undefined || keys === seen ? null : keys;
    },
  };
}

async function download(request: typeof fetch, url: string, timeoutMs: number): Promise<string> {
  const response = await request(url, {
    headers: { accept: 'application/json' },
    redirect: 'error', // the configured address alone says which keys we trust
    signal: AbortSignal.timeout(timeoutMs),
    cache: 'no-store', // Next.js extends fetch by a cache of its own
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`key set: status ${response.status}`);
  }

  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_BYTES) throw new Error(`key set: more than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

// Only public members pass, and only a use that the key itself does not rule out.
const use = z.literal('sig').optional();
const keySetSchema = z.object({ keys: z.array(z.unknown()) });
const keySchema = z.discriminatedUnion('kty', [
  z.object({
    kty: z.literal('OKP'),
    crv: z.literal('Ed25519'),
    alg: z.enum(['EdDSA', 'Ed25519']).optional(),
    use,
    x: z.string(),
  }),
  z.object({
    kty: z.literal('RSA'),
    alg: z.literal('RS256').optional(),
    use,
    kid: z.string().optional(),
    n: z.string(),
    e: z.string(),
  }),
]);

/** Throws when the text has no usable key. Other keys are left out: a new kind beside the known ones is no error. */
function parseKeys(text: string): PublicKeys {
  const ed25519: KeyObject[] = [];
  const rsa: { kid: string | undefined; key: KeyObject }[] = [];
  for (const entry of keySetSchema.parse(JSON.parse(text)).keys) {
    const parsed = keySchema.safeParse(entry);
    if (!parsed.success) continue;
    if (parsed.data.kty === 'OKP') {
      const { kty, crv, x } = parsed.data;
      const key = importKey({ kty, crv, x });
      if (key !== null && ed25519.length < MAX_KEYS) ed25519.push(key);
    } else {
      const { kty, n, e, kid } = parsed.data;
      const key = importKey({ kty, n, e });
      const bits = key?.asymmetricKeyDetails?.modulusLength ?? 0;
      if (key !== null && bits >= 2048 && rsa.length < MAX_KEYS) rsa.push({ kid, key }); // RFC 7518 §3.3: RS256 from 2048 bits
    }
  }
  if (ed25519.length + rsa.length === 0) throw new Error('key set: no usable key');
  return { ed25519, rsa };
}

function importKey(jwk: JsonWebKey): KeyObject | null {
  try {
    return createPublicKey({ key: jwk, format: 'jwk' });
  } catch {
    return null;
  }
}
