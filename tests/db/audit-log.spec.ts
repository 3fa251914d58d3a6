import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { appendAudit } from '@/lib/audit/append';
import { openDatabase } from '@/lib/db';
import { system } from '@/lib/domain/audit';
import { execute } from '@/lib/launch/database.mjs';
import { freshDatabase } from './database';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let db: ReturnType<typeof openDatabase>;
beforeAll(async () => {
  database = await freshDatabase();
  db = openDatabase(database.url, { connections: 2 });
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const sql = (text: string, values: unknown[] = []) => execute(database.adminUrl, text, values);
const at = new Date('2026-11-22T12:00:00Z');

describe('the audit history is only ever added to', () => {
  const entry = {
    action: 'run.ended' as const,
    actor: system,
    targets: [{ type: 'run' as const, id: 'run_1' }],
    context: { surface: 'worker' as const },
    facts: { status: 'completed' },
    runId: 'run_1',
  };
  beforeAll(() => db.prisma.$transaction((tx) => appendAudit(tx, at, entry, entry)));

  test('an entry says who did what to what, when and from where', async () => {
    expect(await db.prisma.auditEntry.findMany()).toMatchObject([
      {
        action: 'run.ended',
        occurredAt: at,
        actorType: 'system',
        actorName: 'Countersign',
        targets: [{ type: 'run', id: 'run_1' }],
        context: { surface: 'worker' },
        metadata: { status: 'completed' },
        version: 1,
        runId: 'run_1',
        approvalId: null,
      },
      {},
    ]);
  });

  test.each([
    ['UPDATE', `update audit_entry set actor_name = 'Nobody'`],
    ['UPDATE of nothing that counts', 'update audit_entry set action = action where seq = 1'],
    ['DELETE', 'delete from audit_entry'],
    ['TRUNCATE', 'truncate audit_entry'],
    ['TRUNCATE with everything', 'truncate audit_entry, run cascade'],
    ['a write as a replica', `set session_replication_role = replica; delete from audit_entry`],
  ])('%s is refused, for the owner of the table too', async (_name, text) => {
    await expect(sql(text)).rejects.toThrow('append-only');
    expect(await db.prisma.auditEntry.count()).toBe(2);
  });

  test('an entry stands if, and only if, its change does', async () => {
    await expect(
      db.prisma.$transaction(async (tx) => {
        await appendAudit(tx, at, entry);
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(await db.prisma.auditEntry.count()).toBe(2);
  });

  test('nothing to write writes nothing', async () => {
    await db.prisma.$transaction((tx) => appendAudit(tx, at));
    expect(await db.prisma.auditEntry.count()).toBe(2);
  });
});

describe('states that cannot be are refused by the database', () => {
  beforeAll(async () => {
    await sql(`insert into run (id, origin, status, token, metadata) values ('run_1', 'started', 'paused', 't', '{}')`);
    await sql(`insert into interaction (id, run_id, position, status, steps) values ('int_1', 'run_1', 0, 's', '[]')`);
    await sql(`insert into pause (id, run_id, interaction_id) values ('pau_1', 'run_1', 'int_1')`);
    await insertApproval({});
  });

  const approval = {
    pause_id: 'pau_1',
    run_id: 'run_1',
    interaction_id: 'int_1',
    position: 0,
    name: 'f',
    arguments: '{}',
    call_hash: 'a'.repeat(64),
    tier: 2,
    effect: 'Call f',
    rule: 'r',
    rule_reason: 'r',
    policy_version: 1,
    approvals_needed: 1,
    rejections_needed: 1,
    four_eyes: true,
    fulfilment: 'answer',
    deadline: at.toISOString(),
    deadline_source: 'rule',
    on_timeout: 'reject',
    status: 'pending',
  };
  async function insertApproval(change: Record<string, unknown>): Promise<unknown> {
    const row = { id: 'apr_1', call_id: randomUUID(), ...approval, ...change };
    const names = Object.keys(row);
    return sql(
      `insert into approval (${names.join(', ')}) values (${names.map((_name, index) => `$${index + 1}`).join(', ')})`,
      Object.values(row),
    );
  }

  test.each<[string, Record<string, unknown>]>([
    ['a status that is none', { status: 'maybe' }],
    ['a tier that is none', { tier: 5 }],
    ['approved without a decision', { status: 'approved', decided_at: at }],
    ['pending with a decision', { decision: '{}' }],
    ['a decision without a time', { status: 'approved', decision: '{}' }],
    ['nobody needed', { approvals_needed: 0 }],
    ['no rejection needed', { rejections_needed: 0 }],
    ['a hash that is none', { call_hash: 'A'.repeat(64) }],
    ['a fulfilment that is none', { fulfilment: 'magic' }],
    ['a run that is none', { run_id: 'run_2' }],
  ])('an approval: %s', async (_name, change) => {
    await expect(insertApproval({ id: randomUUID(), ...change })).rejects.toThrow(/violates (check|foreign key)/);
  });

  test('one call of an interaction has one approval', async () => {
    await insertApproval({ id: 'apr_2', call_id: 'same' });
    await expect(insertApproval({ id: 'apr_3', call_id: 'same' })).rejects.toThrow('unique');
  });

  test.each(['id', 'pause_id', 'run_id', 'interaction_id', 'call_id', 'name', 'arguments', 'call_hash'])(
    'the %s of a stored call never changes',
    async (column) => {
      const value = column === 'arguments' ? `'{"a":1}'` : column === 'call_hash' ? `'${'b'.repeat(64)}'` : `'other'`;
      await expect(sql(`update approval set ${column} = ${value} where id = 'apr_1'`)).rejects.toThrow('never changes');
    },
  );

  const vote = (change: Record<string, unknown>) => {
    const row = {
      id: randomUUID(),
      approval_id: 'apr_1',
      user_id: randomUUID(),
      user_name: 'Ada',
      verdict: 'approve',
      call_hash: 'h',
      arguments_hash: 'h',
      surface: 'web',
      cast_at: at,
      ...change,
    };
    const names = Object.keys(row);
    return sql(
      `insert into vote (${names.join(', ')}) values (${names.map((_name, index) => `$${index + 1}`).join(', ')})`,
      Object.values(row),
    );
  };

  test.each<[string, Record<string, unknown>]>([
    ['a verdict that is none', { verdict: 'abstain' }],
    ['a rejection without a reason', { verdict: 'reject', next: 'stop' }],
    ['a rejection without what to do next', { verdict: 'reject', reason: 'No.' }],
    ['an answer without a result', { verdict: 'answer' }],
    ['a surface that is none', { surface: 'pigeon' }],
  ])('a vote: %s', async (_name, change) => {
    await expect(vote(change)).rejects.toThrow('violates check');
  });

  test('nobody has two votes that count; a voided one makes room', async () => {
    await vote({ user_id: 'ada' });
    await expect(vote({ user_id: 'ada' })).rejects.toThrow('vote_one_live_a_person');
    await vote({ user_id: 'ada', voided_at: at, voided_by: 'undone' });
  });

  test.each([
    ['sending without an attempt', `resume_status = 'sending'`],
    ['sending without a time', `resume_status = 'sending', attempt_id = 'a'`],
    ['resumed without a child', `resume_status = 'resumed'`],
    ['a status that is none', `resume_status = 'perhaps'`],
  ])('a pause: %s', async (_name, change) => {
    await expect(sql(`update pause set ${change}`)).rejects.toThrow('violates check');
  });

  test.each([
    ['run', `update run set status = 'sleeping'`],
    ['run', `update run set origin = 'stolen'`],
    ['tool', `insert into tool (name, tier) values ('t', 9)`],
    ['user', `insert into "user" (id, name, email, role) values ('u', 'u', 'u', 'god')`],
  ])('%s: %s', async (_table, text) => {
    await expect(sql(text)).rejects.toThrow('violates check');
  });
});

test('instants are stored as such, whatever the zone of the server', async () => {
  await sql(
    `alter database ${JSON.stringify(new URL(database.adminUrl).pathname.slice(1))} set timezone = 'Asia/Kathmandu'`,
  );
  const other = openDatabase(database.url, { connections: 1 });
  await other.prisma.setting.create({ data: { key: 'now', value: 1, updatedAt: at } });
  await other.close();
  expect(await sql(`select extract(epoch from updated_at)::text as seconds from setting where key = 'now'`)).toEqual([
    { seconds: `${at.getTime() / 1000}.000000` },
  ]);
});
