import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { appendAudit } from '@/lib/audit/append';
import { growLog } from '@/lib/audit/grow';
import { sha256 } from '@/lib/audit/hashes';
import { consistencyProof, inclusionProof, leafIndexOf, logHead, rootAt } from '@/lib/audit/proofs';
import { toSealed } from '@/lib/audit/store';
import { type Database, openDatabase, type Transaction } from '@/lib/db';
import { system } from '@/lib/domain/audit';
import { leafText } from '@/lib/domain/proof/leaf';
import { leafHash, rootOf, verifyConsistency, verifyInclusion } from '@/lib/domain/proof/merkle';
import { execute } from '@/lib/launch/database.mjs';
import { queueGrowth } from '@/lib/queue/store';
import { freshDatabase } from './database';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let db: Database;
beforeEach(async () => {
  database = await freshDatabase();
  db = openDatabase(database.url);
});
afterEach(async () => {
  await db.close();
  await database.drop();
});

const at = new Date('2026-11-25T08:00:00Z');
const now = () => at;
const saw = (reason: string) => ({
  action: 'run.seen' as const,
  actor: system,
  targets: [{ type: 'run' as const, id: 'run_1' }],
  context: { surface: 'worker' as const },
  facts: { reason },
});
const append = (...reasons: string[]) => appendTo(db.prisma, ...reasons);
const appendTo = (tx: Transaction, ...reasons: string[]) => appendAudit(tx, at, ...reasons.map(saw));

/** What the log holds, in its order. */
async function logged(): Promise<string[]> {
  const leaves = await db.prisma.auditNode.findMany({ where: { level: 0 }, orderBy: { index: 'asc' } });
  const entries = await db.prisma.auditEntry.findMany();
  const byId = new Map(entries.map((entry) => [entry.id, entry.metadata as { reason: string }]));
  return leaves.map(({ entryId }) => byId.get(entryId ?? '')?.reason ?? 'missing');
}

async function leafHashes(): Promise<Uint8Array[]> {
  const rows = await db.prisma.auditEntry.findMany({ orderBy: { seq: 'asc' } });
  return rows.map((row) => leafHash(sha256, Buffer.from(leafText(toSealed(row)))));
}

describe('the tree', () => {
  test('has every entry once, in order, with the root that RFC 6962 says, however it grew', async () => {
    for (const count of [1, 2, 4, 1, 9]) {
      await append(...Array.from({ length: count }, (_unused, place) => `${count}.${place}`));
      expect(await growLog({ db, now })).toBe(count);
    }
    expect(await growLog({ db, now })).toBe(0);
    const hashes = await leafHashes();
    const head = await logHead(db.prisma);
    expect(head).toMatchObject({ size: 17, log: expect.stringMatching(/^log_[0-9a-f]{32}$/) });
    for (let size = 0; size <= 17; size++) {
      expect(Buffer.from(await rootAt(db.prisma, size))).toEqual(Buffer.from(rootOf(sha256, hashes.slice(0, size))));
    }
  });

  test('proves that each entry is in it, and that each of its sizes began the next', async () => {
    await append(...Array.from({ length: 21 }, (_unused, place) => `${place}`));
    await growLog({ db, now });
    const hashes = await leafHashes();
    const { root, size } = await logHead(db.prisma);
    const ids = await db.prisma.auditEntry.findMany({ orderBy: { seq: 'asc' }, select: { id: true } });
    for (const [place, { id }] of ids.entries()) {
      const index = (await leafIndexOf(db.prisma, id)) ?? -1;
      expect(index).toBe(place);
      const path = await inclusionProof(db.prisma, index, size);
      expect(
        verifyInclusion(sha256, { index, size, leafHash: hashes[place] ?? sha256(new Uint8Array()), path, root }),
      ).toBe(true);
    }
    for (let first = 0; first <= size; first++) {
      const path = await consistencyProof(db.prisma, first, size);
      const firstRoot = await rootAt(db.prisma, first);
      expect(verifyConsistency(sha256, { first, second: size, firstRoot, secondRoot: root, path })).toBe(true);
    }
  });

  test('holds back what a running transaction could still come before', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let written = () => {};
    const early = new Promise<void>((resolve) => {
      written = resolve;
    });
    const slow = db.prisma.$transaction(async (tx) => {
      await appendTo(tx, 'begun first');
      written();
      await held;
      await appendTo(tx, 'begun first, written last');
    });
    await early;
    await append('begun second, committed first');
    expect(await growLog({ db, now })).toBe(0);
    release();
    await slow;
    expect(await growLog({ db, now })).toBe(3);
    expect(await logged()).toEqual(['begun first', 'begun first, written last', 'begun second, committed first']);
  });

  test('leaves out what was rolled back', async () => {
    await db.prisma
      .$transaction(async (tx) => {
        await appendTo(tx, 'never');
        throw new Error('no');
      })
      .catch(() => undefined);
    await append('kept');
    await growLog({ db, now });
    expect(await logged()).toEqual(['kept']);
  });

  test('grows the same with many workers at once and many who append', async () => {
    const appending = Promise.all(
      Array.from({ length: 8 }, async (_unused, writer) => {
        for (let turn = 0; turn < 15; turn++) await db.prisma.$transaction((tx) => appendTo(tx, `${writer}.${turn}`));
      }),
    );
    const growing = Promise.all(
      Array.from({ length: 3 }, async () => {
        for (let turn = 0; turn < 10; turn++) await growLog({ db, now });
      }),
    );
    await Promise.all([appending, growing]);
    await growLog({ db, now });
    const all = await logged();
    expect(all.toSorted()).toEqual(
      Array.from({ length: 8 }, (_unused, writer) => Array.from({ length: 15 }, (_other, turn) => `${writer}.${turn}`))
        .flat()
        .toSorted(),
    );
    for (let writer = 0; writer < 8; writer++) {
      const own = all.filter((reason) => reason.startsWith(`${writer}.`));
      expect(own).toEqual(Array.from({ length: 15 }, (_unused, turn) => `${writer}.${turn}`));
    }
    const leaves = await db.prisma.auditNode.findMany({ where: { level: 0 }, orderBy: { index: 'asc' } });
    const { root } = await logHead(db.prisma);
    expect(Buffer.from(root)).toEqual(
      Buffer.from(
        rootOf(
          sha256,
          leaves.map(({ hash }) => hash),
        ),
      ),
    );
  });

  test('goes on in a server that counts transactions anew, after a backup was restored there', async () => {
    await append('before');
    await growLog({ db, now });
    await append('not yet in the tree');
    // As if this server had counted a billion transactions more when the backup was made.
    const renumbered = (which: string) =>
      execute(
        database.adminUrl,
        `alter table audit_entry disable trigger audit_entry_is_append_only;
         update audit_entry set tx_id = (tx_id::text::bigint + 1000000000)::text::xid8 where ${which};
         alter table audit_entry enable always trigger audit_entry_is_append_only`,
      );
    await renumbered('true');
    await execute(
      database.adminUrl,
      `update audit_log set grown_tx = (grown_tx::text::bigint + 1000000000)::text::xid8`,
    );
    await append('after');
    expect(await growLog({ db, now })).toBe(3);
    await append('later');
    expect(await growLog({ db, now })).toBe(1);
    expect(await growLog({ db, now })).toBe(0);
    // What has no reason is the entry that says so.
    expect(await logged()).toEqual(['before', 'not yet in the tree', 'after', 'missing', 'later']);
  });

  test.each([
    ['UPDATE', `update audit_node set hash = hash`],
    ['DELETE', 'delete from audit_node'],
    ['TRUNCATE', 'truncate audit_node'],
  ])('is only ever added to: %s is refused', async (_name, text) => {
    await append('one');
    await growLog({ db, now });
    await expect(execute(database.adminUrl, text)).rejects.toThrow('append-only');
  });
});

test('growth is queued when entries wait, and as one job', async () => {
  const jobs = () =>
    execute(database.adminUrl, `select from graphile_worker.jobs where task_identifier = 'audit.grow'`);
  await queueGrowth({ db });
  expect(await jobs()).toHaveLength(0);
  await append('one', 'two');
  await queueGrowth({ db });
  await queueGrowth({ db });
  expect(await jobs()).toHaveLength(1);
  await growLog({ db, now });
  await execute(database.adminUrl, 'select graphile_worker.complete_jobs(array_agg(id)) from graphile_worker.jobs');
  await queueGrowth({ db });
  expect(await jobs()).toHaveLength(0);
});
