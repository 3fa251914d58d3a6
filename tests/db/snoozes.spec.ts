import { afterEach, beforeEach, expect, test } from 'vitest';
import { claimApproval } from '@/lib/approvals/claims';
import { countInbox, findApproval, listInbox } from '@/lib/approvals/queries';
import { endSnooze, snoozeApproval } from '@/lib/approvals/snoozes';
import type { Approval } from '@/lib/domain/approval';
import type { Person } from '@/lib/domain/person';
import { comesBackAt } from '@/lib/domain/snooze';
import { waitingFor } from '@/lib/slack/waiting';
import { ada, approving, grace } from '@/tests/support/builders';
import { oneCall, openWorld, type World } from '@/tests/support/world';

let world: World;
let approval: Approval;
const web = { surface: 'web' } as const;
const hourMs = 60 * 60_000;

beforeEach(async () => {
  world = await openWorld();
  for (const { id, name, email, role } of [ada, grace]) {
    await world.prisma.user.create({ data: { id, name, email, role } });
  }
  const [first] = (await world.paused(oneCall)).approvals;
  if (!first) throw new Error('no approval');
  approval = first;
});
afterEach(() => world[Symbol.asyncDispose]());

const aside = (ms: number, by: Person = ada) =>
  snoozeApproval(world.services, {
    approvalId: approval.id,
    by,
    until: new Date(world.services.now().getTime() + ms),
    context: web,
  });
/** What every surface says: the list, its count, the Home in Slack, and the list of what is set aside. */
const seen = async (viewer: Person) => {
  const list = async (show: 'all' | 'snoozed') =>
    (await listInbox(world.services, { tab: 'needs_me', order: 'newest', show }, viewer)).rows.length;
  return {
    list: await list('all'),
    count: (await countInbox(world.services, viewer)).needsMe,
    home: (await waitingFor(world.services, viewer)).rows.length,
    snoozed: await list('snoozed'),
  };
};
const here = { list: 1, count: 1, home: 1, snoozed: 0 };
const away = { list: 0, count: 0, home: 0, snoozed: 1 };

test('it leaves what needs one person, on every surface, for as long as they said, and nobody else’s', async () => {
  expect(await aside(4 * hourMs)).toMatchObject({ kind: 'snoozed' });
  expect(await seen(ada)).toEqual(away);
  expect(await seen(grace)).toEqual(here);
  expect((await findApproval(world.services, approval.id, ada))?.snoozedUntil).not.toBeNull();
  expect((await findApproval(world.services, approval.id, grace))?.snoozedUntil).toBeNull();
  world.advance(4 * hourMs);
  expect(await seen(ada)).toEqual(here); // by the clock, before any job has run
  await world.settle();
  expect(await world.prisma.approvalSnooze.count()).toBe(0);
});

test('it comes back when the deadline comes near, also when that was moved to be sooner', async () => {
  await aside(1000 * hourMs);
  const row = await world.prisma.approvalSnooze.findFirstOrThrow();
  expect(row.until).toEqual(comesBackAt(approval));
  const soon = new Date(world.services.now().getTime() + 2 * hourMs);
  await world.prisma.approval.update({ where: { id: approval.id }, data: { deadline: soon } });
  expect(await seen(ada)).toEqual(away);
  world.advance(1.75 * hourMs);
  expect(await seen(ada)).toEqual(here);
  expect(await aside(hourMs)).toEqual({ kind: 'refused', reason: 'too_late' });
});

test('it comes back when somebody gives it to the person, and when they want it back', async () => {
  const about = { approvalId: approval.id, context: web };
  await aside(4 * hourMs);
  await claimApproval(world.services, { ...about, to: ada.id, over: null, by: grace });
  expect(await seen(ada)).toEqual(here);
  await aside(4 * hourMs);
  expect(await endSnooze(world.services, { ...about, by: ada })).toBe(true);
  expect(await endSnooze(world.services, { ...about, by: ada })).toBe(false);
  expect(await seen(ada)).toEqual(here);
});

test('set aside or not, it can be decided, and then nothing is left of it', async () => {
  await aside(4 * hourMs);
  expect(await world.vote(approval, ada, approving(approval))).toMatchObject({ kind: 'decided' });
  expect(await world.prisma.approvalSnooze.count()).toBe(0);
  expect(await aside(hourMs)).toMatchObject({ kind: 'refused' });
});
