import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { compactVerify, createLocalJWKSet, decodeProtectedHeader } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { GET } from '@/app/.well-known/jwks.json/route';
import { appendAudit } from '@/lib/audit/append';
import { checkpointOnDemand, checkpointOver, checkpointWhenGrown, newestCheckpoint } from '@/lib/audit/checkpoint';
import { readCheckpointFiles } from '@/lib/audit/checkpoint-directory';
import { growLog } from '@/lib/audit/grow';
import { logHead } from '@/lib/audit/proofs';
import { publishedKeys, rotateSigningKey, signStatement } from '@/lib/audit/signing-keys';
import { system } from '@/lib/domain/audit';
import { toHex } from '@/lib/domain/proof/merkle';
import { execute } from '@/lib/launch/database.mjs';
import { queueCheckpoint } from '@/lib/queue/store';
import type { Services } from '@/lib/services';
import { aPerson } from '@/tests/support/builders';
import { testServices } from '@/tests/support/services';
import { freshDatabase } from './database';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let services: Services;
let directory: string;
let offsetMs: number;
beforeEach(async () => {
  offsetMs = 0;
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-checkpoints-'));
  database = await freshDatabase();
  services = testServices({
    databaseUrl: database.url,
    gemini: { url: 'http://127.0.0.1:1' },
    now: () => new Date(Date.now() + offsetMs),
    variables: { AUDIT_CHECKPOINT_DIR: directory },
  });
});
afterEach(async () => {
  await services.db.close();
  await database.drop();
  fs.rmSync(directory, { recursive: true, force: true });
});

const admin = aPerson('admin', 'admin');
const fromWeb = { surface: 'web' as const };
const append = () =>
  appendAudit(services.db.prisma, services.now(), {
    action: 'run.seen',
    actor: system,
    targets: [],
    context: { surface: 'worker' },
    facts: { reason: 'x' },
  });
const verified = async (jws: string) => {
  const { payload } = await compactVerify(jws, createLocalJWKSet(await publishedKeys(services)));
  return JSON.parse(new TextDecoder().decode(payload)) as Record<string, unknown>;
};
const files = async () => {
  const { log } = await logHead(services.db.prisma);
  const found: { file: string; jws: string }[] = [];
  for await (const file of readCheckpointFiles(services, log)) found.push(file);
  return found;
};
const actions = async () =>
  (await services.db.prisma.auditEntry.findMany({ orderBy: { seq: 'asc' } })).map(({ action }) => action);

describe('a checkpoint', () => {
  test('says under a published key how long the log is and what its root is, here and in the directory', async () => {
    await append();
    await checkpointWhenGrown(services);
    const made = await newestCheckpoint(services);
    const { log, size, root } = await logHead(services.db.prisma);
    expect(await verified(made?.jws ?? '')).toEqual({
      type: 'countersign.checkpoint',
      log,
      size,
      root: toHex(root),
      time: made?.at.toISOString(),
    });
    expect(size).toBe(2); // with the making of the first key
    expect((await files()).map(({ jws }) => jws)).toEqual([made?.jws]);
    expect(
      fs.readdirSync(directory, { recursive: true }).filter((name) => path.basename(String(name)).startsWith('.')),
    ).toEqual([]);
  });

  test('is made when the log grew, and not again', async () => {
    await append();
    await checkpointWhenGrown(services);
    await checkpointWhenGrown(services);
    expect(await files()).toHaveLength(1);
    await append();
    await checkpointWhenGrown(services);
    expect(await files()).toHaveLength(2);
    expect((await checkpointOver(services, 0))?.size).toBe(2);
    expect((await checkpointOver(services, 2))?.size).toBe(3);
    expect(await checkpointOver(services, 3)).toBeNull();
  });

  test('on demand is on record, and only for those who read the history', async () => {
    await append();
    const made = await checkpointOnDemand(services, aPerson('audra', 'auditor'), fromWeb);
    expect(made.size).toBe(2);
    expect(await actions()).toContain('checkpoint.made');
    await expect(checkpointOnDemand(services, aPerson('r'), fromWeb)).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('a directory that fails is said at the place, holds nothing up, and gets everything once it works', async () => {
    fs.rmSync(directory, { recursive: true });
    fs.writeFileSync(directory, 'in the way');
    await append();
    await checkpointWhenGrown(services);
    await append();
    await checkpointWhenGrown(services);
    const place = () => services.db.prisma.checkpointPlace.findUniqueOrThrow({ where: { kind: 'directory' } });
    expect(await place()).toMatchObject({ ok: false, message: expect.stringMatching(/EEXIST|ENOTDIR/) });
    expect((await newestCheckpoint(services))?.size).toBe(3);
    fs.rmSync(directory);
    await checkpointWhenGrown(services);
    expect(await place()).toMatchObject({ ok: true });
    expect(await files()).toHaveLength(2);
  });

  test('is queued when the log grew and the last one is old enough', async () => {
    const jobs = async () =>
      (await execute(database.adminUrl, `select from graphile_worker.jobs where task_identifier = 'audit.checkpoint'`))
        .length;
    const done = () =>
      execute(database.adminUrl, 'select graphile_worker.complete_jobs(array_agg(id)) from graphile_worker.jobs');
    await queueCheckpoint(services);
    expect(await jobs()).toBe(0);
    await append();
    await checkpointWhenGrown(services);
    await append();
    await growLog(services);
    await queueCheckpoint(services);
    expect(await jobs()).toBe(0);
    offsetMs += 5 * 60_000 + 1;
    await queueCheckpoint(services);
    await queueCheckpoint(services);
    expect(await jobs()).toBe(1);
    await checkpointWhenGrown(services);
    await done();
    offsetMs += 5 * 60_000 + 1;
    await queueCheckpoint(services);
    expect(await jobs()).toBe(0);
  });

  test('can be neither changed nor removed', async () => {
    await append();
    await checkpointWhenGrown(services);
    await expect(execute(database.adminUrl, 'update audit_checkpoint set size = 1')).rejects.toThrow('append-only');
    await expect(execute(database.adminUrl, 'delete from audit_checkpoint')).rejects.toThrow('append-only');
  });
});

describe('the keys that sign', () => {
  test('are made once, however many need the first at the same time', async () => {
    const signed = await Promise.all(Array.from({ length: 5 }, () => signStatement(services, { type: 'test' })));
    expect(new Set(signed.map(({ kid }) => kid)).size).toBe(1);
    expect(await actions()).toEqual(['signing_key.created']);
    expect(decodeProtectedHeader(signed[0]?.jws ?? '')).toEqual({ alg: 'ES256', kid: signed[0]?.kid });
  });

  test('are stored sealed and published without their private half', async () => {
    await signStatement(services, {});
    const [row] = await services.db.prisma.signingKey.findMany();
    expect(Buffer.from(row?.privateCipher ?? []).toString('latin1')).not.toContain('"d"');
    enter(services);
    const response = await GET();
    expect(response.headers.get('content-type')).toBe('application/jwk-set+json');
    expect(await response.json()).toEqual({
      keys: [
        {
          kty: 'EC',
          crv: 'P-256',
          x: expect.any(String),
          y: expect.any(String),
          kid: row?.kid,
          alg: 'ES256',
          use: 'sig',
        },
      ],
    });
  });

  test('are rotated by admins; what an old one signed verifies still, and nothing new is signed with it', async () => {
    const before = await signStatement(services, { type: 'old' });
    await rotateSigningKey(services, admin, fromWeb);
    const after = await signStatement(services, { type: 'new' });
    expect(after.kid).not.toBe(before.kid);
    expect((await publishedKeys(services)).keys.map(({ kid }) => kid)).toEqual([after.kid, before.kid]);
    expect(await verified(before.jws)).toEqual({ type: 'old' });
    expect(await verified(after.jws)).toEqual({ type: 'new' });
    const old = await services.db.prisma.signingKey.findUniqueOrThrow({ where: { kid: before.kid } });
    expect(old.privateCipher.length).toBe(0);
    expect(await actions()).toEqual(['signing_key.created', 'signing_key.rotated']);
    await expect(rotateSigningKey(services, aPerson('a', 'auditor'), fromWeb)).rejects.toMatchObject({
      code: 'forbidden',
    });
  });
});

// Routes take the services of their process.
function enter(own: Services): void {
  (globalThis as typeof globalThis & { countersignServices?: Services }).countersignServices = own;
}
