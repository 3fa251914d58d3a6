import { createHmac, generateKeyPair, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';

import { isObject, type Json, type JsonObject } from './wire';

/** What a signature covers: `id.timestamp.body`, over the bytes that are sent. */
export type Signed = { id: string; timestamp: number; body: string };

/** The keys with which dynamic deliveries are signed, and their public halves. */
export type SigningKeys = {
  signV1a(message: Signed): string;
  signJwt(claims: JsonObject): Promise<string>;
  publicKeys(keyIds: 'none' | 'rsa' | 'all'): Promise<JsonObject>;
  /** Replaces every key, as Google may at any time. */
  rotate(): void;
};

/** `v1,` and the HMAC-SHA256 with the decoded bytes of a `whsec_` secret. */
export function signV1(secret: string, message: Signed): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return `v1,${createHmac('sha256', key).update(signedBytes(message)).digest('base64')}`;
}

/** A signature of the right form that no key has made: each entry of the list differs in its first character. */
export function corruptSignature(header: string): string {
  return header
    .split(' ')
    .map((entry) => {
      const at = entry.includes(',') ? entry.indexOf(',') + 1 : entry.lastIndexOf('.') + 1;
      const first = entry[at] === 'A' ? 'B' : 'A';
      return `${entry.slice(0, at)}${first}${entry.slice(at + 1)}`;
    })
    .join(' ');
}

/** Makes new keys: three Ed25519 pairs of which the second signs, and one RSA pair. */
export function createSigningKeys(): SigningKeys {
  let generation = 0;
  let pairs = ed25519Pairs();
  let rsa: Promise<KeyPair> | null = null;
  // Made on first use: an RSA key takes longer than everything else at start-up together.
  const rsaPair = (): Promise<KeyPair> => (rsa ??= makeRsa('rsa', { modulusLength: 2048 }));
  const rsaKeyId = (): string => `gemini-rsa-${generation + 1}`;

  return {
    signV1a(message) {
      const pair = pairs[SIGNING_PAIR];
      if (pair === undefined) throw new Error('no Ed25519 key');
      return `v1a,${sign(null, signedBytes(message), pair.privateKey).toString('base64')}`;
    },
    async signJwt(claims) {
      const { privateKey } = await rsaPair();
      const head = encode({ alg: 'RS256', kid: rsaKeyId(), typ: 'JWT' });
      const text = `${head}.${encode(claims)}`;
      return `${text}.${sign('RSA-SHA256', Buffer.from(text, 'ascii'), privateKey).toString('base64url')}`;
    },
    async publicKeys(keyIds) {
      const edwards = pairs.map(({ publicKey }, index) => ({
        ...exportJwk(publicKey),
        alg: 'EdDSA',
        use: 'sig',
        ...(keyIds === 'all' ? { kid: `gemini-ed25519-${generation * pairs.length + index + 1}` } : {}),
      }));
      const { publicKey } = await rsaPair();
      const named = keyIds === 'none' ? {} : { kid: rsaKeyId() };
      return { keys: [...edwards, { ...exportJwk(publicKey), alg: 'RS256', use: 'sig', ...named }] };
    },
    rotate() {
      generation += 1;
      pairs = ed25519Pairs();
      rsa = null;
    },
  };
}

type KeyPair = { publicKey: KeyObject; privateKey: KeyObject };

const makeRsa = promisify(generateKeyPair) as (type: 'rsa', options: { modulusLength: number }) => Promise<KeyPair>;
const SIGNING_PAIR = 1; // not the first, so that a receiver which tries only one key is found out

function ed25519Pairs(): KeyPair[] {
  return [0, 1, 2].map(() => generateKeyPairSync('ed25519'));
}

function signedBytes({ id, timestamp, body }: Signed): Buffer {
  return Buffer.from(`${id}.${timestamp}.${body}`, 'utf8');
}

function encode(value: Json): string {
  return Buffer.from(JSON.stringify(value), 'utf8').toString('base64url');
}

function exportJwk(key: KeyObject): JsonObject {
  const jwk: unknown = key.export({ format: 'jwk' });
  if (!isObject(jwk)) throw new Error('a key could not be exported');
  return jwk;
}
