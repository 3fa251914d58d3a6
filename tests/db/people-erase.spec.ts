import { afterAll, beforeAll, expect, test } from 'vitest';
import { settleResume } from '@/lib/approvals/settle-resume';
import { appendAudit } from '@/lib/audit/append';
import { growLog } from '@/lib/audit/grow';
import { indexEntries } from '@/lib/audit/index-entries';
import { proofOf } from '@/lib/audit/integrity';
import { logHead, rootAt } from '@/lib/audit/proofs';
import { listAudit } from '@/lib/audit/queries';
import type { Person, Role } from '@/lib/domain/person';
import { execute } from '@/lib/launch/database.mjs';
import { erasePerson, finishErasure } from '@/lib/people/erase';
import { createPerson, deactivatePerson, reactivatePerson } from '@/lib/people/people';
import { approving, rejecting } from '@/tests/support/builders';
import { oneCall, openWorld } from '@/tests/support/world';
import { aPassword, fromWeb, openWorkspace, type Workspace } from './people-fixture';

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
async function everything(url = workspace.services.env.databaseUrl): Promise<string> {
  const tables = await execute(
    url,
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname in ('public', 'graphile_worker')`,
  );
  const texts = await Promise.all(
    tables.map(async ({ name }) => {
      const rows = await execute(url, `select t::text as row from ${name} t`);
      return rows.map(({ row }) => `${name} ${row}`).join('\n');
    }),
  );
  return texts.join('\n');
}

/** Where something is said in the whole database, with the words around it. */
async function mentions(pattern: RegExp, url?: string): Promise<string[]> {
  const around = new RegExp(`.{0,80}(?:${pattern.source}).{0,20}`, 'gi');
  return [...(await everything(url)).matchAll(around)].map(([words]) => words);
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
  await prisma.policyVersion.create({
    data: { status: 'draft', document: {}, createdBy: zelda.id, createdByName: zelda.name },
  });
  await prisma.personGroup.create({
    data: { id: 'grp_1', name: 'Payments', members: { create: { userId: zelda.id } } },
  });
  const invitation = { role: 'viewer', groupIds: [], expiresAt: new Date('2027-01-01') };
  await prisma.invitation.createMany({
    data: [
      { ...invitation, id: 'inv_1', email: 'Zelda@example.com', tokenHash: 'a', createdBy: 'admin' },
      { ...invitation, id: 'inv_2', email: 'noor@example.com', tokenHash: 'b', createdBy: zelda.name },
    ],
  });
  await prisma.hold.create({ data: { scope: 'tool', key: 'wire', since: services.now(), setBy: zelda.name } });
  const view = { createdAt: services.now() };
  await prisma.auditView.createMany({
    data: [
      { ...view, id: 'viw_1', userId: zelda.id, name: 'Zelda’s own', query: '' },
      { ...view, id: 'viw_2', userId: admin.id, name: 'Them', query: `q=${encodeURIComponent(zelda.email)}` },
      { ...view, id: 'viw_3', userId: admin.id, name: 'Votes', query: 'action=vote.cast' },
    ],
  });
  const until = { expiresAt: new Date('2027-01-01') };
  await prisma.slackInstallation.create({
    data: {
      id: 'ins_1',
      teamId: 'T1',
      teamName: 'Shop',
      botUserId: 'B1',
      botId: 'B1',
      scopes: [],
      source: 'oauth',
      installedBy: 'UZELDA',
      links: {
        create: {
          id: 'sll_1',
          slackScopeId: 'T1',
          slackUserId: 'UZELDA',
          userId: zelda.id,
          method: 'link',
          emailAtLink: zelda.email,
          verifiedAt: services.now(),
        },
      },
      linkTokens: { create: { ...until, hash: 'c', slackScopeId: 'T1', slackUserId: 'UZELDA' } },
      homes: { create: { slackUserId: 'UZELDA', openedAt: services.now() } },
    },
  });
  await prisma.slackOAuthState.create({ data: { ...until, hash: 'd', kind: 'sign_in', userId: zelda.id } });
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
  expect(await prisma.groupMember.count()).toBe(0);
  expect(await prisma.slackOAuthState.count()).toBe(0);
  expect(await prisma.account.count({ where: { userId: zelda.id } })).toBe(0);
  expect(await reactivatePerson(services, zelda.id, admin, fromWeb)).toMatchObject({ reason: 'erased' });
  expect(await deactivatePerson(services, zelda.id, admin, fromWeb)).toMatchObject({ reason: 'erased' });
  expect(await erasePerson(services, zelda.id, 'Again.', admin, fromWeb)).toMatchObject({ reason: 'erased' });

  await finishErasure(services, { personId: zelda.id, email: zelda.email });
  await execute(services.env.databaseUrl, 'delete from graphile_worker._private_jobs');
  expect(await mentions(/zelda|203\.0\.113\.99/)).toEqual([]);
  expect(await prisma.auditView.findMany({ select: { name: true } })).toEqual([{ name: 'Votes' }]);

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

test('an erased person’s runs, votes and decisions stay without them', async () => {
  await using world = await openWorld();
  const { services, prisma } = world;
  const person = async (name: string, role: Role): Promise<Person> => {
    const given = { name, email: `${name.toLowerCase()}@example.com`, role, password: aPassword };
    const outcome = await createPerson(services, given, 'system', fromWeb);
    if (outcome.kind === 'refused') throw new Error(outcome.message);
    return outcome.person;
  };
  const boss = await person('Boss', 'admin');
  const wilma = await person('Wilma', 'admin');
  const { run, approvals } = await world.paused(oneCall, { requester: `Wilma <${wilma.email}>` });
  const other = await world.paused(oneCall);
  const [own] = approvals;
  const [theirs] = other.approvals;
  if (own === undefined || theirs === undefined) throw new Error('no approval');
  await world.vote(own, boss, approving(own));
  await world.vote(theirs, wilma, rejecting(theirs, 'Too much'));
  await prisma.pause.updateMany({
    where: { interactionId: other.run.interactionId },
    data: { resumeStatus: 'refused' },
  });
  const closing = { interactionId: other.run.interactionId, action: 'close', reason: 'Not needed', by: wilma } as const;
  await settleResume(services, { ...closing, context: fromWeb });
  await world.settle();
  expect((await mentions(/wilma/, world.databaseUrl)).length).toBeGreaterThan(5);

  await erasePerson(services, wilma.id, 'They asked for it.', boss, fromWeb);
  await world.settle();
  expect(world.failed).toEqual([]);
  await execute(world.databaseUrl, 'delete from graphile_worker._private_jobs'); // as the queue does with what is done
  expect(await mentions(/wilma/, world.databaseUrl)).toEqual([]);
  expect(await world.run(run.id)).toMatchObject({ requester: 'Erased person' });
  expect(await world.pauseAt(other.run.interactionId)).toMatchObject({
    message: 'Closed by Erased person: Not needed',
  });
  expect(await world.approval(theirs.id)).toMatchObject({
    state: { status: 'rejected', reason: 'Too much', by: { voters: [{ id: wilma.id, name: 'Erased person' }] } },
  });
});
