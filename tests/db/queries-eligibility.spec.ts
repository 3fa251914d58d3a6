import { afterAll, beforeAll, expect, test } from 'vitest';
import { countInbox, listInbox } from '@/lib/approvals/queries';
import { approvalParts, toApproval } from '@/lib/approvals/store';
import { mayVote } from '@/lib/domain/approval';
import type { Person } from '@/lib/domain/person';
import { minutes, noon, openShelf, type Shelf } from './queries-fixture';

let shelf: Shelf;
const people: Person[] = [];
const memberships = [['finance'], ['finance', 'legal'], ['support'], [], ['legal'], ['finance']];
const asked = [[], ['finance'], ['legal'], ['finance', 'support'], ['nobody'], ['legal', 'finance']];

beforeAll(async () => {
  shelf = await openShelf();
  for (const [place, groups] of memberships.entries()) {
    const role = place === 3 ? 'admin' : place === 5 ? 'viewer' : 'reviewer';
    people.push({ ...(await shelf.person(`Person${place}`, role)), groups });
  }
  // Every set of groups with every requester, starter and rule about four eyes.
  for (const groups of asked) {
    for (const place of [0, 1, 2, 3]) {
      const requester = people[place];
      const starter = people[(place + 1) % 4];
      await shelf.approval({ eligibleGroups: groups });
      await shelf.approval({
        eligibleGroups: groups,
        requester: ` ${requester?.email.toUpperCase()}`,
        deadline: minutes(place),
      });
      await shelf.approval({
        eligibleGroups: groups,
        starterUserId: starter?.id ?? null,
        requesterUserId: requester?.id ?? null,
      });
      await shelf.approval({
        eligibleGroups: groups,
        starterUserId: starter?.id ?? null,
        fourEyes: false,
        approvalsNeeded: 2,
      });
    }
  }
  // Who stands in for whom: one for another group, one for two, one in a chain, a viewer, an admin for somebody of no group.
  const stand = (place: number, ...others: readonly number[]) => {
    const person = people[place];
    const standsInFor = others.flatMap((other) => people[other] ?? []);
    if (person) people.push({ ...person, standsInFor });
  };
  stand(0, 2);
  stand(2, 0, 4);
  stand(4, 2);
  stand(5, 0);
  stand(3, 1, 2);
  const [first, second, third] = people;
  // Somebody has spoken for another already.
  const spoken = await shelf.prisma.approval.findMany({ where: { eligibleGroups: { has: 'finance' } }, take: 4 });
  if (second && third) for (const { id } of spoken) await shelf.vote(id, third, false, second);
  const some = await shelf.prisma.approval.findMany({ where: { approvalsNeeded: 2 }, take: 5 });
  if (first) for (const { id } of some) await shelf.vote(id, first);
});
afterAll(() => shelf.close());

test.each(['newest', 'due'] as const)(
  'the inbox, %s first, lists exactly what a person may vote on and has not',
  async (order) => {
    const rows = await shelf.prisma.approval.findMany({ include: approvalParts });
    const all = rows.map(toApproval);
    for (const viewer of people) {
      const wanted = all.filter(
        (approval) =>
          mayVote(approval, viewer) === 'yes' &&
          approval.deadline > noon &&
          !approval.votes.some(({ by }) => by.id === viewer.id || by.for?.id === viewer.id),
      );
      const listed: string[] = [];
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const page = await listInbox(shelf.services, { tab: 'needs_me', order, after: cursor ?? undefined }, viewer);
        listed.push(...page.rows.map(({ id }) => id));
        cursor = page.older;
      }
      const key = ({ deadline, createdAt, id }: (typeof all)[number]) =>
        order === 'due' ? `${deadline.toISOString()} ${id}` : `${createdAt.toISOString()} ${id}`;
      const sorted = wanted.toSorted((one, other) => (key(one) < key(other) ? -1 : 1)).map(({ id }) => id);
      expect(listed).toEqual(order === 'due' ? sorted : sorted.toReversed());
      expect((await countInbox(shelf.services, viewer)).needsMe).toBe(Math.min(100, wanted.length));
    }
  },
);
