import { afterAll, beforeAll, expect, test } from 'vitest';
import { extendApproval } from '@/lib/approvals/extend';
import { findApproval } from '@/lib/approvals/queries';
import type { Approval } from '@/lib/domain/approval';
import type { Person } from '@/lib/domain/person';
import { ada, approving, edsger, grace, rejecting } from '@/tests/support/builders';
import { ask } from '@/tests/support/policies';
import { fromApi, openWorld, type World } from '@/tests/support/world';
import { group, publish } from './policy-fixture';

let world: World;
beforeAll(async () => {
  world = await openWorld();
  for (const { id, name, email, role } of [ada, grace, edsger]) {
    await world.prisma.user.create({ data: { id, name, email, role } });
  }
  await group(world.services, 'support');
});
afterAll(() => world[Symbol.asyncDispose]());

const minute = 60_000;
async function opened(review: Readonly<Record<string, unknown>> = { deadlineMinutes: 30 }): Promise<Approval> {
  await publish(world.services, [ask('true', review)]);
  const { approvals } = await world.paused({ calls: [{ name: 'issue_refund', arguments: { amount: 5 }, id: 'c' }] });
  const [approval] = approvals;
  if (approval === undefined) throw new Error('no approval was opened');
  return approval;
}
const extend = (approval: Approval, minutes: number, by: Person = ada, reason = 'Waiting for the shop') =>
  extendApproval(world.services, {
    approvalId: approval.id,
    to: new Date(approval.deadline.getTime() + minutes * minute),
    reason,
    by,
    context: fromApi,
  });

test('more time moves the job that closes it, the page says by whom and why, and the history keeps it', async () => {
  const approval = await opened();
  expect(await extend(approval, 60)).toMatchObject({ kind: 'extended' });
  world.advance(40 * minute);
  await world.settle();
  expect((await world.approval(approval.id)).state.status).toBe('pending');
  const page = await findApproval(world.services, approval.id, grace);
  expect(page).toMatchObject({ deadlineSource: 'extended', extension: { by: 'ada', reason: 'Waiting for the shop' } });
  expect(page?.mayExtendTo).toBeInstanceOf(Date);
  expect(page?.activity.map(({ sentence }) => sentence).join()).toContain('more time, until');
  world.advance(60 * minute);
  await world.settle();
  expect((await world.approval(approval.id)).state.status).toBe('expired');
  expect(await world.actions({ approvalId: approval.id })).toEqual(
    expect.arrayContaining(['approval.extended', 'approval.expired']),
  );
  expect(world.failed).toEqual([]);
});

test('never past Gemini’s retention less its margin; what is refused is on record and changes nothing', async () => {
  const approval = await opened();
  expect(await extend(approval, 48 * 60)).toMatchObject({ kind: 'refused', reason: 'beyond_limit' });
  expect(await world.approval(approval.id)).toMatchObject({ version: approval.version, deadline: approval.deadline });
  expect(await world.actions({ approvalId: approval.id })).toContain('approval.extend_refused');
  const page = await findApproval(world.services, approval.id, ada);
  const latest = page?.mayExtendTo ?? new Date(0);
  const to = (latest.getTime() - approval.deadline.getTime()) / minute;
  expect(await extend(approval, to)).toMatchObject({ kind: 'extended' });
  expect((await findApproval(world.services, approval.id, ada))?.mayExtendTo).toBeNull();
});

test('steps of the escalation keep their times', async () => {
  const approval = await opened({
    groups: ['support'],
    deadlineMinutes: 30,
    escalate: [{ afterMinutes: 10, people: [ada.email] }],
  });
  const admin = { ...edsger, role: 'admin' as const };
  expect(await extend(approval, 60, admin)).toMatchObject({ kind: 'extended' });
  world.advance(11 * minute);
  await world.settle();
  expect((await world.approval(approval.id)).requirement.groups).toContain('@ada@example.com');
});

test('it races with the clock: whoever comes first holds, and nothing is both extended and expired', async () => {
  const approval = await opened();
  world.advance(31 * minute);
  const [outcome] = await Promise.all([extend(approval, 60), world.settle()]);
  expect(outcome).toMatchObject({ kind: 'refused', reason: 'too_late' });
  expect((await world.approval(approval.id)).state.status).toBe('expired');
});

test('it races with a vote: decided stays decided, and a vote counts for what was extended', async () => {
  const approval = await opened();
  const [vote, outcome] = await Promise.all([world.vote(approval, grace, rejecting(approval)), extend(approval, 60)]);
  expect(vote).toMatchObject({ kind: 'decided' });
  const after = await world.approval(approval.id);
  expect(after.state.status).toBe('rejected');
  if (outcome?.kind === 'refused') expect(outcome.reason).toBe('decided');
  else expect(after.deadline).toEqual(new Date(approval.deadline.getTime() + 60 * minute));
  expect(await extend(approval, 90)).toMatchObject({ kind: 'refused', reason: 'decided' });
});

test('a vote after the first deadline and before the new one counts', async () => {
  const approval = await opened();
  await extend(approval, 60);
  world.advance(45 * minute);
  expect(await world.vote(approval, grace, approving(approval))).toMatchObject({ kind: 'decided' });
});
