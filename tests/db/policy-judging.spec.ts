import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readApproval } from '@/lib/api/approvals';
import { findApproval } from '@/lib/approvals/queries';
import type { Approval } from '@/lib/domain/approval';
import { builtInPolicy, builtInPolicyVersion } from '@/lib/domain/policy/built-in';
import { parsePolicy } from '@/lib/domain/policy/document';
import { ada, approving, edsger, grace, rejecting } from '@/tests/support/builders';
import { ask, letPass, stop } from '@/tests/support/policies';
import { chainOf, oneCall, openWorld, type World } from '@/tests/support/world';
import { force, group, publish } from './policy-fixture';

let world: World;
beforeAll(async () => {
  world = await openWorld();
  const { prisma } = world;
  for (const { id, name, email, role } of [ada, grace, edsger])
    await prisma.user.create({ data: { id, name, email, role } });
  await group(world.services, 'finance', grace);
  await prisma.tool.create({ data: { name: 'issue_refund', tier: 2, maskedFields: [], riskFields: [] } });
  await prisma.tool.create({ data: { name: 'send_email', tier: 0, maskedFields: [], riskFields: [] } });
});
afterAll(() => world[Symbol.asyncDispose]());

const inFinance = { ...grace, groups: ['finance'] };
const refund = (amount: unknown, id = 'c1') => ({ calls: [{ name: 'issue_refund', arguments: { amount }, id }] });
async function opened(amount: unknown, change = {}): Promise<Approval> {
  const { approvals } = await world.paused(refund(amount) as never, change);
  const [approval] = approvals;
  if (approval === undefined) throw new Error('no approval was opened');
  return approval;
}

test('a fresh install has the rules by tier in force, as version 1', async () => {
  const row = await world.prisma.policyVersion.findFirstOrThrow({ where: { status: 'published' } });
  expect(row.version).toBe(builtInPolicyVersion);
  expect(row.document).toEqual(builtInPolicy);
  expect(parsePolicy(row.document)).toEqual({ ok: true, document: builtInPolicy });
});

describe('a published policy', () => {
  test('says who is asked, and each approval keeps its version and rule', async () => {
    const version = await publish(world.services, [
      letPass('tool.name == "issue_refund" && args.amount <= 50', 'Small refunds'),
      ask(
        'tool.name == "issue_refund" && args.amount > 200',
        { tier: 3, groups: ['finance'], approvals: 1 },
        'Large refunds',
      ),
      stop('tool.name == "issue_refund" && args.amount > 100', 'Odd refunds'),
    ]);
    const small = await opened(20);
    expect(small).toMatchObject({
      requirement: { rule: 'Small refunds', policyVersion: version },
      state: { status: 'approved', by: { kind: 'rule', rule: 'Small refunds', policyVersion: version } },
    });
    const large = await opened(250);
    expect(large).toMatchObject({
      tier: 3,
      requirement: { rule: 'Large refunds', groups: ['finance'], policyVersion: version },
      state: { status: 'pending' },
    });
    const unmatched = await opened(70);
    expect(unmatched).toMatchObject({ tier: 2, requirement: { rule: 'No rule fits' }, state: { status: 'pending' } });
  });

  test('rejects by rule: the record says so, and the model is told that no person was asked', async () => {
    const { run, approvals } = await world.paused(refund(150) as never);
    expect(approvals[0]?.state).toMatchObject({
      status: 'rejected',
      by: { kind: 'rule', rule: 'Odd refunds' },
      reason: 'Not by an agent',
    });
    expect(await world.actions({ approvalId: approvals[0]?.id ?? '' })).toEqual([
      'approval.opened',
      'approval.decided',
    ]);
    const [resume] = world.resumes(run.interactionId);
    expect(JSON.stringify(resume?.body)).toContain('no person was asked');
  });

  test('lets only the members of the rule’s groups vote', async () => {
    const approval = await opened(300);
    expect(await world.vote(approval, ada, approving(approval))).toMatchObject({
      kind: 'refused',
      reason: { code: 'not_in_group' },
    });
    expect(await world.vote(approval, inFinance, approving(approval))).toMatchObject({ kind: 'decided' });
  });

  test('judges an edit again: a small refund made large is for finance alone', async () => {
    const approval = await opened(70);
    const large = approving(approval, { amount: 500 });
    expect(await world.vote(approval, ada, large)).toMatchObject({ kind: 'refused', reason: { code: 'not_in_group' } });
    expect(await world.vote(approval, ada, approving(approval, { amount: 150 }))).toMatchObject({
      kind: 'refused',
      reason: { code: 'policy_refuses', why: 'Rule “Odd refunds” refuses this: Not by an agent' },
    });
    expect(await world.vote(approval, inFinance, large)).toMatchObject({
      kind: 'decided',
      approval: { tier: 3, requirement: { rule: 'Large refunds', groups: ['finance'] } },
    });
  });
});

describe('what fails, fails safe', () => {
  test('a rule that cannot be evaluated for a call asks people, and the error is kept', async () => {
    await publish(world.services, [letPass('args.amount < 100', 'Small'), letPass('true', 'All')]);
    const approval = await opened('20');
    expect(approval).toMatchObject({ tier: 3, state: { status: 'pending' }, requirement: { rule: 'Small' } });
    expect(approval.requirement.problem).toContain('args.amount < 100');
    expect(await world.actions({ approvalId: approval.id })).toEqual(['approval.opened', 'rule.failed']);
  });

  test('a function that nobody described is not approved by a rule that approves everything', async () => {
    const { approvals } = await world.paused({
      calls: [{ name: 'update_account', arguments: { amount: 500 }, id: 'c9' }],
    });
    expect(approvals[0]).toMatchObject({ tier: 2, state: { status: 'pending' }, requirement: { rule: 'All' } });
  });

  test.each([
    ['no policy at all', {}],
    ['a policy of another format', { format: 'x', rules: [letPass('true')] }],
  ])('with %s in force everything goes to people', async (_what, document) => {
    await force(world.services, document);
    expect(await opened(1)).toMatchObject({ tier: 3, state: { status: 'pending' } });
    await world.prisma.policyVersion.updateMany({ where: { status: 'published' }, data: { status: 'archived' } });
    expect(await opened(1)).toMatchObject({ tier: 3, state: { status: 'pending' }, requirement: { policyVersion: 0 } });
  });
});

describe('an approval does not survive a change of the policy', () => {
  test('what waits is asked for what the new policy asks, by the job and at the vote', async () => {
    await publish(world.services, [ask('true', { tier: 2 }, 'Anybody')]);
    const [seen, voted] = [await opened(300), await opened(310)];
    const rules = [
      ask('args.amount > 200', { tier: 3, groups: ['finance'], approvals: 2 }, 'Finance'),
      stop('true', 'None'),
    ];
    const version = await publish(world.services, rules);
    expect(await world.vote(voted, ada, approving(voted))).toMatchObject({
      kind: 'refused',
      reason: { code: 'not_in_group' },
    });
    await world.settle();
    expect(await world.approval(seen.id)).toMatchObject({
      tier: 3,
      requirement: { rule: 'Finance', groups: ['finance'], approvals: 2, policyVersion: version },
    });
    expect(await world.actions({ approvalId: seen.id })).toEqual(['approval.opened', 'approval.rejudged']);
    expect(world.failed).toEqual([]);
  });

  test('a vote of somebody whom the new policy does not ask counts no more', async () => {
    await publish(world.services, [ask('true', { tier: 2, approvals: 2 }, 'Two of anybody')]);
    const approval = await opened(320);
    expect(await world.vote(approval, ada, approving(approval))).toMatchObject({ kind: 'recorded' });
    await publish(world.services, [ask('true', { tier: 2, approvals: 2, groups: ['finance'] }, 'Two of finance')]);
    expect(await world.vote(approval, inFinance, approving(approval))).toMatchObject({ kind: 'recorded' });
    const after = await world.approval(approval.id);
    expect(after.state.status).toBe('pending');
    expect(after.votes.map(({ by, voided }) => [by.name, voided?.why ?? null])).toEqual([
      [ada.name, 'policy'],
      [grace.name, null],
    ]);
  });

  test('a vote without the proof of who it was counts no more where the new policy demands it', async () => {
    await publish(world.services, [ask('true', { tier: 2, approvals: 2 }, 'Two')]);
    const approval = await opened(330);
    await world.vote(approval, ada, approving(approval), 'slack');
    await publish(world.services, [ask('true', { tier: 3, approvals: 2 }, 'Two, with proof')]);
    expect(await world.vote(approval, grace, approving(approval), 'api')).toMatchObject({ kind: 'recorded' });
    expect((await world.approval(approval.id)).votes.map(({ voided }) => voided?.why ?? null)).toEqual([
      'policy',
      null,
    ]);
  });

  test('what the new policy rejects cannot be approved; to reject it needs no leave', async () => {
    await publish(world.services, [ask('true', {}, 'Anybody')]);
    const approval = await opened(20);
    await publish(world.services, [stop('true', 'Never')]);
    expect(await world.vote(approval, ada, approving(approval))).toMatchObject({
      kind: 'refused',
      reason: { code: 'policy_refuses' },
    });
    expect(await world.vote(approval, ada, rejecting(approval))).toMatchObject({ kind: 'decided' });
  });
});

describe('lookups', () => {
  const lookups = {
    refunded: { tool: 'issue_refund', minutes: 60, sum: 'amount', of: 'allowed', within: 'requester' },
    calls: { minutes: 60, within: 'run' },
  };

  test('add up what went before: the call that would go beyond it waits', async () => {
    await publish(
      world.services,
      [letPass('counts.refunded + args.amount <= 100.0', 'Small change'), ask('true', {}, 'More')],
      { lookups },
    );
    const of = { requester: 'shop@example.com' };
    expect((await opened(60, of)).state.status).toBe('approved');
    expect((await opened(30, of)).state.status).toBe('approved');
    expect((await opened(20, of)).requirement.rule).toBe('More');
    expect((await opened(20, { requester: 'other@example.com' })).state.status).toBe('approved');
  });

  test('count the calls of the same pause, one after the other', async () => {
    await publish(world.services, [letPass('counts.calls < 2.0', 'Two of a kind'), ask('true', {}, 'Third')], {
      lookups,
    });
    const calls = ['a', 'b', 'c'].map((id) => ({ name: 'send_email', arguments: {}, id }));
    const { approvals } = await world.paused({ calls });
    expect(approvals.map(({ requirement }) => requirement.rule)).toEqual(['Two of a kind', 'Two of a kind', 'Third']);
  });

  test('count nothing less than nothing, and what is no number not at all: then people are asked', async () => {
    await publish(world.services, [letPass('counts.refunded + args.amount <= 100.0', 'Small change')], { lookups });
    const of = { requester: 'negative@example.com' };
    await opened(-1000, of);
    expect((await opened(101, of)).state.status).toBe('pending');
    const odd = { requester: 'odd@example.com' };
    await opened('ten', odd);
    expect(await opened(1, odd)).toMatchObject({ tier: 3, requirement: { rule: 'Small change' } });
  });

  test('of runs at the same moment see each other', async () => {
    await publish(
      world.services,
      [letPass('counts.refunded + args.amount <= 100.0', 'Small change'), ask('true', {}, 'More')],
      { lookups },
    );
    const of = { requester: 'busy@example.com' };
    const runs = await Promise.all(Array.from({ length: 6 }, () => world.start(refund(40) as never, of)));
    await world.settle();
    const all = (await Promise.all(runs.map(({ id }) => world.approvals(id)))).flat();
    expect(all.filter(({ state }) => state.status === 'approved')).toHaveLength(2);
  });
});

describe('four eyes', () => {
  test('whoever starts a run with their key may not vote on it, whomever they name', async () => {
    await publish(world.services, [ask('true', {}, 'Anybody')]);
    const approval = await opened(20, { by: ada, requester: grace.email });
    expect(await world.vote(approval, ada, approving(approval))).toMatchObject({
      kind: 'refused',
      reason: { code: 'own_run' },
    });
    expect(await world.vote(approval, grace, approving(approval))).toMatchObject({
      kind: 'refused',
      reason: { code: 'own_run' },
    });
    expect(await world.vote(approval, edsger, approving(approval))).toMatchObject({ kind: 'decided' });
  });

  test('a rule can ask whether the requester is only claimed', async () => {
    await publish(world.services, [
      letPass('requester.verified && "finance" in requester.groups', 'Finance asks'),
      ask('true'),
    ]);
    expect((await opened(20, { by: ada, requester: grace.email })).state.status).toBe('pending');
    expect((await opened(20, { by: grace, requester: null })).state.status).toBe('approved');
  });
});

test('a blind second review shows nobody how others voted, until it is decided', async () => {
  await publish(world.services, [ask('true', { tier: 4, blindSecondReview: true }, 'Blind')]);
  const approval = await opened(20);
  await world.vote(approval, ada, approving(approval));
  const told = async (viewer: typeof ada) => {
    const view = await findApproval(world.services, approval.id, viewer);
    return {
      votes: view?.votes.map(({ name }) => name),
      sentences: view?.activity.map(({ sentence }) => sentence).join(),
    };
  };
  expect(await told(edsger)).toMatchObject({ votes: [], sentences: expect.not.stringContaining('voted') });
  expect((await told(ada)).votes).toEqual(['ada']);
  expect((await readApproval(world.services, approval.id))?.votes).toEqual([]);
  await world.vote(approval, edsger, approving(approval));
  expect((await told(grace)).votes).toEqual(['ada', 'edsger']);
  expect((await readApproval(world.services, approval.id))?.votes).toHaveLength(2);
});

test('the chain goes on after rules have decided everything', async () => {
  await publish(world.services, [letPass('true', 'All')]);
  const { run } = await world.paused(chainOf(oneCall, { calls: [{ name: 'send_email', arguments: {}, id: 'z' }] }));
  expect((await world.run(run.id)).status).toBe('completed');
});
