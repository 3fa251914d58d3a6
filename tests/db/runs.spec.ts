import { describe, expect, test } from 'vitest';
import { AppError } from '@/lib/errors';
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
  type World,
} from '@/tests/support/world';

const minutes = (count: number): number => count * 60_000;

describe('a start', () => {
  test('is stored before it leaves, as unclear, so that a crash in between leaves a trace', async () => {
    await using world = await openWorld();
    const { services } = world;
    const dying = { ...services, gemini: { ...services.gemini, start: () => Promise.reject(new Error('killed')) } };
    await expect(startRun(dying, aStart('Hello.', { idempotencyKey: 'k' }))).rejects.toThrow('killed');
    expect(await world.prisma.run.findMany()).toMatchObject([
      { status: 'unclear', rootInteractionId: null, message: expect.stringContaining('not known') },
    ]);
    // The same key again starts nothing: nobody knows whether the first did.
    const again = await startRun(services, aStart('Hello.', { idempotencyKey: 'k' }));
    expect(again).toMatchObject({ repeated: true, status: 'unclear', interactionId: null });
    expect(world.gemini.requests({ operation: 'start' })).toEqual([]);
  });

  test('with the same key twice, also at once, is one run', async () => {
    await using world = await openWorld();
    const runs = await Promise.all(
      Array.from({ length: 4 }, () => startRun(world.services, aStart(sim(oneCall), { idempotencyKey: 'k' }))),
    );
    expect(new Set(runs.map(({ id }) => id)).size).toBe(1);
    expect(runs.filter(({ repeated }) => !repeated)).toHaveLength(1);
    expect(world.gemini.requests({ operation: 'start' })).toHaveLength(1);
  });

  test('that was refused frees its key, says why, and is a failed run', async () => {
    await using world = await openWorld();
    world.gemini.addFault({ on: 'start', kind: 'server_error', status: 400 });
    const refused = startRun(world.services, aStart(sim(oneCall), { idempotencyKey: 'k' }));
    await expect(refused).rejects.toThrow(AppError);
    await expect(refused).rejects.toMatchObject({ code: 'upstream_failed', details: { run_id: expect.any(String) } });
    expect(await world.prisma.run.findMany()).toMatchObject([{ status: 'failed', idempotencyKey: null }]);
    expect(await startRun(world.services, aStart(sim(oneCall), { idempotencyKey: 'k' }))).toMatchObject({
      repeated: false,
      status: 'running',
    });
  });

  test('that Gemini puts off says for how long', async () => {
    await using world = await openWorld();
    world.gemini.addFault({ on: 'start', kind: 'rate_limit', retryAfterSeconds: 30 });
    await expect(world.start(oneCall)).rejects.toMatchObject({
      code: 'rate_limited',
      details: { retry_after_seconds: 30 },
    });
    expect(world.gemini.requests({ operation: 'start' })).toHaveLength(1);
  });

  test('whose answer calls itself something else than JSON is read all the same', async () => {
    await using world = await openWorld({ webhooks: 'none' });
    world.gemini.addFault({ on: 'start', kind: 'wrong_content_type' });
    expect(await world.start(oneCall)).toMatchObject({ status: 'running', interactionId: expect.stringMatching(/./) });
  });

  test.each(['cut_before', 'server_error'] as const)('%s is unclear, and not sent again', async (kind) => {
    await using world = await openWorld({ webhooks: 'none' });
    world.gemini.addFault({ on: 'start', kind });
    expect(await world.start(oneCall)).toMatchObject({ status: 'unclear' });
    await world.settle();
    world.advance(minutes(60));
    await world.reconcile();
    expect(world.gemini.requests({ operation: 'start' })).toHaveLength(1);
  });

  test('by an agent’s name carries its profile; an unknown agent starts nothing', async () => {
    await using world = await openWorld();
    await world.prisma.agent.create({
      data: {
        id: 'agt_1',
        name: 'Refunds',
        target: aProfile.model ?? '',
        profile: JSON.parse(JSON.stringify(aProfile)),
      },
    });
    const run = await startRun(world.services, aStart(sim(oneCall), { source: { agent: 'Refunds' } }));
    expect(await world.run(run.id)).toMatchObject({ agentId: 'agt_1', profile: aProfile });
    const unknown = startRun(world.services, aStart('x', { source: { agent: 'Nobody' } }));
    await expect(unknown).rejects.toMatchObject({ code: 'invalid_input' });
    expect(await world.prisma.run.count()).toBe(1);
  });

  test('without a key for Gemini refuses and sends nothing', async () => {
    await using world = await openWorld({ variables: { GEMINI_API_KEY: '' } });
    await expect(world.start(oneCall)).rejects.toThrow(/No Gemini API key/);
    expect(world.gemini.requests()).toEqual([]);
  });
});

const registering = (interactionId: string) => ({
  interactionId,
  source: { profile: aProfile },
  requester: 'ada@example.com',
  metadata: { ticket: 'T-1' },
  by: null,
  actor: anActor,
  context: fromApi,
});

async function startElsewhere(world: World, input: string, previous?: string): Promise<string> {
  const answer = await fetch(`${world.gemini.url}/v1/interactions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-goog-api-key': 'another-key' },
    body: JSON.stringify({
      model: aProfile.model,
      tools: aProfile.tools,
      background: true,
      ...(previous === undefined
        ? { input }
        : {
            previous_interaction_id: previous,
            input: [{ type: 'function_result', call_id: 'c1', name: 'issue_refund', result: 'done' }],
          }),
    }),
  });
  await world.gemini.idle();
  return ((await answer.json()) as { id: string }).id;
}

describe('a run that is registered', () => {
  test('is one run, however often and however simultaneously', async () => {
    await using world = await openWorld();
    const id = await startElsewhere(world, sim(oneCall));
    const runs = await Promise.all([
      registerRun(world.services, registering(id)),
      registerRun(world.services, registering(`interactions/${id}`)),
      registerRun(world.services, registering(id)),
      world.settle(), // its event comes at the same moment
    ]);
    expect(new Set(runs.flatMap((run) => (run ? [run.id] : []))).size).toBe(1);
    expect(await world.prisma.run.findMany()).toMatchObject([
      { origin: 'registered', rootInteractionId: id, requester: 'ada@example.com', metadata: { ticket: 'T-1' } },
    ]);
    expect(await world.prisma.approval.count()).toBe(1);
  });

  test('as a later link of a chain that is known joins that chain', async () => {
    await using world = await openWorld({ webhooks: 'none' });
    const root = await startElsewhere(world, sim(oneCall));
    const first = await registerRun(world.services, registering(root));
    const child = await startElsewhere(world, '', root);
    expect(await registerRun(world.services, registering(child))).toMatchObject({ id: first.id, repeated: true });
    expect(await world.prisma.run.count()).toBe(1);
    expect(await world.pauseAt(root)).toMatchObject({ resumeStatus: 'closed', childId: child });
  });

  test('must be one that our key finds', async () => {
    await using world = await openWorld();
    await expect(registerRun(world.services, registering('v1_nothing'))).rejects.toMatchObject({
      code: 'invalid_input',
    });
    world.gemini.addFault({ on: 'get', kind: 'unavailable', times: 5 });
    await expect(registerRun(world.services, registering('v1_nothing'))).rejects.toMatchObject({
      code: 'upstream_failed',
    });
    expect(await world.prisma.run.count()).toBe(0);
  });
});

describe('the reconciler', () => {
  test('finds a pause whose event was lost, and the end whose event was lost', async () => {
    await using world = await openWorld({ switches: { drop: true } });
    const { run, approvals } = await world.paused(oneCall);
    expect(approvals).toEqual([]);
    world.advance(minutes(2));
    await world.reconcile();
    const [approval] = await world.approvals(run.id);
    if (!approval) throw new Error('not found');
    await world.vote(approval, ada, approving(approval));
    await world.settle();
    world.advance(minutes(2));
    await world.reconcile();
    expect(await world.run(run.id)).toMatchObject({ status: 'completed', nextReadAt: null });
    expect(world.gemini.deliveries().every(({ state }) => state === 'dropped')).toBe(true);
  });

  test.each([
    ['incomplete', 'incomplete'],
    ['budget_exceeded', 'incomplete'],
    ['failed', 'failed'],
    ['completed', 'completed'],
  ])('finds that a run ended as %s, for which there may be no event', async (status, expected) => {
    await using world = await openWorld({ webhooks: 'none' });
    const run = await world.start({ status });
    await world.gemini.idle();
    world.advance(minutes(2));
    await world.reconcile();
    expect(await world.run(run.id)).toMatchObject({ status: expected, endedAt: expect.any(Date), nextReadAt: null });
    expect(await world.actions({ runId: run.id })).toContain('run.ended');
  });

  test('finds a run that was cancelled at its pause: nobody is asked any more', async () => {
    await using world = await openWorld({ switches: { cancelPaused: 'cancel' } });
    const { run, approvals } = await world.paused(oneCall);
    await fetch(`${world.gemini.url}/v1/interactions/${run.interactionId}/cancel`, {
      method: 'POST',
      headers: { 'x-goog-api-key': 'k' },
    });
    world.advance(minutes(2));
    await world.reconcile();
    expect(await world.run(run.id)).toMatchObject({ status: 'cancelled' });
    expect(await world.pauseAt(run.interactionId)).toMatchObject({ resumeStatus: 'closed' });
    expect(await world.approval(approvals[0]?.id ?? '')).toMatchObject({ state: { status: 'superseded' } });
  });

  test('reads at its own pace: each due run once, unfinished ones again, ended ones never', async () => {
    await using world = await openWorld({ webhooks: 'none' });
    const run = await world.start({ status: 'in_progress' });
    const reads = () => world.gemini.requests({ operation: 'get', interactionId: run.interactionId }).length;
    await world.reconcile();
    expect(reads()).toBe(0);
    world.advance(minutes(2));
    await Promise.all([world.reconcile(), world.reconcile(), world.reconcile()]);
    expect(reads()).toBe(1);
    await world.reconcile();
    expect(reads()).toBe(1);
    world.advance(minutes(60));
    await world.reconcile();
    expect(reads()).toBe(2);
  });

  test('is not put out by a Gemini that is down: the run is read at its next time', async () => {
    await using world = await openWorld({ webhooks: 'none' });
    const run = await world.start({ final: 'Done.' });
    await world.gemini.idle();
    world.gemini.addFault({ on: 'get', kind: 'unavailable', times: 2 });
    world.advance(minutes(2));
    await world.reconcile();
    expect(await world.run(run.id)).toMatchObject({ status: 'running' });
    world.advance(minutes(30));
    await world.reconcile();
    expect(await world.run(run.id)).toMatchObject({ status: 'completed' });
    expect(world.failed).toEqual([]);
  });

  test('gives up a run that stays away ten minutes, not one that is missed once', async () => {
    await using world = await openWorld();
    const { run, approvals } = await world.paused(oneCall);
    world.gemini.addFault({ on: 'get', kind: 'not_found' });
    world.advance(minutes(2));
    await world.reconcile();
    expect(await world.run(run.id)).toMatchObject({ status: 'paused' });
    world.advance(minutes(20));
    await world.reconcile();
    expect(await world.run(run.id)).toMatchObject({ status: 'paused' });

    world.gemini.expire(run.interactionId);
    for (let round = 0; round < 3; round++) {
      world.advance(minutes(20));
      await world.reconcile();
    }
    expect(await world.run(run.id)).toMatchObject({
      status: 'lost',
      message: expect.stringContaining('no longer stores'),
    });
    expect(await world.pauseAt(run.interactionId)).toMatchObject({ resumeStatus: 'lost' });
    expect(await world.approval(approvals[0]?.id ?? '')).toMatchObject({ state: { status: 'superseded' } });
    expect(await world.actions({ runId: run.id })).toContain('run.lost');
  });

  test('does not give up a run because an early link of it is gone', async () => {
    await using world = await openWorld();
    const { run, approvals } = await world.paused(chainOf(oneCall, aSecondCall));
    for (const approval of approvals) await world.vote(approval, ada, approving(approval));
    await world.settle();
    world.gemini.expire(run.interactionId);
    for (let round = 0; round < 3; round++) {
      const request = { interactionId: run.interactionId, trusted: true, firstHeardAt: world.services.now() };
      await syncInteraction(world.services, request);
      world.advance(minutes(20));
    }
    expect(await world.run(run.id)).toMatchObject({ status: 'paused', endedAt: null });
    expect((await world.approvals(run.id)).at(-1)).toMatchObject({ state: { status: 'pending' } });
  });

  test('catches up after a long time in which nobody ran', async () => {
    await using world = await openWorld({ switches: { drop: true } });
    const runs = [await world.start(oneCall), await world.start({ final: 'Done.' }), await world.start(oneCall)];
    await world.gemini.idle();
    world.advance(minutes(60 * 10));
    await world.reconcile();
    const statuses = await Promise.all(runs.map(async ({ id }) => (await world.run(id)).status));
    expect(statuses).toEqual(['paused', 'completed', 'paused']);
  });
});

test('an event about an interaction that cannot be read yet is looked at again, then let go', async () => {
  await using world = await openWorld({ webhooks: 'none' });
  await world.deliver(anEvent('interaction.completed', 'v1_unknown'));
  await world.settle();
  expect(world.failed).toMatchObject([{ name: 'event.process', message: expect.stringContaining('not find') }]);
  expect(await world.prisma.webhookEvent.findMany()).toMatchObject([{ processedAt: null }]);
  for (let round = 0; round < 10; round++) {
    world.advance(minutes(1));
    await world.settle();
  }
  expect(await world.prisma.webhookEvent.findMany()).toMatchObject([{ outcome: 'not_ours' }]);
  expect(await world.prisma.run.count()).toBe(0);
});
