import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { appendAudit } from '@/lib/audit/append';
import { commitment } from '@/lib/audit/hashes';
import { listAudit } from '@/lib/audit/queries';
import { toSealed } from '@/lib/audit/store';
import { type Database, openDatabase } from '@/lib/db';
import type { AuditRecord } from '@/lib/domain/audit';
import { jsonObject } from '@/lib/domain/profile';
import { personalText, splitRecord } from '@/lib/domain/proof/leaf';
import { createDatabase, dropDatabase, execute, onDatabase } from '@/lib/launch/database.mjs';
import { migrate } from '@/lib/launch/migrate.mjs';
import { freshDatabase } from './database';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let db: Database;
beforeAll(async () => {
  database = await freshDatabase();
  db = openDatabase(database.url, { connections: 2 });
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const at = new Date('2026-11-25T08:00:00Z');
const ada = { type: 'person', id: 'usr_ada', name: 'Ada "\u0001\t' } as const;
const changed: AuditRecord = {
  action: 'person.role_changed',
  actor: ada,
  targets: [{ type: 'person', id: 'usr_grace', name: 'Grace \ud800' }],
  context: { surface: 'web', ip: '192.0.2.1', userAgent: 'Firefox', slack: { team: 'T1', user: 'U1' } },
  facts: { from: 'viewer', to: 'reviewer' },
};
const started: AuditRecord = {
  action: 'run.started',
  actor: { type: 'api_key', id: 'key_1', name: 'The script of Ada' },
  targets: [{ type: 'run', id: 'run_1' }],
  context: { surface: 'api', keyId: 'key_1' },
  facts: { agent: 'Refunds', requester: 'ada@example.com' },
};
const linked: AuditRecord = {
  action: 'slack.linked',
  actor: ada,
  targets: [{ type: 'person', id: 'usr_ada', name: 'Ada "\u0001\t' }],
  context: { surface: 'slack', slack: { team: 'T1', user: 'U1' } },
  facts: { account: 'T1/U1', method: 'link' },
};
const settled: AuditRecord = {
  action: 'resume.settled',
  actor: ada,
  targets: [{ type: 'interaction', id: 'int_1' }],
  context: { surface: 'web' },
  facts: { action: 'close', reason: 'Ada said so\n“€” \\ /' },
};
const ended: AuditRecord = {
  action: 'run.ended',
  actor: { type: 'system', id: 'countersign', name: 'Countersign' },
  targets: [{ type: 'run', id: 'run_1' }],
  context: { surface: 'worker' },
  facts: { status: 'completed' },
};
const failed: AuditRecord = {
  action: 'sign_in.failed',
  actor: { type: 'person', id: 'unknown', name: 'Somebody' },
  targets: [],
  context: { surface: 'web', ip: '192.0.2.7' },
  facts: { method: 'password', reason: 'unknown_e-mail' },
};
const records = [changed, started, linked, settled, ended, failed];

test('an entry holds commitments to what it says of people, and nothing else of them', async () => {
  await db.prisma.$transaction((tx) => appendAudit(tx, at, changed, ended));
  const [first, second] = await db.prisma.auditEntry.findMany({ orderBy: { seq: 'asc' } });
  expect(JSON.stringify([first?.targets, first?.context, first?.metadata, first?.actorName])).not.toMatch(
    /Ada|Grace|192|Firefox|U1/,
  );
  const rows = await db.prisma.auditPersonal.findMany({
    where: { entryId: first?.id ?? '' },
    orderBy: { subject: 'asc' },
  });
  expect(rows.map(({ subject }) => subject)).toEqual(['usr_ada', 'usr_grace']);
  const committed = Object.fromEntries(
    rows.map(({ subject, salt, data }) => [subject, commitment(salt, personalText(jsonObject.parse(data) as never))]),
  );
  expect(first?.personal).toEqual(committed);
  expect(second?.personal).toEqual({});
});

test('it reads as it was written, until somebody is erased', async () => {
  const [line] = (await listAudit({ db }, { action: 'person.role_changed' }, { limit: 1 })).lines;
  expect(line).toMatchObject({
    actor: ada,
    targets: [{ id: 'usr_grace', name: 'Grace \ufffd' }],
    context: changed.context,
    facts: changed.facts,
    erased: false,
  });
  await db.prisma.auditPersonal.deleteMany({ where: { subject: 'usr_ada' } });
  const [left] = (await listAudit({ db }, { action: 'person.role_changed' }, { limit: 1 })).lines;
  expect(left).toMatchObject({
    actor: { id: 'usr_ada', name: 'erased' },
    targets: [{ id: 'usr_grace', name: 'Grace \ufffd' }],
    context: { surface: 'web', slack: { team: 'T1' } },
    erased: true,
  });
});

test('what is said of people can be erased, but not changed', async () => {
  await expect(execute(database.adminUrl, `update audit_personal set data = '{}'`)).rejects.toThrow('append-only');
  await expect(execute(database.adminUrl, 'truncate audit_personal')).rejects.toThrow('append-only');
});

test('entries of before the log was proved are taken apart as new ones are', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-migrations-'));
  const server = onDatabase(inject('templateUrl'), 'postgres');
  const name = inject('databasePrefix') + randomUUID().slice(0, 8);
  await createDatabase(name, server);
  const url = onDatabase(server, name);
  try {
    for (const before of fs.readdirSync('prisma/migrations').filter((entry) => entry < '20261125010000')) {
      fs.cpSync(path.join('prisma/migrations', before), path.join(folder, before), { recursive: true });
    }
    await migrate(url, { dir: folder });
    for (const [place, { action, actor, targets, context, facts }] of records.entries()) {
      await execute(
        url,
        `insert into audit_entry (id, action, occurred_at, actor_type, actor_id, actor_name, targets, context, metadata)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        [
          `aud_${place}`,
          action,
          at.toISOString(),
          actor.type,
          actor.id,
          actor.name,
          JSON.stringify(targets).replaceAll('\\ud800', '�'),
          JSON.stringify(context),
          JSON.stringify(facts),
        ],
      );
    }
    await migrate(url);
    const old = openDatabase(url, { connections: 1 });
    const rows = await old.prisma.auditEntry.findMany({ orderBy: { seq: 'asc' } });
    for (const [place, row] of rows.entries()) {
      const record = records[place];
      if (record === undefined) throw new Error('more entries than records');
      const { open, personal } = splitRecord(
        JSON.parse(JSON.stringify(record).replaceAll('\\ud800', '�')) as AuditRecord,
      );
      const kept = await old.prisma.auditPersonal.findMany({ where: { entryId: row.id } });
      expect(new Map(kept.map(({ subject, data }) => [subject, data]))).toEqual(personal);
      const commitments = kept.map(({ subject, salt, data }) => [
        subject,
        commitment(salt, personalText(data as never)),
      ]);
      expect(toSealed(row)).toEqual({
        ...open,
        version: 1,
        id: row.id,
        occurredAt: at,
        personal: Object.fromEntries(commitments),
      });
    }
    expect(rows).toHaveLength(records.length);
    await expect(execute(url, 'update audit_entry set version = 2')).rejects.toThrow('append-only');
    await old.close();
  } finally {
    await dropDatabase(url, server);
    fs.rmSync(folder, { recursive: true });
  }
});
