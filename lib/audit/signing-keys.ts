import { CompactSign, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import { z } from 'zod';
import type { Transaction } from '@/lib/db';
import { type AuditContext, system } from '@/lib/domain/audit';
import type { JsonObject } from '@/lib/domain/json';
import { actorOf, type By, demand } from '@/lib/people/people';
import type { Services } from '@/lib/services';
import { appendAudit } from './append';
import { lockLog } from './tree-store';

// RFC 7518: ECDSA on P-256 with SHA-256. A verifier is told this beside the keys and hears nothing else.
const algorithm = 'ES256';

type KeyServices = Pick<Services, 'db' | 'secrets' | 'now'>;

/** A key as it is published. */
export type PublishedKey = Readonly<{
  kty: 'EC';
  crv: 'P-256';
  x: string;
  y: string;
  kid: string;
  alg: 'ES256';
  use: 'sig';
}>;

/**
 * Signs a statement with the key in force, which is made at the first need: a compact JWS, ES256, and the key's id.
 * Throws when the key does not open: it was sealed under another APP_SECRET; a rotation makes a new one.
 */
export async function signStatement(
  services: KeyServices,
  statement: JsonObject,
): Promise<{ jws: string; kid: string }> {
  const { kid, key } = await keyInForce(services);
  const payload = new TextEncoder().encode(JSON.stringify(statement));
  const jws = await new CompactSign(payload).setProtectedHeader({ alg: algorithm, kid }).sign(key);
  return { jws, kid };
}

/** Makes the first key when there is none. */
export async function ensureSigningKey(services: KeyServices): Promise<void> {
  if ((await rowInForce(services.db.prisma)) === null) await firstKey(services);
}

/** Every key that ever signed, the one in force first, as RFC 7517 publishes them. */
export async function publishedKeys({ db }: Pick<Services, 'db'>): Promise<{ keys: PublishedKey[] }> {
  const rows = await db.prisma.signingKey.findMany({
    orderBy: [{ retiredAt: { sort: 'desc', nulls: 'first' } }, { kid: 'asc' }],
    select: { kid: true, publicJwk: true },
  });
  return { keys: rows.map(({ kid, publicJwk }) => published(kid, publicJwk)) };
}

/**
 * Puts a new key in force. The old one stays published, since what it signed stays; its private half is erased.
 * Throws `forbidden` without `settings.manage`.
 */
export async function rotateSigningKey(services: KeyServices, by: By, context: AuditContext): Promise<{ kid: string }> {
  demand(by, 'settings.manage');
  const made = await newKey(services);
  return services.db.prisma.$transaction(async (tx) => {
    await lockLog(tx);
    const now = services.now();
    const before = await tx.signingKey.findFirst({ where: { retiredAt: null }, select: { kid: true } });
    if (before !== null) {
      await tx.signingKey.update({
        where: { kid: before.kid },
        data: { retiredAt: now, privateCipher: new Uint8Array() },
      });
    }
    await tx.signingKey.create({ data: { ...made, createdAt: now } });
    await appendAudit(tx, now, {
      action: 'signing_key.rotated',
      actor: actorOf(by),
      targets: [{ type: 'signing_key', id: made.kid }],
      context,
      facts: { from: before?.kid ?? 'none', to: made.kid },
    });
    return { kid: made.kid };
  });
}

// Opened keys by their id: a receipt must not cost a decryption each.
const opened = new Map<string, CryptoKey>();

async function keyInForce(services: KeyServices): Promise<{ kid: string; key: CryptoKey }> {
  const row = (await rowInForce(services.db.prisma)) ?? (await firstKey(services));
  const known = opened.get(row.kid);
  if (known) return { kid: row.kid, key: known };
  const jwk = z.looseObject({ kty: z.literal('EC') }).parse(JSON.parse(services.secrets.open(row.privateCipher)));
  const key = await importJWK(jwk as JWK, algorithm);
  if (key instanceof Uint8Array) throw new TypeError('the signing key is no key pair');
  opened.set(row.kid, key);
  return { kid: row.kid, key };
}

function rowInForce(tx: Transaction) {
  return tx.signingKey.findFirst({ where: { retiredAt: null }, select: { kid: true, privateCipher: true } });
}

// Several processes may need the first key at once: one makes it, the others take it.
async function firstKey(services: KeyServices): Promise<{ kid: string; privateCipher: Uint8Array }> {
  const made = await newKey(services);
  return services.db.prisma.$transaction(async (tx) => {
    await lockLog(tx);
    const present = await rowInForce(tx);
    if (present !== null) return present;
    const now = services.now();
    await tx.signingKey.create({ data: { ...made, createdAt: now } });
    await appendAudit(tx, now, {
      action: 'signing_key.created',
      actor: system,
      targets: [{ type: 'signing_key', id: made.kid }],
      context: { surface: 'worker' },
      facts: { kid: made.kid },
    });
    return made;
  });
}

async function newKey(services: KeyServices) {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  const publicJwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(publicJwk);
  const privateCipher = services.secrets.seal(JSON.stringify(await exportJWK(privateKey)));
  return { kid, publicJwk: { ...published(kid, publicJwk) }, privateCipher };
}

const publicPart = z.looseObject({ kty: z.literal('EC'), crv: z.literal('P-256'), x: z.string(), y: z.string() });

function published(kid: string, jwk: unknown): PublishedKey {
  const { kty, crv, x, y } = publicPart.parse(jwk);
  return { kty, crv, x, y, kid, alg: algorithm, use: 'sig' };
}
