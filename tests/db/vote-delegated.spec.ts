import { afterAll, beforeAll, expect, test } from 'vitest';
import { countInbox, findApproval, listInbox } from '@/lib/approvals/queries';
import type { Person } from '@/lib/domain/person';
import { delegate, delegationsOf, endDelegation } from '@/lib/people/delegations';
import { eraseElsewhere } from '@/lib/people/erase-store';
import { findPerson } from '@/lib/people/people';
import { ada, aPerson, approving, grace } from '@/tests/support/builders';
import { ask } from '@/tests/support/policies';
import { fromApi, openWorld, type World } from '@/tests/support/world';
import { group, publish } from './policy-fixture';

let world: World;
const boss = aPerson('boss', 'admin');
beforeAll(async () => {
  world = await openWorld();
  for (const { id, name, email, role } of [ada, grace, boss]) {
    await world.prisma.user.create({ data: { id, name, email, role } });
  }
  await group(world.services, 'finance', ada);
  await publish(world.services, [ask('true', { groups: ['finance'] })]);
});
afterAll(() => world[Symbol.asyncDispose]());

const readAgain = async (person: Person): Promise<Person> => {
  const found = await findPerson(world.services, boss, person.id);
  if (found === null) throw new Error('there is nobody');
  return found;
};
const opened = async () => {
  const { approvals } = await world.paused({ calls: [{ name: 'issue_refund', arguments: { amount: 5 }, id: 'c' }] });
  const [approval] = approvals;
  if (approval === undefined) throw new Error('no approval was opened');
  return approval;
};
const needs = async (person: Person) =>
  (await listInbox(world.services, { tab: 'needs_me', order: 'newest' }, person)).rows.map(({ id }) => id);

test('whoever stands in sees it, votes for the other by name on every page, and no more when it has ended', async () => {
  const [first, second] = [await opened(), await opened()];
  expect(await needs(await readAgain(grace))).toEqual([]);
  const now = world.services.now();
  const endsAt = new Date(now.getTime() + 3600_000);
  await delegate(
    world.services,
    { fromId: ada.id, toId: grace.id, startsAt: now, endsAt },
    await readAgain(ada),
    fromApi,
  );
  const standIn = await readAgain(grace);
  expect((await needs(standIn)).toSorted()).toEqual([first.id, second.id].toSorted());
  expect((await countInbox(world.services, standIn)).needsMe).toBe(2);
  const page = await findApproval(world.services, first.id, standIn);
  expect(page?.viewer).toMatchObject({ may: 'yes', for: 'ada' });
  expect(page?.eligible.names).toEqual(['ada', 'grace for ada']);

  expect(await world.vote(first, standIn, approving(first))).toMatchObject({ kind: 'decided' });
  const after = await findApproval(world.services, first.id, await readAgain(ada));
  expect(after?.votes.map(({ name }) => name)).toEqual(['grace for ada']);
  expect(after?.decision?.by).toEqual(['grace for ada']);
  expect(after?.viewer.voted).toBe(true);
  expect(after?.activity.map(({ actor, sentence }) => `${actor} ${sentence}`)).toContain(
    'grace voted for ada to approve',
  );

  const [running] = await delegationsOf(world.services, ada.id);
  await endDelegation(world.services, running?.id ?? '', await readAgain(ada), fromApi);
  const alone = await readAgain(grace);
  expect(await needs(alone)).toEqual([]);
  expect(await world.vote(second, alone, approving(second))).toMatchObject({ reason: { code: 'not_in_group' } });

  await eraseElsewhere(world.prisma, { personId: ada.id, email: ada.email });
  expect((await findApproval(world.services, first.id, boss))?.decision?.by).toEqual(['grace for Erased person']);
});
