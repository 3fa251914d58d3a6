import { afterEach, beforeEach, expect, test } from 'vitest';
import { decideTogether, findTogether } from '@/lib/approvals/together';
import type { Approval } from '@/lib/domain/approval';
import { ada, grace, rejecting } from '@/tests/support/builders';
import { oneCall, openWorld, type World } from '@/tests/support/world';

let world: World;
let calls: Approval[];
const web = { surface: 'web' } as const;

beforeEach(async () => {
  world = await openWorld();
  await world.prisma.tool.create({ data: { name: 'issue_refund', tier: 1 } });
  calls = [];
  for (let count = 0; count < 3; count++) calls.push(...(await world.paused(oneCall)).approvals);
});
afterEach(() => world[Symbol.asyncDispose]());

const chosen = () => calls.map(({ id, callHash }) => ({ id, callHash }));
const decide = (given: ReturnType<typeof chosen>) =>
  decideTogether(world.services, { calls: given, verdict: { verdict: 'approve' }, by: ada, context: web });

test('a summary first, then a vote on each with its own hash; what was decided elsewhere is said and holds up nothing', async () => {
  const found = await findTogether(
    world.services,
    calls.map(({ id }) => id),
    ada,
  );
  expect(found).toMatchObject({
    kind: 'together',
    view: { tool: 'issue_refund', tier: 1, arguments: { amount: 49.9 } },
  });
  expect(found.kind === 'together' && found.view.calls.map(({ callHash }) => callHash)).toEqual(
    calls.map(({ callHash }) => callHash),
  );
  const [, second] = calls;
  if (!second) throw new Error('no second call');
  await world.vote(second, grace, rejecting(second));
  const answer = await decide(chosen());
  if (answer.kind !== 'voted') throw new Error(answer.why);
  expect(answer.results.map(({ id, outcome }) => [id, outcome.kind])).toEqual(
    calls.map(({ id }) => [id, id === second.id ? 'refused' : 'decided']),
  );
  const votes = await world.prisma.vote.findMany({ where: { userId: ada.id } });
  expect(new Set(votes.map(({ callHash }) => callHash)).size).toBe(2);
  expect((await world.approval(second.id)).state.status).toBe('rejected');
});

test('a hash of another call settles nothing', async () => {
  const given = chosen().map(({ id }, place, all) => ({ id, callHash: all[(place + 1) % all.length]?.callHash ?? '' }));
  const answer = await decide(given);
  expect(answer.kind === 'voted' && answer.results.map(({ outcome }) => outcome)).toMatchObject(
    calls.map(() => ({ kind: 'refused', reason: { code: 'hash_differs' } })),
  );
});

test('whoever asks for calls that are not identical decides none of them', async () => {
  const [other] = (await world.paused({ calls: [{ name: 'issue_refund', arguments: { amount: 5000 }, id: 'c1' }] }))
    .approvals;
  if (!other) throw new Error('no other call');
  calls.push(other);
  expect(await decide(chosen())).toEqual({ kind: 'apart', why: 'arguments' });
  expect(await world.prisma.vote.count()).toBe(0);
});
