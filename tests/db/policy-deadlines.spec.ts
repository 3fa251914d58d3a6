import { afterAll, beforeAll, expect, test } from 'vitest';
import { listInbox } from '@/lib/approvals/queries';
import type { Approval } from '@/lib/domain/approval';
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
  await group(world.services, 'finance');
  await group(world.services, 'support');
});
afterAll(() => world[Symbol.asyncDispose]());

const minute = 60_000;
async function opened(review: Readonly<Record<string, unknown>>, change = {}): Promise<Approval> {
  await publish(world.services, [ask('true', review)], change);
  const { approvals } = await world.paused({ calls: [{ name: 'issue_refund', arguments: { amount: 5 }, id: 'c' }] });
  const [approval] = approvals;
  if (approval === undefined) throw new Error('no approval was opened');
  return approval;
}
const rotations = { night: { people: [ada.email], from: '2026-01-05T00:00:00Z', shiftHours: 168 } };

test('whoever is on call may decide once nobody has, and sees it under Needs me', async () => {
  const approval = await opened(
    { groups: ['support'], deadlineMinutes: 240, escalate: [{ afterMinutes: 15, rotation: 'night' }] },
    { rotations },
  );
  expect(await world.vote(approval, ada, approving(approval))).toMatchObject({ reason: { code: 'not_in_group' } });
  world.advance(16 * minute);
  await world.settle();
  expect(await world.actions({ approvalId: approval.id })).toContain('approval.escalated');
  const needsAda = await listInbox(world.services, { tab: 'needs_me', order: 'newest' }, ada);
  expect(needsAda.rows.map(({ id }) => id)).toContain(approval.id);
  const needsGrace = await listInbox(world.services, { tab: 'needs_me', order: 'newest' }, grace);
  expect(needsGrace.rows.map(({ id }) => id)).not.toContain(approval.id);
  expect(await world.vote(approval, ada, approving(approval))).toMatchObject({ kind: 'decided' });
});

test('an hour without a worker is caught up with: every step that came due is taken, each once', async () => {
  const approval = await opened({
    groups: ['support'],
    deadlineMinutes: 240,
    escalate: [
      { afterMinutes: 10, people: [edsger.email] },
      { afterMinutes: 30, groups: ['finance'] },
      { afterMinutes: 100, people: [grace.email] },
    ],
  });
  world.advance(70 * minute);
  await world.settle();
  expect((await world.approval(approval.id)).requirement.groups).toEqual(['support', '@edsger@example.com', 'finance']);
  await world.settle();
  const actions = await world.actions({ approvalId: approval.id });
  expect(actions.filter((action) => action === 'approval.escalated')).toHaveLength(2);
  expect(world.failed).toEqual([]);
});

test('when time is out the rule says: close, keep open, or ask everybody and keep open; it is never a no', async () => {
  const [closed, kept, asked] = [
    await opened({ deadlineMinutes: 30 }),
    await opened({ deadlineMinutes: 30, onTimeout: 'keep_open' }),
    await opened({
      groups: ['support'],
      deadlineMinutes: 30,
      onTimeout: 'escalate',
      escalate: [{ afterMinutes: 600, groups: ['finance'] }],
    }),
  ];
  world.advance(40 * minute);
  await world.settle();
  expect((await world.approval(closed.id)).state.status).toBe('expired');
  const open = await world.approval(kept.id);
  expect(open.state.status).toBe('pending');
  expect(open.deadline.getTime()).toBeGreaterThan(kept.deadline.getTime() + 60 * minute);
  expect(await world.approval(asked.id)).toMatchObject({
    state: { status: 'pending' },
    requirement: { groups: ['support', 'finance'], onTimeout: 'reject' },
  });
  expect(await world.actions({ approvalId: kept.id })).toContain('approval.kept_open');
  world.advance(24 * 60 * minute);
  await world.settle();
  expect((await world.approval(kept.id)).state.status).toBe('expired');
  expect((await world.approval(asked.id)).state.status).toBe('expired');
  expect(world.failed).toEqual([]);
});
