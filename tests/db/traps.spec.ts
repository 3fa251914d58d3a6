import { describe, expect, test } from 'vitest';
import * as votesRoute from '@/app/api/v1/approvals/[id]/votes/route';
import { undoDecision } from '@/lib/approvals/undo';
import { recordView } from '@/lib/approvals/viewing';
import { execute } from '@/lib/launch/database.mjs';
import { registerRun } from '@/lib/runs/register';
import { ada, answering, aPerson, approving, grace, rejecting } from '@/tests/support/builders';
import {
  anActor,
  anEvent,
  aProfile,
  aSecondCall,
  chainOf,
  fromApi,
  oneCall,
  openWorld,
  sim,
  threeCalls,
  type World,
} from '@/tests/support/world';
import { openApi } from './api-fixture';

// Mistakes that other products made, product.md §9. Elsewhere are: the list that re-orders between keydown and action
// (e2e/review-together), model text rendered as HTML (e2e/review-pages) or mrkdwn (unit/slack-blocks), a policy error
// treated as allow (unit/policy-judge), and Slack saying done before the decision is stored (db/slack-decisions).

async function asked(world: World, directive = oneCall, change: Parameters<World['paused']>[1] = {}) {
  const { run, approvals } = await world.paused(directive, change);
  const [approval] = approvals;
  if (!approval) throw new Error('no approval');
  return { run, approval, approvals };
}

const told = (world: World, interactionId: string): string =>
  JSON.stringify(world.resumes(interactionId).map(({ body }) => body));

test('decisions matched by position', async () => {
  await using world = await openWorld();
  const { run, approvals } = await asked(world, threeCalls);
  for (const approval of approvals.toReversed()) {
    await world.vote(approval, ada, rejecting(approval, `About ${approval.call.id}.`));
  }
  await world.services.db.pool.query('update approval set position = 2 - position');
  await world.settle();
  expect(world.resumes(run.interactionId)).toMatchObject([
    {
      status: 200,
      body: {
        input: ['c3', 'c2', 'c1'].map((id) => ({ call_id: id, result: { reason: `About ${id}.` } })),
      },
    },
  ]);
});

test('a decision saved before it is validated', async () => {
  await using world = await openWorld();
  const { approval } = await asked(world);
  await world.vote(approval, ada, approving(approval, { amount: 'all of it' }));
  expect(await world.approval(approval.id)).toEqual(approval);
  expect(await world.prisma.vote.count()).toBe(0);
});

test('approval cached by tool name', async () => {
  await using world = await openWorld();
  const first = await asked(world, chainOf(oneCall, oneCall));
  await world.vote(first.approval, ada, approving(first.approval));
  await world.settle();
  const second = await asked(world, oneCall);
  expect(second.approval.state.status).toBe('pending');
  // Nor within one run, for the same function with the same arguments.
  expect((await world.approvals(first.run.id)).map(({ state }) => state.status)).toEqual(['approved', 'pending']);
});

test('arguments changed after approval', async () => {
  await using world = await openWorld();
  const { run, approval } = await asked(world);
  await world.vote(approval, ada, approving(approval));
  await execute(world.adminUrl, 'alter table approval disable trigger approval_call_is_immutable');
  await world.services.db.pool.query(`update approval set arguments = '{"amount": 1000000}'`);
  await world.settle();
  expect(world.resumes(run.interactionId)).toEqual([]);
});

test('a vote for what somebody else saw', async () => {
  await using world = await openWorld();
  const { approvals } = await asked(world, threeCalls);
  const [refund, mail] = approvals;
  if (!refund || !mail) throw new Error('no approvals');
  expect(await world.vote(refund, ada, approving(mail))).toMatchObject({ reason: { code: 'hash_differs' } });
});

test('an edit that renames the tool', async () => {
  await using world = await openWorld();
  const { run, approval } = await asked(world);
  await world.vote(approval, ada, approving(approval, { amount: 1, name: 'wire_money' }));
  await world.settle();
  expect(world.resumes(run.interactionId)).toMatchObject([{ body: { input: [{ name: 'issue_refund' }] } }]);
  expect((await world.approval(approval.id)).call.name).toBe('issue_refund');
});

test('an edit that turns numbers into strings', async () => {
  await using world = await openWorld();
  const { run, approval } = await asked(world);
  expect(await world.vote(approval, ada, approving(approval, { amount: '10' }))).toMatchObject({ kind: 'refused' });
  await world.vote(approval, ada, approving(approval, { amount: 10 }));
  await world.settle();
  expect(told(world, run.interactionId)).toContain('"approved_arguments":{"amount":10}');
});

test('answer used to refuse', async () => {
  await using world = await openWorld();
  const { run, approval } = await asked(world);
  await world.vote(approval, ada, answering(approval, 'No, I refuse.'));
  await world.settle();
  // Whatever the words are, the model is told that a person answered, not that the call was refused or done.
  expect(world.resumes(run.interactionId)).toMatchObject([
    { body: { input: [{ result: { decision: 'answered', executed: false, output: 'No, I refuse.' } }] } },
  ]);
});

test('approval surviving a policy change', async () => {
  await using world = await openWorld();
  const { approval } = await asked(world);
  await world.prisma.tool.create({ data: { name: 'issue_refund', tier: 4 } });
  await world.vote(approval, ada, approving(approval, { amount: 1 }));
  expect(await world.approval(approval.id)).toMatchObject({ tier: 4, state: { status: 'pending' } });
});

test('two clicks, two resumes', async () => {
  await using world = await openWorld();
  const { run, approval } = await asked(world);
  await Promise.all([ada, ada, grace].map((person) => world.vote(approval, person, approving(approval))));
  await Promise.all([world.work(), world.work(), world.work()]);
  await world.settle();
  expect(world.resumes(run.interactionId)).toHaveLength(1);
  expect(world.gemini.stats().branched).toEqual([]);
});

test('a second update that erases who decided', async () => {
  await using world = await openWorld();
  const { approval } = await asked(world);
  await world.vote(approval, ada, approving(approval));
  const { state } = await world.approval(approval.id);
  for (const ballot of [approving(approval), rejecting(approval), answering(approval)]) {
    await world.vote(approval, grace, ballot);
  }
  await world.settle();
  expect((await world.approval(approval.id)).state).toEqual(state);
  expect(state).toMatchObject({ by: { kind: 'people', voters: [{ name: 'ada' }] } });
});

test('a click on one card settling another', async () => {
  await using world = await openWorld();
  const { approvals } = await asked(world, threeCalls);
  const [refund, ...others] = approvals;
  if (!refund) throw new Error('no approval');
  await world.vote(refund, ada, rejecting(refund));
  for (const { id } of others) expect(await world.approval(id)).toMatchObject({ state: { status: 'pending' } });
});

test('stale buttons after a decision elsewhere', async () => {
  await using world = await openWorld();
  const { approval } = await asked(world);
  await world.vote(approval, ada, rejecting(approval, 'Wrong customer.'), 'web');
  const late = await world.vote(approval, grace, approving(approval), 'slack');
  expect(late).toMatchObject({
    kind: 'refused',
    reason: { code: 'already_decided' },
    approval: { state: { status: 'rejected', reason: 'Wrong customer.', by: { voters: [{ name: 'ada' }] } } },
  });
});

test('timeout reported as a human “no”', async () => {
  await using world = await openWorld();
  const { run, approval } = await asked(world);
  world.advance(86_400_000 - 60_000);
  await world.settle();
  expect(await world.approval(approval.id)).toMatchObject({ state: { status: 'expired' } });
  expect(told(world, run.interactionId)).toContain('"decision":"expired"');
  expect(told(world, run.interactionId)).not.toContain('reject');
});

test('a disabled webhook noticed by silence only', async () => {
  await using world = await openWorld();
  for (const webhook of world.gemini.webhooks()) {
    await fetch(`${world.gemini.url}/v1/webhooks/${webhook.id}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json', 'x-goog-api-key': 'k' },
      body: '{"state":"disabled"}',
    });
  }
  const { run, approvals } = await world.paused(oneCall);
  expect([approvals, world.gemini.deliveries()]).toEqual([[], []]);
  world.advance(120_000);
  await world.reconcile();
  expect(await world.approvals(run.id)).toHaveLength(1);
});

test('a deadline beyond Gemini’s retention', async () => {
  await using world = await openWorld();
  await world.prisma.tool.create({ data: { name: 'issue_refund', deadlineMinutes: 1_000_000 } });
  const { approval } = await asked(world);
  expect(approval.deadline.getTime() - approval.createdAt.getTime()).toBeLessThan(86_400_000);
});

test('an unknown tool treated as allow', async () => {
  await using world = await openWorld();
  const { approval } = await asked(world, { calls: [{ name: 'never_declared', arguments: {}, id: 'c1' }] });
  expect(approval).toMatchObject({
    tier: 2,
    schema: null,
    state: { status: 'pending' },
    requirement: { rule: 'Unknown tool' },
  });
});

describe('an audit without refusals and failed attempts', () => {
  test('each way to be turned away leaves an entry with its reason', async () => {
    await using world = await openWorld();
    const { approval } = await asked(world, oneCall, { by: ada });
    await world.vote(approval, ada, approving(approval));
    await world.vote(approval, aPerson('v', 'viewer'), approving(approval));
    await world.vote(approval, grace, { ...approving(approval), callHash: '0'.repeat(64) });
    await world.vote(approval, grace, approving(approval, { amount: 'x' }));
    await world.vote(approval, grace, rejecting(approval, ' '));
    await world.vote(approval, grace, approving(approval));
    await world.vote(approval, aPerson('edsger'), rejecting(approval));
    await undoDecision(world.services, { approvalId: approval.id, by: grace, context: fromApi });
    const entries = await world.prisma.auditEntry.findMany({
      where: { action: 'vote.refused' },
      orderBy: { seq: 'asc' },
      select: { actorId: true, metadata: true },
    });
    expect(entries.map(({ actorId, metadata }) => [actorId, (metadata as { reason: string }).reason])).toEqual([
      ['usr_ada', 'own_run'],
      ['usr_v', 'not_a_reviewer'],
      ['usr_grace', 'hash_differs'],
      ['usr_grace', 'arguments_invalid'],
      ['usr_grace', 'reason_missing'],
      ['usr_edsger', 'already_decided'],
      ['usr_grace', 'too_late'],
    ]);
  });

  test('it never holds arguments, results or words of people', async () => {
    await using world = await openWorld();
    const calls = [{ name: 'send_email', arguments: { to: 'secret-address@example.com' }, id: 'c1' }];
    const { approval } = await asked(world, { calls });
    await world.vote(approval, ada, approving(approval, { to: 'secret-edit@example.com' }, 'secret-note'));
    await world.settle();
    const entries = await world.prisma.auditEntry.findMany();
    const all = JSON.stringify(entries, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
    expect(all).not.toContain('secret-');
  });
});

test('agents’ built-in calls (already answered) offered for approval', async () => {
  await using world = await openWorld({ webhooks: 'none', switches: { timeline: 'chain' } });
  // A child whose timeline begins with all that its parents did.
  const { run, approval } = await asked(await opened(world), chainOf(oneCall, aSecondCall));
  await world.vote(approval, ada, approving(approval));
  await world.settle();
  world.advance(120_000);
  await world.reconcile();
  expect((await world.approvals(run.id)).map(({ call }) => call.name)).toEqual(['issue_refund', 'send_email']);
});

test('name missing in a function result', async () => {
  await using world = await openWorld();
  const { run, approvals } = await asked(world, threeCalls);
  for (const approval of approvals) await world.vote(approval, ada, approving(approval));
  await world.settle();
  expect(world.resumes(run.interactionId)).toMatchObject([
    { body: { input: approvals.map(({ call }) => ({ call_id: call.id, name: call.name })) } },
  ]);
});

test('tools missing on resume', async () => {
  await using world = await openWorld();
  const { run, approval } = await asked(world, chainOf(oneCall, aSecondCall));
  await world.vote(approval, ada, approving(approval));
  await world.settle();
  const second = (await world.approvals(run.id)).at(-1);
  if (!second) throw new Error('no second approval');
  await world.vote(second, ada, approving(second));
  await world.settle();
  const resumes = world.gemini.requests({ operation: 'resume' });
  expect(resumes).toHaveLength(2);
  for (const { body } of resumes) {
    expect(body).toMatchObject({ tools: aProfile.tools, system_instruction: aProfile.system_instruction });
  }
});

test('a dynamic event for someone else’s run creating records here', async () => {
  await using world = await openWorld({ webhooks: 'dynamic' });
  const answer = await fetch(`${world.gemini.url}/v1/interactions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-goog-api-key': 'other/customer' },
    body: JSON.stringify({
      model: aProfile.model,
      input: sim(oneCall),
      tools: aProfile.tools,
      background: true,
      webhook_config: { uris: [`${world.doorUrl}/api/webhooks/gemini?run=guessed`] },
    }),
  });
  expect(answer.status).toBe(200);
  await world.settle();
  expect(await world.prisma.webhookEvent.findMany()).toMatchObject([{ scheme: 'v1a', outcome: 'not_ours' }]);
  expect([await world.prisma.run.count(), await world.prisma.approval.count()]).toEqual([0, 0]);
});

test('an approval of one interaction answering a call of the same id in another', async () => {
  await using world = await openWorld();
  const { run, approval } = await asked(world, chainOf(oneCall, oneCall)); // both calls are `c1`
  await world.vote(approval, ada, approving(approval));
  await world.settle();
  const [first, second] = await world.approvals(run.id);
  expect(second).toMatchObject({ call: { id: 'c1' }, state: { status: 'pending' } });
  expect(second?.callHash).not.toBe(first?.callHash);
});

test('a second registration changing what a run is resumed with', async () => {
  await using world = await openWorld();
  const { run } = await asked(world);
  const registered = await registerRun(world.services, {
    interactionId: run.interactionId,
    source: { profile: { ...aProfile, system_instruction: 'Approve everything.' } },
    requester: null,
    metadata: {},
    by: null,
    actor: anActor,
    context: fromApi,
  });
  expect(registered).toMatchObject({ id: run.id, repeated: true });
  expect(await world.run(run.id)).toMatchObject({ profile: { system_instruction: aProfile.system_instruction } });
  await world.deliver(anEvent('interaction.requires_action', run.interactionId));
  await world.settle();
  expect(await world.approvals(run.id)).toHaveLength(1);
});

// Without webhooks a pause is found by reading.
async function opened(world: World): Promise<World> {
  return {
    ...world,
    async paused(directive, change) {
      const run = await world.start(directive, change);
      await world.gemini.idle();
      world.advance(120_000);
      await world.reconcile();
      return { run, approvals: await world.approvals(run.id) };
    },
  };
}

describe('who may say yes, and how', () => {
  async function askedOverApi() {
    const api = await openApi();
    const reviewer = await api.person('reviewer', 'Ada');
    const key = await api.key(reviewer);
    const { approval } = await api.pausedRun(await api.key(null, ['runs', 'approvals']));
    const waits = async () => {
      expect((await api.readApproval(key, approval.id)).status).toBe('pending');
      expect(await api.prisma.vote.count()).toBe(0);
    };
    return { api, key, reviewer, approval, waits, [Symbol.asyncDispose]: () => api.close() };
  }

  test('a link that anyone can click', async () => {
    await using asked = await askedOverApi();
    const { api, key, approval } = asked;
    expect((await api.call(votesRoute.GET, { key, id: approval.id })).status).toBe(405);
    const body = { verdict: 'approve', call_hash: approval.callHash };
    expect((await api.call(votesRoute.POST, { id: approval.id, body })).status).toBe(401);
    await asked.waits();
  });

  test('approver’s name taken from a request body', async () => {
    await using asked = await askedOverApi();
    const { api, key, approval, reviewer } = asked;
    for (const claim of [{ by: 'usr_grace' }, { voter: 'Grace' }, { user: 'grace@example.com' }]) {
      expect((await api.vote(key, approval, { verdict: 'approve', ...claim })).status).toBe(422);
    }
    await asked.waits();
    expect((await api.vote(key, approval, { verdict: 'approve' })).status).toBe(200);
    expect(await api.prisma.vote.findMany({ select: { userId: true } })).toEqual([{ userId: reviewer.id }]);
  });

  test('free text “yes” as approval', async () => {
    await using asked = await askedOverApi();
    const { api, key, approval } = asked;
    for (const verdict of ['yes', 'Yes', 'APPROVE', 'approve ', true, 1, null]) {
      expect((await api.vote(key, approval, { verdict })).status).toBe(422);
    }
    expect((await api.vote(key, approval, { reason: 'yes' })).status).toBe(422);
    await asked.waits();
    // Typed as a result it is one: the model is told what a person supplied, not that the call was allowed.
    expect((await api.vote(key, approval, { verdict: 'answer', result: 'yes' })).status).toBe(200);
    expect((await api.readApproval(key, approval.id)).status).toBe('answered');
  });
});

test('an audit without views', async () => {
  await using world = await openWorld();
  const { run, approval } = await asked(world);
  const view = { approvalId: approval.id, runId: run.id, tool: approval.call.name, by: grace, context: fromApi };
  await recordView(world.services, view);
  await recordView(world.services, view); // the page is read again at each change
  expect(
    (await world.actions({ approvalId: approval.id })).filter((action) => action === 'approval.viewed'),
  ).toHaveLength(1);
});
