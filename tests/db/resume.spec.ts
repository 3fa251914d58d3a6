import { describe, expect, test } from 'vitest';
import { recordResult } from '@/lib/approvals/record-result';
import { resumePause } from '@/lib/approvals/resume';
import { settleResume } from '@/lib/approvals/settle-resume';
import { execute } from '@/lib/launch/database.mjs';
import { isObject, type Json } from '@/tests/fakes/gemini/wire';
import { ada, answering, aPerson, approving, grace, rejecting } from '@/tests/support/builders';
import {
  aProfile,
  aSecondCall,
  chainOf,
  fromApi,
  oneCall,
  openWorld,
  threeCalls,
  type World,
} from '@/tests/support/world';

const admin = aPerson('root', 'admin');

/** A run at its pause, decided, with the resume not yet sent. */
async function decided(world: World) {
  const { run, approvals } = await world.paused(oneCall);
  const [approval] = approvals;
  if (!approval) throw new Error('no approval');
  await world.vote(approval, ada, approving(approval));
  return { run, approval, pause: await world.pauseAt(run.interactionId) };
}

const settle = (world: World, interactionId: string, action: 'send_again' | 'close', by = admin) =>
  settleResume(world.services, { interactionId, action, reason: 'Looked it up.', by, context: fromApi });

const resultsIn = (body: Json): Json[] => (isObject(body) && Array.isArray(body.input) ? body.input : []);

describe('a pause is resumed once', () => {
  test('one request carries every result and the whole profile, and the run goes on to its end', async () => {
    await using world = await openWorld();
    const { run, approval } = await decided(world);
    await world.settle();

    const [request, ...more] = world.resumes(run.interactionId);
    expect(more).toEqual([]);
    expect(request?.body).toEqual({
      model: aProfile.model,
      tools: aProfile.tools,
      system_instruction: aProfile.system_instruction,
      generation_config: aProfile.generation_config,
      background: true,
      store: true,
      previous_interaction_id: run.interactionId,
      input: [
        {
          type: 'function_result',
          call_id: 'c1',
          name: 'issue_refund',
          result: expect.objectContaining({ decision: 'approved', executed: false }),
        },
      ],
    });
    expect(await world.run(run.id)).toMatchObject({ status: 'completed', nextReadAt: null });
    expect(await world.pauseAt(run.interactionId)).toMatchObject({ resumeStatus: 'resumed' });
    // Its receipt comes later, or by now, if this took long.
    const actions = (await world.actions({ runId: run.id })).filter((action) => action !== 'receipt.issued');
    expect(actions).toEqual([
      'run.started',
      'pause.opened',
      'approval.opened',
      'event.received',
      'vote.cast',
      'approval.decided',
      'resume.sent',
      'resume.confirmed',
      'run.ended',
      'event.received',
    ]);
    expect(await world.approval(approval.id)).toMatchObject({ version: 2 });
  });

  test('eight workers at once send one request', async () => {
    await using world = await openWorld();
    const { run, pause } = await decided(world);
    await Promise.all(Array.from({ length: 8 }, () => resumePause(world.services, pause.id)));
    expect(world.resumes(run.interactionId)).toHaveLength(1);
    expect(await world.attempts(run.interactionId)).toMatchObject([{ number: 1, outcome: 'resumed' }]);
  });

  test('the job may run again at any time after that', async () => {
    await using world = await openWorld();
    const { run, pause } = await decided(world);
    for (let times = 0; times < 3; times++) await resumePause(world.services, pause.id);
    await world.settle();
    await resumePause(world.services, pause.id);
    expect(world.resumes(run.interactionId)).toHaveLength(1);
  });

  test('dynamic webhooks are asked for again, at the same address, with the attempt', async () => {
    await using world = await openWorld({ webhooks: 'dynamic' });
    const { run } = await decided(world);
    await world.settle();
    const { token } = await world.run(run.id);
    const [attempt] = await world.attempts(run.interactionId);
    expect(world.resumes(run.interactionId)[0]?.body).toMatchObject({
      webhook_config: {
        uris: [`${world.doorUrl}/api/webhooks/gemini?run=${token}`],
        user_metadata: { run: run.id, attempt: attempt?.id },
      },
    });
    expect(await world.run(run.id)).toMatchObject({ status: 'completed' });
  });

  test('an agent goes on in the sandbox in which it stopped', async () => {
    await using world = await openWorld();
    const { generation_config: _unused, model: _model, ...rest } = aProfile;
    const profile = { ...rest, agent_id: 'antigravity-preview-09-2026', environment: 'remote' };
    const { run, approvals } = await world.paused(oneCall, { source: { profile } });
    for (const approval of approvals) await world.vote(approval, ada, approving(approval));
    await world.settle();
    const { environmentId } = await world.prisma.interaction.findUniqueOrThrow({ where: { id: run.interactionId } });
    expect(environmentId).toBeTruthy();
    expect(world.resumes(run.interactionId)).toMatchObject([
      { status: 200, body: { agent: 'antigravity-preview-09-2026', environment: environmentId } },
    ]);
  });
});

describe('parallel calls', () => {
  test('are decided one by one and resumed together, each result under its own call', async () => {
    await using world = await openWorld();
    const { run, approvals } = await world.paused(threeCalls);
    const [refund, mail, account] = approvals;
    if (!refund || !mail || !account) throw new Error('three approvals are expected');

    await world.vote(account, ada, answering(account, { tags: ['vip'] }));
    await world.vote(refund, grace, rejecting(refund, 'Too much.'));
    await world.settle();
    expect(world.resumes(run.interactionId)).toEqual([]);
    expect(await world.approval(mail.id)).toMatchObject({ state: { status: 'pending' } });
    await world.vote(mail, ada, approving(mail, { to: 'grace@example.com' }));
    await world.settle();

    const requests = world.resumes(run.interactionId);
    expect(requests).toHaveLength(1);
    const results = resultsIn(requests[0]?.body ?? null);
    const told = Object.fromEntries(results.map((item) => (isObject(item) ? [item.call_id, item] : [])));
    expect(told).toMatchObject({
      c1: { name: 'issue_refund', result: { decision: 'rejected', reason: 'Too much.' } },
      c2: {
        name: 'send_email',
        result: {
          decision: 'approved',
          arguments_changed_by_reviewer: true,
          approved_arguments: { to: 'grace@example.com' },
        },
      },
      c3: { name: 'update_account', result: { decision: 'answered', output: { tags: ['vip'] } } },
    });
    expect(await world.run(run.id)).toMatchObject({ status: 'completed' });
  });

  test('results follow their calls whatever order the rows are read in', async () => {
    await using world = await openWorld();
    const { run, approvals } = await world.paused(threeCalls);
    // Rows come back in the order of the calls only because we ask for it: give the positions another order.
    await world.services.db.pool.query('update approval set position = (2 * position + 1) % 3');
    for (const approval of approvals) await world.vote(approval, ada, rejecting(approval, `no ${approval.call.name}`));
    await world.settle();
    const results = resultsIn(world.resumes(run.interactionId)[0]?.body ?? null);
    expect(
      results.map((item) => (isObject(item) ? `${item.call_id} ${item.name} ${JSON.stringify(item.result)}` : '')),
    ).toEqual([
      expect.stringMatching(/^c2 send_email .*no send_email/),
      expect.stringMatching(/^c1 issue_refund .*no issue_refund/),
      expect.stringMatching(/^c3 update_account .*no update_account/),
    ]);
  });
});

describe('when it is not known whether the request arrived', () => {
  test('a sender that vanished after its claim leaves “unclear”, and nothing is sent again by itself', async () => {
    await using world = await openWorld();
    const { run, pause } = await decided(world);
    const claimed = {
      ...world.services,
      gemini: { ...world.services.gemini, resume: () => new Promise<never>(() => {}) },
    };
    void resumePause(claimed, pause.id); // dies here
    await expect.poll(async () => (await world.pauseAt(run.interactionId)).resumeStatus).toBe('sending');

    await world.settle(); // the job comes again
    expect(world.resumes(run.interactionId)).toEqual([]);
    await world.sweepVanishedSenders();
    await world.settle();
    expect(await world.pauseAt(run.interactionId)).toMatchObject({ resumeStatus: 'unclear' });
    expect(await world.attempts(run.interactionId)).toMatchObject([{ outcome: 'unclear' }]);
    expect(await world.run(run.id)).toMatchObject({ status: 'paused', message: expect.stringContaining('not known') });
    expect(world.resumes(run.interactionId)).toEqual([]);
  });

  test('work done, answer lost: the child’s event heals it, and there is one child', async () => {
    await using world = await openWorld();
    const { run } = await decided(world);
    world.gemini.addFault({ on: 'resume', kind: 'cut_after' });
    world.gemini.addFault({ on: 'delivery', kind: 'delay', delayMs: 60_000 });
    await world.work();
    expect(await world.pauseAt(run.interactionId)).toMatchObject({ resumeStatus: 'unclear', childId: null });

    world.advance(60_000);
    await world.settle();
    const [child] = world.gemini.interactions({ previousId: run.interactionId });
    expect(await world.pauseAt(run.interactionId)).toMatchObject({ resumeStatus: 'resumed', childId: child?.id });
    expect(await world.attempts(run.interactionId)).toMatchObject([{ outcome: 'unclear', childId: child?.id }]);
    expect(world.gemini.stats().branched).toEqual([]);
    expect(await world.run(run.id)).toMatchObject({ status: 'completed' });
    expect(await world.actions({ runId: run.id })).toContain('resume.confirmed');
  });

  test('an answer that calls itself something else than JSON is read all the same', async () => {
    await using world = await openWorld();
    const { run, approvals } = await world.paused(oneCall);
    world.gemini.addFault({ on: 'resume', kind: 'wrong_content_type' });
    for (const approval of approvals) await world.vote(approval, ada, approving(approval));
    await world.settle();
    expect(await world.attempts(run.interactionId)).toMatchObject([{ outcome: 'resumed' }]);
    expect(await world.run(run.id)).toMatchObject({ status: 'completed' });
  });

  test.each(['cut_before', 'hang', 'server_error', 'unavailable', 'array_error'] as const)(
    '%s: unclear, not sent twice by any job or sweep',
    async (kind) => {
      await using world = await openWorld();
      const { run, pause } = await decided(world);
      // Half a minute of silence is a long test: the same request with less patience.
      const impatient = kind === 'hang' ? within(world, 50) : world.services;
      world.gemini.addFault({ on: 'resume', kind });
      world.gemini.setSwitches({ drop: true });
      await resumePause(impatient, pause.id);
      await world.settle();
      world.advance(3_600_000);
      await world.reconcile();
      await world.sweepVanishedSenders();
      await world.settle();
      expect(await world.pauseAt(run.interactionId)).toMatchObject({ resumeStatus: 'unclear' });
      expect(world.resumes(run.interactionId)).toHaveLength(1);
      expect(await world.actions({ runId: run.id })).toContain('resume.unclear');
    },
  );

  test('a person sends again: the second attempt goes out, and its child is the run’s', async () => {
    await using world = await openWorld();
    const { run } = await decided(world);
    world.gemini.addFault({ on: 'resume', kind: 'cut_before' });
    await world.settle();
    expect(await settle(world, run.interactionId, 'send_again')).toMatchObject({ kind: 'settled', resume: 'ready' });
    await world.settle();
    expect(await world.attempts(run.interactionId)).toMatchObject([{ outcome: 'unclear' }, { outcome: 'resumed' }]);
    expect(world.gemini.interactions({ previousId: run.interactionId })).toHaveLength(1);
    expect(await world.run(run.id)).toMatchObject({ status: 'completed' });
  });

  test('the child of the first attempt appears before the second is sent: it is adopted and nothing more is sent', async () => {
    await using world = await openWorld();
    const { run } = await decided(world);
    world.gemini.addFault({ on: 'resume', kind: 'cut_after' });
    world.gemini.addFault({ on: 'delivery', kind: 'delay', delayMs: 60_000 });
    await world.work();
    await settle(world, run.interactionId, 'send_again');
    world.advance(60_000);
    if (!(await world.gemini.idle())) throw new Error('busy');
    const [child] = world.gemini.interactions({ previousId: run.interactionId });
    // The child's event is looked at before the job that sends.
    await world.services.db.pool.query(
      `update graphile_worker._private_jobs set priority = 5 where key like 'settle:%'`,
    );
    await world.settle();
    expect(world.resumes(run.interactionId)).toHaveLength(1);
    expect(await world.pauseAt(run.interactionId)).toMatchObject({ resumeStatus: 'resumed', childId: child?.id });
    expect(await world.actions({ runId: run.id })).not.toContain('resume.elsewhere');
  });

  test('a person closes it; when the request did arrive after all, the run goes on and can be decided', async () => {
    await using world = await openWorld();
    const { run, approvals } = await world.paused(chainOf(oneCall, aSecondCall));
    for (const approval of approvals) await world.vote(approval, ada, approving(approval));
    world.gemini.addFault({ on: 'resume', kind: 'cut_after' });
    world.gemini.addFault({ on: 'delivery', kind: 'delay', delayMs: 60_000 });
    await world.work();
    expect(await settle(world, run.interactionId, 'close')).toMatchObject({ kind: 'settled', resume: 'closed' });
    expect(await world.run(run.id)).toMatchObject({ status: 'cancelled' });

    world.advance(60_000);
    await world.settle();
    expect(await world.pauseAt(run.interactionId)).toMatchObject({ resumeStatus: 'resumed', extraChildren: [] });
    expect(await world.run(run.id)).toMatchObject({ status: 'paused', endedAt: null });
    expect(await world.approvals(run.id)).toMatchObject([{}, { state: { status: 'pending' } }]);
  });

  test('a late answer after the attempt was given up is still the truth', async () => {
    await using world = await openWorld();
    const { run, pause } = await decided(world);
    world.gemini.setSwitches({ drop: true });
    world.gemini.addFault({ on: 'resume', kind: 'slow', delayMs: 300 });
    const sending = resumePause(world.services, pause.id);
    await expect.poll(async () => (await world.pauseAt(run.interactionId)).resumeStatus).toBe('sending');
    await world.sweepVanishedSenders();
    expect(await world.pauseAt(run.interactionId)).toMatchObject({ resumeStatus: 'unclear' });
    await sending;
    expect(await world.pauseAt(run.interactionId)).toMatchObject({ resumeStatus: 'resumed' });
    expect(await world.attempts(run.interactionId)).toMatchObject([{ outcome: 'resumed' }]);
    expect(world.gemini.stats().branched).toEqual([]);
  });

  test('two branches: the first is the run, the second is flagged and never resumed', async () => {
    await using world = await openWorld();
    const { run, approvals } = await world.paused(chainOf(oneCall, aSecondCall));
    for (const approval of approvals) await world.vote(approval, ada, approving(approval));
    world.gemini.addFault({ on: 'resume', kind: 'cut_after' });
    world.gemini.addFault({ on: 'delivery', kind: 'delay', delayMs: 60_000 });
    await world.work();
    await settle(world, run.interactionId, 'send_again');
    await world.work();
    world.advance(60_000);
    await world.settle();

    const children = world.gemini.interactions({ previousId: run.interactionId });
    expect(children).toHaveLength(2);
    const pause = await world.pauseAt(run.interactionId);
    expect(pause).toMatchObject({ resumeStatus: 'resumed' });
    const second = children.map(({ id }) => id).filter((id) => id !== pause.childId);
    expect(pause.extraChildren).toEqual(second);
    expect(await world.actions({ runId: run.id })).toContain('resume.second_branch');
    // Only the first branch asks people.
    const asked = (await world.approvals(run.id)).filter(({ state }) => state.status === 'pending');
    expect(asked.map(({ interactionId }) => interactionId)).toEqual([pause.childId]);
    for (const approval of asked) await world.vote(approval, ada, approving(approval));
    await world.settle();
    expect(world.gemini.interactions({ previousId: second[0] ?? '' })).toEqual([]);
    expect(await world.run(run.id)).toMatchObject({ status: 'completed' });
  });

  test('only an admin settles, only what is open, and both are said', async () => {
    await using world = await openWorld();
    const { run } = await decided(world);
    expect(await settle(world, run.interactionId, 'close')).toMatchObject({ kind: 'refused', reason: 'not_open' });
    world.gemini.addFault({ on: 'resume', kind: 'cut_before' });
    await world.settle();
    expect(await settle(world, run.interactionId, 'close', ada)).toMatchObject({
      kind: 'refused',
      reason: 'not_allowed',
      resume: 'unclear',
    });
    expect(await settle(world, 'nothing', 'close')).toBeNull();
    expect((await world.actions()).filter((action) => action === 'resume.settle_refused')).toHaveLength(2);
  });

  test('two admins choose differently at once: one choice stands', async () => {
    await using world = await openWorld();
    const { run } = await decided(world);
    world.gemini.addFault({ on: 'resume', kind: 'cut_before' });
    await world.settle();
    const outcomes = await Promise.all([
      settle(world, run.interactionId, 'send_again'),
      settle(world, run.interactionId, 'close'),
    ]);
    expect(outcomes.map((outcome) => outcome?.kind).toSorted()).toEqual(['refused', 'settled']);
  });
});

describe('what Gemini answers', () => {
  test('429: waits as long as it was told, then goes out once', async () => {
    await using world = await openWorld();
    const { run } = await decided(world);
    world.gemini.addFault({ on: 'resume', kind: 'rate_limit', retryAfterSeconds: 90 });
    await world.settle();
    expect(await world.pauseAt(run.interactionId)).toMatchObject({ resumeStatus: 'ready' });
    world.advance(89_000);
    await world.settle();
    expect(world.resumes(run.interactionId)).toHaveLength(1);
    world.advance(2_000);
    await world.settle();
    expect(world.resumes(run.interactionId).map(({ status }) => status)).toEqual([429, 200]);
    expect(await world.attempts(run.interactionId)).toMatchObject([
      { outcome: 'rate_limited' },
      { outcome: 'resumed' },
    ]);
    expect(world.gemini.interactions({ previousId: run.interactionId })).toHaveLength(1);
  });

  test('a refusal is shown and not tried again, until a person sends again', async () => {
    await using world = await openWorld();
    const { run } = await decided(world);
    world.gemini.addFault({ on: 'resume', kind: 'server_error', status: 400 });
    await world.settle();
    world.advance(86_400_000 / 4);
    await world.reconcile();
    expect(await world.pauseAt(run.interactionId)).toMatchObject({
      resumeStatus: 'refused',
      message: expect.stringContaining('internal error'),
    });
    expect(await world.run(run.id)).toMatchObject({
      status: 'paused',
      message: expect.stringContaining('internal error'),
    });
    expect(world.resumes(run.interactionId)).toHaveLength(1);
    await settle(world, run.interactionId, 'send_again');
    await world.settle();
    expect(await world.run(run.id)).toMatchObject({ status: 'completed' });
  });

  test('404: the interaction is lost, the decision stays on record', async () => {
    await using world = await openWorld();
    const { run, approval } = await decided(world);
    world.gemini.expire(run.interactionId);
    await world.settle();
    expect(await world.pauseAt(run.interactionId)).toMatchObject({ resumeStatus: 'lost' });
    expect(await world.run(run.id)).toMatchObject({ status: 'lost' });
    expect(await world.approval(approval.id)).toMatchObject({ state: { status: 'approved' } });
    expect(await world.attempts(run.interactionId)).toMatchObject([{ outcome: 'lost' }]);
  });
});

describe('what a person carries out', () => {
  async function manual(world: World) {
    await world.prisma.tool.create({ data: { name: 'issue_refund', tier: 2, fulfilment: 'manual' } });
    return world.paused(oneCall);
  }

  test('waits for the typed result, which is stored once and then sent', async () => {
    await using world = await openWorld();
    const { run, approvals } = await manual(world);
    const [approval] = approvals;
    if (!approval) throw new Error('no approval');
    await world.vote(approval, ada, approving(approval));
    await world.settle();
    expect(world.resumes(run.interactionId)).toEqual([]);
    expect(await world.pauseAt(run.interactionId)).toMatchObject({ resumeStatus: 'waiting' });

    const report = (result: string) =>
      recordResult(world.services, { approvalId: approval.id, result, by: grace, context: fromApi });
    const outcomes = await Promise.all([report('Refund re_1.'), report('Refund re_2.')]);
    expect(outcomes.map((outcome) => outcome?.kind).toSorted()).toEqual(['recorded', 'refused']);
    const recorded = outcomes[0]?.kind === 'recorded' ? 'Refund re_1.' : 'Refund re_2.';
    await world.settle();
    expect(world.resumes(run.interactionId)).toMatchObject([
      { body: { input: [{ result: { decision: 'approved', executed: true, output: recorded } }] } },
    ]);
    expect(await report('Refund re_3.')).toMatchObject({ kind: 'refused', reason: 'not_awaited' });
  });

  test('a rule’s approval waits for the result too', async () => {
    await using world = await openWorld();
    await world.prisma.tool.create({ data: { name: 'issue_refund', tier: 0, fulfilment: 'manual' } });
    const { run, approvals } = await world.paused(oneCall);
    expect(approvals).toMatchObject([{ state: { status: 'approved', by: { kind: 'rule' } } }]);
    expect(await world.pauseAt(run.interactionId)).toMatchObject({ resumeStatus: 'waiting' });
    const approvalId = approvals[0]?.id ?? '';
    await recordResult(world.services, { approvalId, result: { ok: true }, by: ada, context: fromApi });
    await world.settle();
    expect(await world.run(run.id)).toMatchObject({ status: 'completed' });
  });

  test('a rejection waits for nothing', async () => {
    await using world = await openWorld();
    const { run, approvals } = await manual(world);
    for (const approval of approvals) await world.vote(approval, ada, rejecting(approval));
    await world.settle();
    expect(world.resumes(run.interactionId)).toHaveLength(1);
  });
});

test('a read-only call is approved by its rule, resumed and audited without people', async () => {
  await using world = await openWorld();
  await world.prisma.tool.create({ data: { name: 'issue_refund', tier: 0 } });
  const { run, approvals } = await world.paused(oneCall);
  expect(approvals).toMatchObject([{ state: { status: 'approved', by: { kind: 'rule', rule: 'Tier 0' } } }]);
  expect(await world.run(run.id)).toMatchObject({ status: 'completed' });
  const entry = await world.prisma.auditEntry.findFirstOrThrow({ where: { action: 'approval.decided' } });
  expect(entry).toMatchObject({ actorType: 'rule', metadata: { status: 'approved', rule: 'Tier 0' } });
});

test('a call that was changed behind our back stops everything, loudly', async () => {
  await using world = await openWorld();
  const { run, approval } = await decided(world);
  await expect(
    execute(world.adminUrl, `update approval set arguments = '{"amount": 4990}' where id = $1`, [approval.id]),
  ).rejects.toThrow('never changes');
  await execute(world.adminUrl, 'alter table approval disable trigger approval_call_is_immutable');
  await execute(world.adminUrl, `update approval set arguments = '{"amount": 4990}' where id = $1`, [approval.id]);
  await world.settle();
  expect(world.resumes(run.interactionId)).toEqual([]);
  expect(await world.pauseAt(run.interactionId)).toMatchObject({
    resumeStatus: 'refused',
    message: expect.stringContaining('does not match its hash'),
  });
  expect(await world.actions({ runId: run.id })).toContain('integrity.mismatch');
  await settle(world, run.interactionId, 'send_again');
  await world.settle();
  expect(world.resumes(run.interactionId)).toEqual([]);
});

function within(world: World, ms: number): World['services'] {
  const { gemini } = world.services;
  const unclear = { kind: 'unclear' as const, message: 'silence' };
  return {
    ...world.services,
    gemini: {
      ...gemini,
      resume: async (request) => {
        let timer: NodeJS.Timeout | undefined;
        const silence = new Promise<typeof unclear>((resolve) => {
          timer = setTimeout(() => resolve(unclear), ms);
        });
        try {
          return await Promise.race([gemini.resume(request).catch(() => unclear), silence]);
        } finally {
          clearTimeout(timer);
        }
      },
    },
  };
}
