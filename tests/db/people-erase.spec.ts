import { afterAll, beforeAll, expect, test } from 'vitest';
import { appendAudit } from '@/lib/audit/append';
import { growLog } from '@/lib/audit/grow';
import { indexEntries } from '@/lib/audit/index-entries';
import { proofOf } from '@/lib/audit/integrity';
import { logHead, rootAt } from '@/lib/audit/proofs';
import { listAudit } from '@/lib/audit/queries';
import type { Person } from '@/lib/domain/person';
import { execute } from '@/lib/launch/database.mjs';
import { erasePerson, finishErasure } from '@/lib/people/erase';
import { deactivatePerson, reactivatePerson } from '@/lib/people/people';
import { fromWeb, openWorkspace, type Workspace } from './people-fixture';

let workspace: Workspace;
let admin: Person;
let zelda: Person;
beforeAll(async () => {
  workspace = await openWorkspace();
  admin = await workspace.person('admin');
  zelda = await workspace.person('reviewer', 'Zelda');
});
afterAll(() => workspace.close());

const from = { surface: 'web', ip: '203.0.113.99', userAgent: 'Zeldabrowser/1.0' } as const;

/** Every row of every table as text, but for the order in which a job says whom to erase. */
async function everything(): Promise<string> {
  const url = workspace.services.env.databaseUrl;
  const tables = await execute(
    url,
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname in ('public', 'graphile_worker')`,
  );
  const texts = await Promise.all(
    tables.map(async ({ name }) => {
      const rows = await execute(url, `select t::text as row from ${name} t`);
      return rows.map(({ row }) => row).join('\n');
    }),
  );
  return texts.join('\n');
}

test('an erased person is nowhere any more, can never come back, and what they did stays', async () => {
  const { services, prisma } = workspace;
  const note = (actor: Person, reason: string) =>
    appendAudit(prisma, services.now(), {
      action: 'sign_in.failed',
      actor: { type: 'person', id: actor.id, name: actor.name },
      targets: [{ type: 'person', id: actor.id, name: actor.name }],
      context: from,
      facts: { method: 'password', reason },
    });
  await note(zelda, 'wrong_password');
  await appendAudit(prisma, services.now(), {
    action: 'run.started',
    actor: { type: 'api_key', id: 'key_1', name: 'Shop' },
    targets: [{ type: 'run', id: 'run_1' }],
    context: { surface: 'api' },
    facts: { agent: null, requester: zelda.email },
  });
  await prisma.session.create({
    data: { id: 's', token: 't', userId: zelda.id, expiresAt: new Date('2027-01-01'), ipAddress: from.ip },
  });
  await indexEntries(services);
  await growLog(services);
  const { size, root } = await logHead(prisma);
  expect((await listAudit(services, { text: 'zelda' }, { limit: 50 })).lines.length).toBeGreaterThan(1);
  expect((await listAudit(services, { text: '203.0.113.99' }, { limit: 50 })).lines).toHaveLength(1);

  await expect(erasePerson(services, zelda.id, ' ', admin, fromWeb)).rejects.toMatchObject({ code: 'invalid_input' });
  await expect(erasePerson(services, zelda.id, 'They asked.', zelda, fromWeb)).rejects.toMatchObject({
    code: 'forbidden',
  });
  expect(await erasePerson(services, admin.id, 'Me.', admin, fromWeb)).toMatchObject({ reason: 'self' });
  expect(await erasePerson(services, zelda.id, 'They asked for it.', admin, fromWeb)).toEqual({ kind: 'done' });
  expect(await prisma.session.count()).toBe(0);
  expect(await prisma.account.count({ where: { userId: zelda.id } })).toBe(0);
  expect(await reactivatePerson(services, zelda.id, admin, fromWeb)).toMatchObject({ reason: 'erased' });
  expect(await deactivatePerson(services, zelda.id, admin, fromWeb)).toMatchObject({ reason: 'erased' });
  expect(await erasePerson(services, zelda.id, 'Again.', admin, fromWeb)).toMatchObject({ reason: 'erased' });

  await finishErasure(services, { personId: zelda.id, email: zelda.email });
  await execute(services.env.databaseUrl, 'delete from graphile_worker._private_jobs');
  expect(await everything()).not.toMatch(/zelda|203\.0\.113\.99/i);

  expect((await listAudit(services, { text: 'zelda' }, { limit: 50 })).lines).toEqual([]);
  const { lines } = await listAudit(services, { actor: zelda.id }, { limit: 50 });
  expect(lines).toMatchObject([{ action: 'sign_in.failed', actor: { id: zelda.id, name: 'erased' }, erased: true }]);
  const erased = (await listAudit(services, { action: 'person.erased' }, { limit: 50 })).lines;
  expect(erased).toMatchObject([{ facts: { reason: 'They asked for it.' }, actor: { name: 'admin' } }]);
  expect((await listAudit(services, { action: 'person.erasure_finished' }, { limit: 5 })).lines).toMatchObject([
    { facts: { entries: 3 } },
  ]);
  // Nothing that was hashed has changed, and each entry of theirs still leads to the root.
  await growLog(services);
  expect(await rootAt(prisma, size)).toEqual(root);
  for (const line of [...lines, ...erased]) expect(await proofOf(services, line.id)).toMatchObject({ holds: true });
  const before = await everything();
  await finishErasure(services, { personId: zelda.id, email: zelda.email }); // the job may come again
  expect((await everything()).length).toBeGreaterThanOrEqual(before.length);
});
