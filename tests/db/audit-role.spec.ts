import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { appendAudit } from '@/lib/audit/append';
import { checkpointWhenGrown } from '@/lib/audit/checkpoint';
import { openDatabase } from '@/lib/db';
import { system } from '@/lib/domain/audit';
import { historyProtection } from '@/lib/health/store';
import { execute } from '@/lib/launch/database.mjs';
import type { Services } from '@/lib/services';
import { testServices } from '@/tests/support/services';
import { freshDatabase } from './database';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let services: Services;
beforeAll(async () => {
  database = await freshDatabase();
  services = testServices({ databaseUrl: database.url, gemini: { url: 'http://127.0.0.1:1' }, now: () => new Date() });
  await appendAudit(services.db.prisma, new Date(), {
    action: 'person.created',
    actor: system,
    targets: [{ type: 'person', id: 'usr_ada', name: 'Ada' }],
    context: { surface: 'cli' },
    facts: { role: 'admin' },
  });
  await checkpointWhenGrown(services);
});
afterAll(async () => {
  await services.db.close();
  await database.drop();
});

describe('the role that the app connects as', () => {
  test.each([
    ['audit_entry', 'action'],
    ['audit_node', 'hash'],
    ['audit_checkpoint', 'jws'],
    ['receipt', 'jws'],
  ])('adds to %s and cannot change it', async (table, column) => {
    if (table !== 'receipt') expect(await execute(database.url, `select from ${table}`)).not.toHaveLength(0);
    for (const statement of [
      `update ${table} set ${column} = ${column}`,
      `delete from ${table}`,
      `truncate ${table}`,
      `alter table ${table} disable trigger all`,
      `drop table ${table}`,
    ]) {
      await expect(execute(database.url, statement)).rejects.toThrow(/permission denied|must be owner/);
    }
    await expect(execute(database.url, 'set session_replication_role = replica')).rejects.toThrow('permission denied');
  });

  test('erases what is said of people, and cannot change it', async () => {
    await expect(execute(database.url, `update audit_personal set data = '{}'`)).rejects.toThrow('permission denied');
    await execute(database.url, `delete from audit_personal where subject = 'usr_ada'`);
    expect(await execute(database.url, 'select from audit_personal')).toHaveLength(0);
  });

  test('may not touch what migrations were applied', async () => {
    await expect(execute(database.url, 'delete from _prisma_migrations')).rejects.toThrow('permission denied');
  });

  test('is told from the owner, so that the health page can say what protects the history', async () => {
    expect(await historyProtection(services)).toBe('role');
    const db = openDatabase(database.adminUrl, { connections: 1 });
    expect(await historyProtection({ db })).toBe('trigger');
    await db.close();
  });
});
