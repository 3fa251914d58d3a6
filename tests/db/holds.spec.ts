import { expect, test } from 'vitest';
import type { HoldScope } from '@/lib/domain/hold';
import { hold, release } from '@/lib/holds/holds';
import { lockHolds } from '@/lib/holds/store';
import { ada, aPerson, approving } from '@/tests/support/builders';
import { oneCall, openWorld, type World } from '@/tests/support/world';

const boss = aPerson('boss', 'admin');
const fromWeb = { surface: 'web' as const };
const stop = (world: World, scope: HoldScope, key = '', reason = 'It does too much') =>
  hold(world.services, { scope, key, reason }, boss, fromWeb);
const letGo = (world: World, scope: HoldScope, key = '') =>
  release(world.services, { scope, key, reason: '' }, boss, fromWeb);

test('while everything is stopped a rule approves nothing, and a person is asked instead', async () => {
  await using world = await openWorld();
  await world.prisma.tool.create({ data: { name: 'issue_refund', tier: 0 } });
  expect(await stop(world, 'everything')).toMatchObject({ kind: 'done' });
  expect(await stop(world, 'everything')).toMatchObject({ kind: 'unchanged' });
  const { approvals } = await world.paused(oneCall);
  expect(approvals).toMatchObject([
    { state: { status: 'pending' }, requirement: { reason: expect.stringContaining('stopped everywhere') } },
  ]);
  expect(await letGo(world, 'everything')).toMatchObject({ kind: 'done' });
  expect((await world.paused(oneCall)).approvals).toMatchObject([{ state: { status: 'approved' } }]);
  expect(await world.actions()).toEqual(expect.arrayContaining(['hold.set', 'hold.released']));
});

test('what is decided while it is stopped waits, and goes on once when it is released', async () => {
  await using world = await openWorld();
  const { run, approvals } = await world.paused(oneCall);
  const [approval] = approvals;
  if (approval === undefined) throw new Error('no approval');
  await stop(world, 'tool', 'issue_refund');
  await stop(world, 'everything');
  await world.vote(approval, ada, approving(approval));
  await world.settle();
  expect(world.resumes(run.interactionId)).toHaveLength(0);
  expect(await world.pauseAt(run.interactionId)).toMatchObject({ resumeStatus: 'ready' });
  await letGo(world, 'everything');
  await world.settle();
  expect(world.resumes(run.interactionId)).toHaveLength(0); // the function is stopped too
  await letGo(world, 'tool', 'issue_refund');
  expect(await letGo(world, 'tool', 'issue_refund')).toMatchObject({ kind: 'unchanged' });
  await world.settle();
  expect(world.resumes(run.interactionId)).toHaveLength(1);
  expect(await world.run(run.id)).toMatchObject({ status: 'completed' });
});

test('a hold on another function or another agent stops nothing here', async () => {
  await using world = await openWorld();
  await world.prisma.tool.create({ data: { name: 'issue_refund', tier: 0 } });
  await world.prisma.agent.create({ data: { id: 'agt_other', name: 'Other', profile: {}, target: 'm' } });
  await stop(world, 'tool', 'send_email');
  await stop(world, 'agent', 'agt_other');
  const { run } = await world.paused(oneCall);
  expect(await world.run(run.id)).toMatchObject({ status: 'completed' });
  expect(await stop(world, 'agent', 'agt_none')).toMatchObject({ kind: 'refused' });
});

test('the runs of a stopped agent wait', async () => {
  await using world = await openWorld();
  const { run, approvals } = await world.paused(oneCall);
  const [approval] = approvals;
  if (approval === undefined) throw new Error('no approval');
  await world.prisma.agent.create({ data: { id: 'agt_one', name: 'One', profile: {}, target: 'm' } });
  await world.prisma.run.update({ where: { id: run.id }, data: { agentId: 'agt_one' } });
  await stop(world, 'agent', 'agt_one');
  await world.vote(approval, ada, approving(approval));
  await world.settle();
  expect(world.resumes(run.interactionId)).toHaveLength(0);
  await letGo(world, 'agent', 'agt_one');
  await world.settle();
  expect(world.resumes(run.interactionId)).toHaveLength(1);
});

test('who stops something says why, and it stands with the hold and in the history', async () => {
  await using world = await openWorld();
  expect(await stop(world, 'everything', '', ' no ')).toMatchObject({ kind: 'refused' });
  expect(await stop(world, 'everything', '', 'x'.repeat(401))).toMatchObject({ kind: 'refused' });
  expect(await world.prisma.hold.count()).toBe(0);
  await stop(world, 'everything', '', 'Refunds go astray');
  expect(await world.prisma.hold.findMany()).toMatchObject([{ setBy: boss.name, reason: 'Refunds go astray' }]);
  const entry = await world.prisma.auditEntry.findFirstOrThrow({ where: { action: 'hold.set' } });
  expect(entry.metadata).toEqual({ scope: 'everything' }); // the words are a person’s, and can be erased
  const said = await world.prisma.auditPersonal.findMany({ where: { entryId: entry.id } });
  expect(JSON.stringify(said)).toContain('Refunds go astray');
});

test('a resume that is claimed while somebody stops it waits for the answer, and does not go out', async () => {
  await using world = await openWorld();
  const { run, approvals } = await world.paused(oneCall);
  const [approval] = approvals;
  if (approval === undefined) throw new Error('no approval');
  await world.vote(approval, ada, approving(approval));
  let working: Promise<void> | undefined;
  await world.prisma.$transaction(async (tx) => {
    await lockHolds(tx);
    working = world.settle();
    const blocked = () =>
      world.services.db.pool
        .query("select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()")
        .then(({ rowCount }) => rowCount ?? 0);
    await expect.poll(blocked).toBeGreaterThan(0);
    await tx.hold.create({ data: { scope: 'everything', key: '', since: new Date(), setBy: 'boss' } });
  });
  await working;
  expect(world.resumes(run.interactionId)).toHaveLength(0);
  await letGo(world, 'everything');
  await world.settle();
  expect(world.resumes(run.interactionId)).toHaveLength(1);
});

test('decided while it is released at the same moment, it goes out all the same, and once', async () => {
  await using world = await openWorld();
  const { run, approvals } = await world.paused(oneCall);
  const [approval] = approvals;
  if (approval === undefined) throw new Error('no approval');
  await stop(world, 'everything');
  await Promise.all([
    world.vote(approval, ada, approving(approval)).then(() => world.settle()),
    letGo(world, 'everything'),
  ]);
  await world.settle();
  expect(world.resumes(run.interactionId)).toHaveLength(1);
});
