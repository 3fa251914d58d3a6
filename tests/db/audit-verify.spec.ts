import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { CompactSign, exportJWK, generateKeyPair } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { appendAudit } from '@/lib/audit/append';
import { checkpointWhenGrown } from '@/lib/audit/checkpoint';
import { growLog } from '@/lib/audit/grow';
import { sha256 } from '@/lib/audit/hashes';
import { logHead } from '@/lib/audit/proofs';
import { toSealed } from '@/lib/audit/store';
import { latestVerifications, runVerification, startVerification, verifyDaily } from '@/lib/audit/verification';
import { verifyHistory } from '@/lib/audit/verify-history';
import { verifyAuditCommand } from '@/lib/cli/audit-verify';
import { leafText } from '@/lib/domain/proof/leaf';
import { leafHash } from '@/lib/domain/proof/merkle';
import { execute } from '@/lib/launch/database.mjs';
import type { Services } from '@/lib/services';
import { aPerson } from '@/tests/support/builders';
import { testServices } from '@/tests/support/services';
import { freshDatabase } from './database';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let services: Services;
let directory: string;
let ids: string[];
beforeEach(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-checkpoints-'));
  database = await freshDatabase();
  services = testServices({
    databaseUrl: database.url,
    gemini: { url: 'http://127.0.0.1:1' },
    now: () => new Date(),
    variables: { AUDIT_CHECKPOINT_DIR: directory },
  });
  // The key's own entry and seven others, signed; then three more, signed again.
  for (const count of [7, 3]) {
    for (let place = 0; place < count; place++) await append(`${count}.${place}`);
    await checkpointWhenGrown(services);
  }
  const leaves = await services.db.prisma.auditNode.findMany({ where: { level: 0 }, orderBy: { index: 'asc' } });
  ids = leaves.map(({ entryId }) => entryId ?? '');
});
afterEach(async () => {
  await services.db.close();
  await database.drop();
  fs.rmSync(directory, { recursive: true, force: true });
});

const append = (reason: string) =>
  appendAudit(services.db.prisma, services.now(), {
    action: 'run.seen',
    actor: { type: 'person', id: 'usr_ada', name: 'Ada' },
    targets: [{ type: 'run', id: 'run_1' }],
    context: { surface: 'worker' },
    facts: { reason },
  });
const at = (place: number): string => ids[place] ?? 'none';

/** As a superuser who can do anything, past every trigger. */
async function tamper(...statements: string[]): Promise<void> {
  const tables = ['audit_entry', 'audit_personal', 'audit_node', 'audit_checkpoint'];
  const all = (what: string) => tables.map((table) => `alter table ${table} ${what} trigger user`).join('; ');
  await execute(database.adminUrl, `${all('disable')}; ${statements.join('; ')}; ${all('enable')}`);
}

const codes = async () => (await verifyHistory(services)).findings.map(({ code }) => code);
const findings = async () => (await verifyHistory(services)).findings;

test('a history that nobody touched verifies, also when entries wait for the tree', async () => {
  await append('new');
  const { log: _log, size, root } = await logHead(services.db.prisma);
  expect(await verifyHistory(services)).toEqual({
    size,
    root: Buffer.from(root).toString('hex'),
    checkpoints: 2,
    findings: [],
    findingCount: 0,
  });
  await services.db.prisma.auditPersonal.deleteMany({ where: { subject: 'usr_ada' } }); // an erasure is no fault
  expect(await codes()).toEqual([]);
});

describe('in PostgreSQL, as a superuser with the triggers off', () => {
  test.each([
    ['what was done', `action = 'run.lost'`],
    ['when', `occurred_at = occurred_at + interval '1 second'`],
    ['by whom', `actor_id = 'usr_eve'`],
    ['a name into the leaf', `actor_name = 'Eve'`],
    ['to what', `targets = '[]'`],
    ['from where', `context = '{"surface":"web"}'`],
    ['a fact', `metadata = '{"reason":"changed"}'`],
    ['the run', `run_id = 'run_2'`],
    ['a commitment', `personal = '{}'`],
    ['the version', 'version = 2'],
    ['its id', `id = 'aud_other'`],
  ])('an edit of an entry is found, and which: %s', async (name, change) => {
    await tamper(`update audit_entry set ${change} where id = '${at(4)}'`);
    const code = name === 'its id' ? 'entry_missing' : 'entry_changed';
    expect(await findings()).toContainEqual(expect.objectContaining({ code, entry: at(4), leaf: 4 }));
  });

  test('an edit of what is said of somebody is found', async () => {
    await tamper(`update audit_personal set data = '{"actor":{"name":"Eve"}}' where entry_id = '${at(5)}'`);
    expect(await findings()).toEqual([expect.objectContaining({ code: 'personal_changed', entry: at(5), leaf: 5 })]);
  });

  test('a deleted entry is found, and several in a row as one finding', async () => {
    await tamper(`delete from audit_entry where id in ('${at(3)}', '${at(4)}', '${at(7)}')`);
    expect(await findings()).toEqual([
      expect.objectContaining({ code: 'entry_missing', entry: at(3), leaf: 3, count: 2 }),
      expect.objectContaining({ code: 'entry_missing', entry: at(7), leaf: 7 }),
    ]);
  });

  test('an entry that was put among older ones is found', async () => {
    await tamper(
      `insert into audit_entry (id, action, occurred_at, actor_type, actor_id, targets, context, metadata, tx_id)
       select 'aud_forged', action, occurred_at, actor_type, actor_id, targets, context, metadata, tx_id
       from audit_entry where id = '${at(4)}'`,
      `update audit_entry set seq = -1 where id = 'aud_forged'`,
    );
    await growLog(services);
    expect(await findings()).toEqual([expect.objectContaining({ code: 'entry_added', entry: 'aud_forged' })]);
  });

  test('entries whose leaves changed places are found, and where they were written', async () => {
    await tamper(
      `update audit_node set entry_id = 'swap' where level = 0 and index = 2`,
      `update audit_node set entry_id = '${at(2)}' where level = 0 and index = 5`,
      `update audit_node set entry_id = '${at(5)}' where level = 0 and index = 2`,
    );
    const found = await findings();
    expect(found).toContainEqual(
      expect.objectContaining({
        code: 'entry_moved',
        entry: at(5),
        leaf: 2,
        message: expect.stringContaining('place 5'),
      }),
    );
    expect(found).toContainEqual(expect.objectContaining({ code: 'entry_moved', entry: at(2), leaf: 5 }));
  });

  test('entries that were numbered anew, so that they read in another order, are found', async () => {
    await tamper(
      `update audit_entry set (tx_id, seq) = (select tx_id, -seq from audit_entry where id = '${at(6)}') where id = '${at(2)}'`,
    );
    expect(await codes()).toContain('entry_moved');
  });

  test('an end that was cut off, tree and all, is found, and after which entry', async () => {
    await tamper(
      `delete from audit_entry where id in ('${at(8)}', '${at(9)}', '${at(10)}')`,
      'delete from audit_node where (index + 1) << level > 8',
    );
    expect(await findings()).toEqual([expect.objectContaining({ code: 'history_cut', leaf: 8 })]);
    // Also when the checkpoint that knows of it is deleted, since there is another in the directory.
    await tamper('delete from audit_checkpoint where size > 8');
    expect(await codes()).toEqual(['checkpoint_missing', 'history_cut']);
  });

  test('a history that is all gone is found', async () => {
    await tamper('truncate audit_entry');
    expect(await findings()).toEqual([expect.objectContaining({ code: 'entry_missing', leaf: 0, count: 11 })]);
    await tamper('truncate audit_node, audit_checkpoint');
    expect(await codes()).toEqual(['checkpoint_missing', 'checkpoint_missing', 'history_cut']);
  });

  test('a node of the tree that was rewritten, removed or added is found', async () => {
    await tamper(
      `update audit_node set hash = sha256('x') where level = 2 and index = 0`,
      'delete from audit_node where level = 1 and index = 3',
      `insert into audit_node (level, index, hash) values (5, 9, sha256('x'))`,
    );
    expect((await codes()).toSorted()).toEqual(['node_added', 'node_changed', 'node_missing']);
  });

  test('a leaf that was removed is found, and the entry that it was of', async () => {
    await tamper('delete from audit_node where level = 0 and index = 4');
    expect(await findings()).toEqual([
      expect.objectContaining({ code: 'node_missing', leaf: 4 }),
      expect.objectContaining({ code: 'entry_added', entry: at(4) }),
    ]);
  });

  test('an entry and the whole tree over it, rewritten so that they fit, are found by what was signed before', async () => {
    await rewrite(`update audit_entry set metadata = '{"reason":"changed"}' where id = '${at(9)}'`);
    expect(await findings()).toEqual([expect.objectContaining({ code: 'checkpoint_differs', leaf: 8 })]);
    // Also when the checkpoints are rewritten with keys of the forger’s own.
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    const jwk = JSON.stringify({ ...(await exportJWK(publicKey)) });
    const { log, size, root } = await logHead(services.db.prisma);
    const statement = {
      type: 'countersign.checkpoint',
      log,
      size,
      root: Buffer.from(root).toString('hex'),
      time: 'now',
    };
    const jws = await new CompactSign(new TextEncoder().encode(JSON.stringify(statement)))
      .setProtectedHeader({ alg: 'ES256', kid: 'forged' })
      .sign(privateKey);
    await tamper(
      `update signing_key set retired_at = now()`,
      `insert into signing_key (kid, public_jwk, private_cipher, created_at) values ('forged', '${jwk}', '', now())`,
      'delete from audit_checkpoint where size > 8',
      `insert into audit_checkpoint (size, root, kid, jws, created_at)
       values (${size}, decode('${statement.root}', 'hex'), 'forged', '${jws}', now())`,
    );
    expect(await codes()).toEqual(['checkpoint_missing', 'checkpoint_differs']);
  });

  test('a checkpoint that was rewritten, forged or signed by another key is found', async () => {
    await tamper(`update audit_checkpoint set size = 7 where size = 8`);
    expect(await codes()).toEqual(['checkpoint_changed']);
    await tamper(`update audit_checkpoint set size = 8 where size = 7`);
    expect(await codes()).toEqual([]);
    await tamper(`update audit_checkpoint set jws = reverse(jws) where size = 8`);
    expect(await codes()).toEqual(['checkpoint_forged', 'checkpoint_missing']);
    await tamper(`delete from signing_key`);
    expect(await codes()).toContain('checkpoint_unknown_key');
  });

  /** Changes an entry, and rewrites the tree as if it had always been so. */
  async function rewrite(change: string): Promise<void> {
    await tamper(change);
    const entries = await services.db.prisma.auditEntry.findMany();
    const hashes = new Map(entries.map((row) => [row.id, leafHash(sha256, Buffer.from(leafText(toSealed(row))))]));
    await tamper(
      'delete from audit_node where level > 0',
      ...[...hashes].map(
        ([id, hash]) =>
          `update audit_node set hash = decode('${Buffer.from(hash).toString('hex')}', 'hex') where entry_id = '${id}'`,
      ),
      ...[1, 2, 3].map(
        (level) => `insert into audit_node (level, index, hash)
          select ${level}, one.index / 2, sha256('\\x01' || one.hash || other.hash)
          from audit_node one join audit_node other on other.level = one.level and other.index = one.index + 1
          where one.level = ${level - 1} and one.index % 2 = 0`,
      ),
    );
  }
});

describe('a verification', () => {
  const auditor = aPerson('audra', 'auditor');
  const run = async () => {
    const { id } = await startVerification(services, auditor);
    await runVerification(services, id);
    return (await latestVerifications(services)).finished;
  };

  test('is begun by those who read the history, done by a job, stored, and on record', async () => {
    await services.db.prisma.user.create({ data: { id: auditor.id, name: auditor.name, email: auditor.email } });
    const begun = await startVerification(services, auditor);
    expect(begun).toMatchObject({ finishedAt: null, checked: 0 });
    expect((await startVerification(services, auditor)).id).toBe(begun.id);
    expect(
      await execute(database.adminUrl, `select from graphile_worker.jobs where key = 'audit.verify'`),
    ).toHaveLength(1);
    await runVerification(services, begun.id);
    await runVerification(services, begun.id);
    const { newest, finished } = await latestVerifications(services);
    expect(finished).toEqual(newest);
    expect(finished).toMatchObject({
      size: 11,
      checked: 11,
      findingCount: 0,
      checkpoints: 2,
      root: expect.any(String),
    });
    expect(await services.db.prisma.auditEntry.findMany({ where: { action: 'audit.verified' } })).toMatchObject([
      { actorId: auditor.id, metadata: { size: 11, findings: 0 } },
    ]);
    await expect(startVerification(services, aPerson('r'))).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('is begun each day by itself, from the second day on', async () => {
    const jobs = async () =>
      (await execute(database.adminUrl, `select from graphile_worker.jobs where key = 'audit.verify'`)).length;
    const inDays = (days: number) => ({ ...services, now: () => new Date(Date.now() + days * 86_400_000) });
    await verifyDaily(services);
    expect(await jobs()).toBe(0);
    await verifyDaily(inDays(1.1));
    expect(await jobs()).toBe(1);
    await execute(database.adminUrl, 'select graphile_worker.complete_jobs(array_agg(id)) from graphile_worker.jobs');
    await verifyDaily(inDays(2));
    expect(await jobs()).toBe(0);
    await verifyDaily(inDays(2.2));
    expect(await jobs()).toBe(1);
  });

  test('keeps what it found', async () => {
    await tamper(`update audit_entry set action = 'run.lost' where id = '${at(4)}'`);
    expect(await run()).toMatchObject({ findingCount: 1, findings: [{ code: 'entry_changed', entry: at(4) }] });
  });

  test('from the command line ends well, or names what is wrong and fails', async () => {
    const lines: string[] = [];
    const command = () =>
      verifyAuditCommand.run(
        { services, option: () => null, flag: () => false, positionals: [] },
        {
          out: (line) => lines.push(line),
          error: (line) => lines.push(line),
          readInput: async () => '',
          openServices: () => services,
          stop: new AbortController().signal,
        },
      );
    await command();
    expect(lines.join('\n')).toMatch(/Read 11 entries and 2 checkpoints[\s\S]*VERIFIED/);
    await tamper(`delete from audit_entry where id = '${at(4)}'`);
    await expect(command()).rejects.toThrow('NOT VERIFIED: one finding.');
    expect(lines.join('\n')).toContain(`The entry ${at(4)} (place 4) is gone. [entry_missing]`);
  });
});
