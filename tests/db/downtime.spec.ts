import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Approval } from '@/lib/domain/approval';
import { functionResults } from '@/lib/domain/pause';
import { ada, approving, edsger, grace } from '@/tests/support/builders';
import { ask } from '@/tests/support/policies';
import { openWorld, type World } from '@/tests/support/world';
import { group, publish } from './policy-fixture';

let world: World;
beforeAll(async () => {
  world = await openWorld();
  for (const { id, name, email, role } of [ada, grace, edsger]) {
    await world.prisma.user.create({ data: { id, name, email, role } });
  }
  await group(world.services, 'support', grace);
  await group(world.services, 'finance', edsger);
});
afterAll(() => world[Symbol.asyncDispose]());

const minute = 60_000;
const ladder = {
  groups: ['support'],
  deadlineMinutes: 60,
  remind: ['25%', '50%'],
  escalate: [
    { afterMinutes: 20, people: [ada.email] },
    { afterMinutes: 40, groups: ['finance'] },
  ],
};
async function opened(review: Readonly<Record<string, unknown>>): Promise<Approval> {
  await publish(world.services, [ask('true', review)]);
  const { approvals } = await world.paused({ calls: [{ name: 'issue_refund', arguments: { amount: 5 }, id: 'c' }] });
  const [approval] = approvals;
  if (approval === undefined) throw new Error('no approval was opened');
  return approval;
}
const since = async (approval: Approval) =>
  (await world.actions({ approvalId: approval.id })).filter((action) => /^approval\.(?!opened)/.test(action));

test('while jobs run, reminders and steps come one by one, each at its time', async () => {
  const approval = await opened(ladder);
  for (let passed = 0; passed < 60; passed += 5) {
    await world.settle();
    world.advance(5 * minute);
  }
  await world.settle();
  expect(await since(approval)).toEqual([
    'approval.reminded',
    'approval.escalated',
    'approval.reminded',
    'approval.escalated',
    'approval.expired',
  ]);
});

test('fifty minutes without jobs are caught up with in order: one reminder, each step once, and it stays open', async () => {
  const approval = await opened(ladder);
  world.advance(50 * minute);
  await world.settle();
  await world.settle();
  expect(await since(approval)).toEqual(['approval.reminded', 'approval.escalated', 'approval.escalated']);
  const after = await world.approval(approval.id);
  expect(after.state.status).toBe('pending');
  expect(after.requirement.groups).toEqual(['support', '@ada@example.com', 'finance']);
  expect(await world.vote(after, { ...edsger, groups: ['finance'] }, approving(after))).toMatchObject({
    kind: 'decided',
  });
  world.advance(60 * minute);
  await world.settle();
  expect(await since(approval)).not.toContain('approval.expired');
});

test('an hour and more: it expires once, nobody is reminded or asked any more, and it is not told as anybody’s no', async () => {
  const approval = await opened(ladder);
  world.advance(75 * minute);
  await world.settle();
  await world.settle();
  expect(await since(approval)).toEqual(['approval.expired']);
  const after = await world.approval(approval.id);
  expect(after.state.status).toBe('expired');
  const told = JSON.stringify(functionResults([after])[0]?.result);
  expect(told).toContain('expired');
  expect(told).not.toContain('rejected');
});

test('when the rule keeps it open, it asks everybody once and goes on reminding towards the new deadline', async () => {
  const approval = await opened({ ...ladder, onTimeout: 'escalate' });
  world.advance(75 * minute);
  await world.settle();
  expect(await since(approval)).toEqual(['approval.escalated', 'approval.escalated', 'approval.kept_open']);
  world.advance(11 * 60 * minute);
  await world.settle();
  expect(await since(approval)).toEqual([
    'approval.escalated',
    'approval.escalated',
    'approval.kept_open',
    'approval.reminded',
  ]);
  world.advance(24 * 60 * minute);
  await world.settle();
  expect((await since(approval)).filter((action) => action === 'approval.expired')).toHaveLength(1);
  expect(world.failed).toEqual([]);
});
