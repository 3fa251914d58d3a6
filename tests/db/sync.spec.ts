import { describe, expect, test } from 'vitest';
import { openDatabase } from '@/lib/db';
import { argumentsHash, callHash } from '@/lib/domain/call-hash';
import { type JsonObject, storable } from '@/lib/domain/json';
import { execute } from '@/lib/launch/database.mjs';
import { enqueue } from '@/lib/queue/enqueue';
import { registerRun } from '@/lib/runs/register';
import { startRun } from '@/lib/runs/start';
import { syncInteraction } from '@/lib/runs/sync';
import { ada, approving } from '@/tests/support/builders';
import {
  anActor,
  anEvent,
  aProfile,
  aSecondCall,
  aStart,
  chainOf,
  fromApi,
  oneCall,
  openWorld,
  sim,
  threeCalls,
  type World,
} from '@/tests/support/world';

const heard = (world: World, interactionId: string) =>
  syncInteraction(world.services, { interactionId, trusted: true, firstHeardAt: world.services.now() });

/** Another program of the same project starts a run. */
async function startElsewhere(world: World, prompt: string, key = 'another-key'): Promise<string> {
  const answer = await fetch(`${world.gemini.url}/v1/interactions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-goog-api-key': key },
    body: JSON.stringify({ model: aProfile.model, input: prompt, tools: aProfile.tools, background: true }),
  });
  const { id } = (await answer.json()) as { id: string };
  return id;
}

async function resumeElsewhere(world: World, pausedId: string): Promise<string> {
  const answer = await fetch(`${world.gemini.url}/v1/interactions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-goog-api-key': 'another-key' },
    body: JSON.stringify({
      model: aProfile.model,
      previous_interaction_id: pausedId,
      input: [{ type: 'function_result', call_id: 'c1', name: 'issue_refund', result: 'done elsewhere' }],
      tools: aProfile.tools,
      background: true,
    }),
  });
  const { id } = (await answer.json()) as { id: string };
  return id;
}

describe('a pause is opened once', () => {
  test('with one approval a call, each with its hash, schema, effect and deadline', async () => {
    await using world = await openWorld();
    await world.prisma.tool.create({ data: { name: 'issue_refund', tier: 3, effectTemplate: 'Refund {amount} EUR' } });
    const { run, approvals } = await world.paused(threeCalls, { requester: 'Ada@Example.com' });
    expect(approvals.map(({ call, tier, effect }) => [call.id, call.name, tier, effect])).toEqual([
      ['c1', 'issue_refund', 3, 'Refund 49.9 EUR'],
      ['c2', 'send_email', 2, 'Call send_email'],
      ['c3', 'update_account', 2, 'Call update_account'],
    ]);
    const [refund] = approvals;
    expect(refund).toMatchObject({
      callHash: callHash({
        interaction: run.interactionId,
        callId: 'c1',
        name: 'issue_refund',
        arguments: { amount: 49.9 },
      }),
      schema: aProfile.tools[0]?.parameters,
      requester: { text: 'Ada@Example.com' },
      state: { status: 'pending' },
      version: 1,
    });
    expect(await world.run(run.id)).toMatchObject({ status: 'paused' });
  });

  test('however often, and in whatever order, its events come', async () => {
    await using world = await openWorld({ switches: { deliverTwice: true, swapOrder: true } });
    const rest = async (): Promise<void> => {
      while (!(await world.gemini.idle(20))) world.advance(2_000); // an event that nothing overtakes is held so long
      await world.settle();
    };
    const run = await world.start(chainOf(oneCall, aSecondCall));
    await rest();
    for (let turn = 0; turn < 2; turn++) {
      for (const approval of await world.approvals(run.id)) {
        if (approval.state.status === 'pending') await world.vote(approval, ada, approving(approval));
      }
      await world.work();
      await rest();
    }
    for (const { webhookId } of world.gemini.deliveries().toReversed()) world.gemini.redeliver(webhookId);
    await rest();

    expect(await world.approvals(run.id)).toHaveLength(2);
    expect(await world.prisma.pause.count()).toBe(2);
    expect(world.gemini.stats()).toMatchObject({ branched: [], resumes: 2 });
    expect(await world.run(run.id)).toMatchObject({ status: 'completed' });
    expect(world.failed).toEqual([]);
  });

  test('also when eight workers read it at once', async () => {
    await using world = await openWorld({ webhooks: 'none' });
    const run = await world.start(threeCalls);
    await world.gemini.idle();
    await Promise.all(Array.from({ length: 8 }, () => heard(world, run.interactionId)));
    expect(await world.approvals(run.id)).toHaveLength(3);
    expect((await world.actions({ runId: run.id })).filter((action) => action === 'pause.opened')).toHaveLength(1);
  });

  test('a reading that was overtaken by a later one changes nothing', async () => {
    await using world = await openWorld({ webhooks: 'none' });
    const run = await world.start({ final: 'Done.' });
    const early = await world.services.gemini.read(run.interactionId);
    await world.gemini.idle();
    await heard(world, run.interactionId);
    expect(await world.run(run.id)).toMatchObject({ status: 'completed' });
    const late = { ...world.services, gemini: { ...world.services.gemini, read: async () => early } };
    await syncInteraction(late, { interactionId: run.interactionId, trusted: true, firstHeardAt: new Date() });
    expect(await world.run(run.id)).toMatchObject({ status: 'completed' });
    const kept = await world.prisma.interaction.findUniqueOrThrow({ where: { id: run.interactionId } });
    expect(kept).toMatchObject({ status: 'completed', outputText: 'Done.' });
  });

  test('the same reading again is told from a new one, and only the event is marked', async () => {
    await using world = await openWorld();
    const { run, approvals } = await world.paused(oneCall);
    const before = await world.run(run.id);
    const entries = (await world.actions()).length;
    const again = await world.deliver(anEvent('interaction.requires_action', run.interactionId));
    await world.settle();
    const event = await world.prisma.webhookEvent.findUniqueOrThrow({ where: { id: again.id } });
    expect(event).toMatchObject({ outcome: 'synced', runId: run.id });
    expect((await world.actions()).slice(entries)).toEqual(['event.received']);
    expect(await world.run(run.id)).toEqual(before);

    // Known readings are no shortcut past work that is still to do.
    await world.prisma.interaction.update({
      where: { id: run.interactionId },
      data: { missingSince: new Date(), readingHash: before.id },
    });
    await world.deliver(anEvent('interaction.requires_action', run.interactionId));
    await world.settle();
    const read = await world.prisma.interaction.findUniqueOrThrow({ where: { id: run.interactionId } });
    expect(read).toMatchObject({ missingSince: null });
    expect(await world.approvals(run.id)).toEqual(approvals);
    expect(world.failed).toEqual([]);
  });

  test('an event whose interaction has gone on asks nobody', async () => {
    await using world = await openWorld({ webhooks: 'none' });
    const run = await world.start({ final: 'Done.' });
    await world.gemini.idle();
    await world.deliver(anEvent('interaction.requires_action', run.interactionId));
    await world.settle();
    expect(await world.prisma.approval.count()).toBe(0);
    expect(await world.run(run.id)).toMatchObject({ status: 'completed' });
  });
});

describe('an event before the answer to the start', () => {
  test('waits for its run instead of making a stranger of it, and is looked at as soon as the answer is recorded', async () => {
    await using world = await openWorld();
    const { services } = world;
    const slow = {
      ...services,
      gemini: {
        ...services.gemini,
        start: async (...input: Parameters<typeof services.gemini.start>) => {
          const answer = await services.gemini.start(...input);
          await world.gemini.idle(); // the turn is over and its event delivered
          await world.work();
          return answer;
        },
      },
    };
    const run = await startRun(slow, aStart(sim(oneCall)));
    expect(world.failed).toMatchObject([{ name: 'event.process', message: expect.stringContaining('being started') }]);
    expect(await world.prisma.run.count()).toBe(1);
    await world.settle();
    expect(await world.approvals(run.id)).toHaveLength(1);
    world.advance(60_000);
    await world.settle();
    expect(await world.prisma.webhookEvent.findMany()).toMatchObject([{ outcome: 'synced', runId: run.id }]);
    expect(await world.approvals(run.id)).toHaveLength(1);
  });

  test('a stranger’s event waits no longer than a start may take', async () => {
    await using world = await openWorld();
    world.gemini.addFault({ on: 'start', kind: 'cut_before' });
    await world.start(oneCall); // unclear
    const id = await startElsewhere(world, sim(oneCall));
    await world.settle();
    expect(await world.prisma.run.count()).toBe(1);
    for (let minute = 0; minute < 3; minute++) {
      world.advance(60_000);
      await world.settle();
    }
    expect(await world.prisma.run.findUniqueOrThrow({ where: { rootInteractionId: id } })).toMatchObject({
      origin: 'foreign',
    });
  });
});

describe('a run of another program', () => {
  test('is shown read-only with a reason, and asks nobody', async () => {
    await using world = await openWorld();
    const id = await startElsewhere(world, sim(oneCall));
    await world.settle();
    const run = await world.prisma.run.findUniqueOrThrow({ where: { rootInteractionId: id } });
    expect(run).toMatchObject({
      origin: 'foreign',
      status: 'paused',
      message: expect.stringContaining('cannot be resumed'),
    });
    expect(await world.prisma.approval.count()).toBe(0);
    expect(await world.prisma.webhookEvent.findMany()).toMatchObject([{ outcome: 'foreign', runId: run.id }]);
  });

  test('is not kept at all when the setting says so', async () => {
    await using world = await openWorld();
    await world.prisma.setting.create({ data: { key: 'foreignRuns', value: 'ignore' } });
    await startElsewhere(world, sim(oneCall));
    await world.settle();
    expect(await world.prisma.run.count()).toBe(0);
    expect(await world.prisma.webhookEvent.findMany()).toMatchObject([{ outcome: 'ignored', runId: null }]);
  });

  test('is adopted with an agent’s profile where the agent says so, once, and can be resumed', async () => {
    await using world = await openWorld({ switches: { deliverTwice: true } });
    const target = aProfile.model ?? '';
    const profile = JSON.parse(JSON.stringify(aProfile)) as object;
    await world.prisma.agent.createMany({
      data: [
        { id: 'agt_archived', name: 'Old', target, adoptForeign: true, profile, archivedAt: new Date() },
        { id: 'agt_shy', name: 'Shy', target, adoptForeign: false, profile },
        { id: 'agt_1', name: 'Refunds', target, adoptForeign: true, profile },
      ],
    });
    const id = await startElsewhere(world, sim(oneCall));
    await world.settle();
    const run = await world.prisma.run.findUniqueOrThrow({ where: { rootInteractionId: id } });
    expect(run).toMatchObject({ origin: 'adopted', agentId: 'agt_1', status: 'paused' });
    const [approval, ...more] = await world.approvals(run.id);
    if (!approval) throw new Error('no approval');
    expect(more).toEqual([]);
    await world.vote(approval, ada, approving(approval));
    await world.settle();
    expect(await world.run(run.id)).toMatchObject({ status: 'completed' });
    expect(world.resumes(id)).toMatchObject([{ body: { tools: aProfile.tools } }]);
  });

  test('becomes resumable when somebody registers it', async () => {
    await using world = await openWorld();
    const id = await startElsewhere(world, sim(oneCall));
    await world.settle();
    const input = {
      interactionId: id,
      source: { profile: aProfile },
      requester: null,
      metadata: {},
      by: null,
      actor: anActor,
      context: fromApi,
    };
    const first = await registerRun(world.services, input);
    expect(first).toMatchObject({ repeated: false, interactionId: id, status: 'paused' });
    expect(await registerRun(world.services, input)).toMatchObject({ id: first.id, repeated: true });
    expect(await world.run(first.id)).toMatchObject({ origin: 'registered', message: null });
    expect(await world.approvals(first.id)).toHaveLength(1);
    expect(await world.prisma.run.count()).toBe(1);
  });

  test('that resumes one of our pauses supersedes what waits', async () => {
    await using world = await openWorld();
    const { run, approvals } = await world.paused(oneCall);
    const child = await resumeElsewhere(world, run.interactionId);
    await world.settle();
    const [approval] = approvals;
    if (!approval) throw new Error('no approval');
    expect(await world.approval(approval.id)).toMatchObject({ state: { status: 'superseded' } });
    expect(await world.pauseAt(run.interactionId)).toMatchObject({ resumeStatus: 'closed', childId: child });
    expect(await world.run(run.id)).toMatchObject({ status: 'completed' });
    expect(await world.vote(approval, ada, approving(approval))).toMatchObject({
      kind: 'refused',
      reason: { code: 'already_decided' },
    });
    expect(await world.actions({ runId: run.id })).toContain('resume.elsewhere');
  });

  test('that resumed it before we heard of the pause: nobody is asked for what is answered', async () => {
    await using world = await openWorld({ webhooks: 'none' });
    const run = await world.start(oneCall);
    await world.gemini.idle();
    const child = await resumeElsewhere(world, run.interactionId);
    await world.gemini.idle();
    await heard(world, child); // the child's event overtakes the parent's
    await heard(world, run.interactionId);
    expect(await world.prisma.approval.count()).toBe(0);
    expect(await world.run(run.id)).toMatchObject({ status: 'completed' });
  });
});

describe('dynamic deliveries, which anybody can have Google sign', () => {
  test('about a run of somebody else’s project create nothing here', async () => {
    await using world = await openWorld({ webhooks: 'dynamic' });
    const id = await startElsewhere(world, sim(oneCall), 'other/key');
    await world.gemini.idle();
    world.gemini.trigger({
      type: 'interaction.requires_action',
      data: { id },
      uri: `${world.doorUrl}/api/webhooks/gemini`,
    });
    await world.settle();
    expect(await world.prisma.webhookEvent.findMany()).toMatchObject([{ scheme: 'v1a', outcome: 'not_ours' }]);
    expect([await world.prisma.run.count(), await world.prisma.interaction.count()]).toEqual([0, 0]);
  });

  test('a token’s body is not believed: what counts is what our key reads', async () => {
    await using world = await openWorld({
      webhooks: 'dynamic',
      switches: { dynamicSignature: 'jwt', thinkMs: 60_000 },
    });
    const run = await world.start(oneCall);
    const { token } = await world.run(run.id);
    world.gemini.trigger({
      type: 'interaction.completed',
      data: { id: run.interactionId, status: 'completed' },
      uri: `${world.doorUrl}/api/webhooks/gemini?run=${token}`,
    });
    await expect.poll(() => world.prisma.webhookEvent.count(), { timeout: 10_000 }).toBe(1);
    await world.work();
    expect(await world.prisma.webhookEvent.findMany()).toMatchObject([{ scheme: 'jwt', outcome: 'synced' }]);
    expect(await world.run(run.id)).toMatchObject({ status: 'running' });
  });

  test('carry a run through from start to end', async () => {
    for (const dynamicSignature of ['v1a', 'jwt'] as const) {
      await using world = await openWorld({ webhooks: 'dynamic', switches: { dynamicSignature } });
      const { run, approvals } = await world.paused(oneCall);
      for (const approval of approvals) await world.vote(approval, ada, approving(approval));
      await world.settle();
      expect(await world.run(run.id)).toMatchObject({ status: 'completed' });
    }
  });

  test('the address of a run heals its unclear start', async () => {
    await using world = await openWorld({ webhooks: 'dynamic' });
    world.gemini.addFault({ on: 'start', kind: 'cut_after' });
    world.gemini.addFault({ on: 'delivery', kind: 'delay', delayMs: 60_000 });
    const run = await world.start(oneCall);
    expect(run).toMatchObject({ status: 'unclear', interactionId: '' });
    world.advance(60_000);
    await world.settle();
    const [interaction] = world.gemini.interactions();
    expect(await world.run(run.id)).toMatchObject({
      status: 'paused',
      rootInteractionId: interaction?.id,
      message: null,
    });
    expect(await world.approvals(run.id)).toHaveLength(1);
  });

  test('the event may be faster than the lost answer: the start is not called unclear then', async () => {
    await using world = await openWorld({ webhooks: 'dynamic' });
    const { services } = world;
    const cut = {
      ...services,
      gemini: {
        ...services.gemini,
        start: async (...input: Parameters<typeof services.gemini.start>) => {
          await services.gemini.start(...input);
          await world.settle();
          return { kind: 'unclear' as const, message: 'the connection broke' };
        },
      },
    };
    const run = await startRun(cut, aStart(sim(oneCall)));
    expect(run).toMatchObject({ status: 'paused', interactionId: world.gemini.interactions()[0]?.id });
    expect(await world.run(run.id)).toMatchObject({ status: 'paused', message: null });
  });

  test('an interaction that cannot be read yet is waited for when the address is ours', async () => {
    await using world = await openWorld({ webhooks: 'dynamic', switches: { firstReadsNotFound: 2 } });
    world.gemini.addFault({ on: 'start', kind: 'cut_after' });
    const run = await world.start(oneCall);
    for (let seconds = 0; seconds < 60; seconds += 10) {
      world.advance(10_000);
      await world.settle();
    }
    expect(await world.run(run.id)).toMatchObject({ status: 'paused' });
  });
});

describe('what an agent wrote', () => {
  test('built-in calls that are answered already are not offered', async () => {
    await using world = await openWorld();
    const { generation_config: _unused, model: _model, ...rest } = aProfile;
    const profile = { ...rest, agent_id: 'antigravity-preview-09-2026', environment: 'remote' };
    const start = aStart('Write the refund report into a file, then issue the refund for order A-1001.', {
      source: { profile },
    });
    const run = await startRun(world.services, start);
    await world.settle();
    const { steps } = await world.prisma.interaction.findUniqueOrThrow({ where: { id: run.interactionId ?? '' } });
    const called = (steps as JsonObject[]).filter(({ type }) => type === 'function_call').map(({ name }) => name);
    const offered = (await world.approvals(run.id)).map(({ call }) => call.name);
    expect(called.length).toBeGreaterThan(offered.length);
    expect(offered).toEqual(['issue_refund']);
  });

  test('arguments come back from the database as they were hashed', async () => {
    await using world = await openWorld();
    const args = JSON.parse(
      '{"__proto__":{"admin":true},"n":[1e21,1e-7,-0,0.1,123456789012345680000,1.0,1.7976931348623157e308,5e-324],"z":"\\u2028 😀 \\u0000 \\ud800","a":{"b":[null,true,{}]}}',
    ) as JsonObject;
    const { approvals } = await world.paused({ calls: [{ name: 'issue_refund', id: 'c1', arguments: args as never }] });
    const [approval] = approvals;
    if (!approval) throw new Error(`no approval: ${JSON.stringify(world.failed)}`);
    const stored = approval.call.arguments;
    expect(Object.keys(stored).toSorted()).toEqual(['[__proto__]', 'a', 'n', 'z']);
    expect(stored.z).toBe('\u2028 😀 ␀ \ufffd');
    expect(argumentsHash(stored)).toBe(argumentsHash(storable(args)));
    await world.vote(approval, ada, approving(approval));
    await world.settle();
    expect(world.resumes(approval.interactionId)).toHaveLength(1);
  });

  test('a pause without calls that can be decided asks nobody and says so', async () => {
    await using world = await openWorld();
    const { run, approvals } = await world.paused({ status: 'requires_action', say: 'Shall I go on?' });
    expect(approvals).toEqual([]);
    expect(await world.run(run.id)).toMatchObject({
      status: 'paused',
      message: expect.stringContaining('nothing that can be decided here'),
    });
  });
});

describe('state and job commit together', () => {
  test('a transaction that is rolled back leaves neither', async () => {
    await using world = await openWorld({ webhooks: 'none' });
    const other = openDatabase(world.databaseUrl, { connections: 1 });
    await expect(
      other.prisma.$transaction(async (tx) => {
        await tx.setting.create({ data: { key: 'fourEyes', value: false } });
        await enqueue(tx, 'pause.settle', { pauseId: 'pau_1' }, { key: 'settle:pau_1' });
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    await other.close();
    const { rows } = await world.services.db.pool.query('select from graphile_worker.jobs');
    expect([rows.length, await world.prisma.setting.count()]).toEqual([0, 0]);
  });

  test('a vote whose resume cannot be queued is not recorded', async () => {
    await using world = await openWorld();
    const { approvals } = await world.paused(oneCall);
    const [approval] = approvals;
    if (!approval) throw new Error('no approval');
    const before = await world.actions();
    await execute(
      world.adminUrl,
      `create function no_jobs() returns trigger language plpgsql as 'begin raise exception ''no jobs''; end'`,
    );
    await execute(
      world.adminUrl,
      'create trigger no_jobs before insert on graphile_worker._private_jobs for each row execute function no_jobs()',
    );
    await expect(world.vote(approval, ada, approving(approval))).rejects.toThrow('no jobs');
    expect(await world.approval(approval.id)).toEqual(approval);
    expect(await world.prisma.vote.count()).toBe(0);
    expect(await world.actions()).toEqual(before);
  });
});

test('the sentence of a call does not tell what is masked', async () => {
  await using world = await openWorld();
  await world.prisma.tool.create({
    data: { name: 'issue_refund', tier: 2, effectTemplate: 'Refund {amount}', maskedFields: ['amount'] },
  });
  const { approvals } = await world.paused(oneCall);
  expect(approvals).toMatchObject([{ effect: 'Refund [masked]' }]);
});
