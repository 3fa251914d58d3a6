import { describe, expect, test } from 'vitest';
import { findRun } from '@/lib/runs/queries';
import { settleStart } from '@/lib/runs/settle-start';
import { ada, aPerson, approving } from '@/tests/support/builders';
import { fromApi, oneCall, openWorld, sim, type World } from '@/tests/support/world';

const admin = aPerson('root', 'admin');
const takenUp = (interactionId: string) => ({ action: 'take_up', interactionId }) as const;

/** A start whose answer was lost, and what our own webhook then told of it: taken for a stranger's. */
async function lostStart(world: World) {
  world.gemini.addFault({ on: 'start', kind: 'cut_after' });
  const { id } = await world.start(oneCall);
  expect(await world.run(id)).toMatchObject({ status: 'unclear', rootInteractionId: null });
  await world.settle();
  world.advance(120_000);
  await world.settle();
  const stranger = await world.prisma.run.findFirstOrThrow({ where: { origin: 'foreign' } });
  return { id, stranger, interactionId: stranger.rootInteractionId ?? '' };
}

const settling = (
  world: World,
  runId: string,
  settlement: Parameters<typeof settleStart>[1]['settlement'],
  by = admin,
) => settleStart(world.services, { runId, settlement, reason: 'The logs say so.', by, context: fromApi });

describe('a start whose answer was lost', () => {
  test('is pointed out on both runs, taken up by a person, and goes on as if it had been heard', async () => {
    await using world = await openWorld();
    const { id, stranger, interactionId } = await lostStart(world);
    expect(await findRun(world.services, id, admin)).toMatchObject({
      candidates: [{ runId: stranger.id, interactionId }],
    });
    expect(await findRun(world.services, stranger.id, admin)).toMatchObject({ mayComeFrom: [{ runId: id }] });

    expect(await settling(world, id, takenUp(interactionId))).toEqual({ kind: 'settled' });
    expect(await world.prisma.run.findMany({ select: { id: true } })).toEqual([{ id }]);
    const [approval] = await world.approvals(id);
    if (approval === undefined) throw new Error('its call waits for nobody');
    await world.vote(approval, ada, approving(approval));
    await world.settle();
    expect(await world.run(id)).toMatchObject({ status: 'completed', origin: 'started' });
    expect(world.gemini.requests({ operation: 'start' })).toHaveLength(1);
    expect(world.resumes(interactionId)).toHaveLength(1);
    expect(await world.actions({ runId: id })).toContain('run.start_settled');
  });

  test('is taken up once, also when two do it at the same moment', async () => {
    await using world = await openWorld();
    const { id, interactionId } = await lostStart(world);
    const outcomes = await Promise.all([1, 2, 3].map(() => settling(world, id, takenUp(interactionId))));
    expect(outcomes.map((outcome) => outcome?.kind).sort()).toEqual(['refused', 'refused', 'settled']);
    expect(await world.approvals(id)).toHaveLength(1);
  });

  test('ends as failed when a person finds that it never was; its key is free again', async () => {
    await using world = await openWorld({ webhooks: 'none' });
    world.gemini.addFault({ on: 'start', kind: 'cut_before' });
    const { id } = await world.start(oneCall, { idempotencyKey: 'k' });
    expect(await settling(world, id, { action: 'not_started' })).toEqual({ kind: 'settled' });
    expect(await world.run(id)).toMatchObject({
      status: 'failed',
      idempotencyKey: null,
      message: expect.stringContaining('The logs say so.'),
    });
    expect(await settling(world, id, { action: 'not_started' })).toMatchObject({ kind: 'refused' });
  });

  test('is not settled by whoever may not, nor with what cannot be it; each attempt is on record', async () => {
    await using world = await openWorld({ webhooks: 'none' });
    const other = await world.paused(oneCall);
    world.gemini.addFault({ on: 'start', kind: 'cut_before' });
    const { id } = await world.start(oneCall);
    const child = await world.gemini.interactions({});
    expect(child).toHaveLength(1);
    expect(await settling(world, id, { action: 'not_started' }, ada)).toMatchObject({ kind: 'refused' });
    expect(await settling(world, id, takenUp(other.run.interactionId))).toMatchObject({
      kind: 'refused',
      message: 'It belongs to another run here, which can be decided.',
    });
    expect(await settling(world, id, takenUp('v1_nobody_has_this'))).toMatchObject({
      kind: 'refused',
      message: 'Gemini does not find this interaction with our key.',
    });
    expect(await world.run(id)).toMatchObject({ status: 'unclear', rootInteractionId: null });
    expect((await world.actions({ runId: id })).filter((action) => action === 'run.start_settle_refused')).toHaveLength(
      3,
    );
    expect(await settling(world, 'run_none', { action: 'not_started' })).toBeNull();
  });

  test('is not taken up by an interaction of another model', async () => {
    await using world = await openWorld({ webhooks: 'none' });
    world.gemini.addFault({ on: 'start', kind: 'cut_before' });
    const { id } = await world.start(oneCall);
    const answer = await fetch(`${world.gemini.url}/v1/interactions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-goog-api-key': 'another-key' },
      body: JSON.stringify({ model: 'gemini-other', background: true, input: sim({ say: 'Hello.' }) }),
    });
    const made = (await answer.json()) as { id: string };
    await world.gemini.idle();
    expect(await settling(world, id, takenUp(made.id))).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('gemini-other'),
    });
  });
});
