import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { claimApproval, readClaim, releaseClaim } from '@/lib/approvals/claims';
import { listInbox } from '@/lib/approvals/queries';
import type { Approval } from '@/lib/domain/approval';
import type { Person } from '@/lib/domain/person';
import { deactivatePerson } from '@/lib/people/people';
import { ada, approving, edsger, grace } from '@/tests/support/builders';
import { oneCall, openWorld, type World } from '@/tests/support/world';

let world: World;
let approval: Approval;
const web = { surface: 'web' } as const;
const minutesMs = 60_000;

beforeEach(async () => {
  world = await openWorld();
  for (const { id, name, email, role } of [ada, grace, edsger]) {
    await world.prisma.user.create({ data: { id, name, email, role } });
  }
  const [first] = (await world.paused(oneCall)).approvals;
  if (!first) throw new Error('no approval');
  approval = first;
});
afterEach(() => world[Symbol.asyncDispose]());

const take = (by: Person, change: { to?: string; over?: string | null } = {}) =>
  claimApproval(world.services, { approvalId: approval.id, to: null, over: null, by, context: web, ...change });
const holder = async () => (await readClaim(world.prisma, approval.id, world.services.now()))?.holder.name ?? null;
const shown = async (viewer: Person, show: 'all' | 'unclaimed' | 'mine') =>
  (await listInbox(world.services, { tab: 'needs_me', order: 'newest', show }, viewer)).rows;

describe('a claim', () => {
  test('of two people at once is one person’s, and the other learns whose', async () => {
    const outcomes = await Promise.all([take(ada), take(grace)]);
    expect(outcomes.map((outcome) => outcome?.kind).toSorted()).toEqual(['claimed', 'refused']);
    const by = await holder();
    expect(outcomes.find((outcome) => outcome?.kind === 'refused')).toMatchObject({ reason: { code: 'held', by } });
    const actions = await world.actions({ approvalId: approval.id });
    expect(actions.filter((action) => action.startsWith('claim.')).toSorted()).toEqual([
      'claim.refused',
      'claim.taken',
    ]);
  });

  test('keeps nobody from deciding, and ends with the decision', async () => {
    await take(ada);
    expect(await world.vote(approval, grace, approving(approval))).toMatchObject({ kind: 'decided' });
    expect(await world.prisma.approvalClaim.count()).toBe(0);
    expect(await take(ada)).toMatchObject({ kind: 'refused', reason: { code: 'closed' } });
  });

  test('and a decision at the same moment: whichever comes first, nobody is on what is decided', async () => {
    for (let round = 0; round < 5; round++) {
      const [next] = (await world.paused(oneCall)).approvals;
      if (!next) throw new Error('no approval');
      const claiming = claimApproval(world.services, {
        approvalId: next.id,
        to: null,
        over: null,
        by: ada,
        context: web,
      });
      const [, vote] = await Promise.all([claiming, world.vote(next, grace, approving(next))]);
      expect(vote.kind).toBe('decided');
      expect(await world.prisma.approvalClaim.count({ where: { approvalId: next.id } })).toBe(0);
    }
  });

  test('ends with the holder’s own vote, though more are needed', async () => {
    await world.prisma.approval.update({ where: { id: approval.id }, data: { approvalsNeeded: 2 } });
    await take(ada);
    await world.vote(approval, ada, approving(approval));
    expect(await holder()).toBeNull();
  });

  test('is over by the clock before any job has run, and the job takes it away and says so', async () => {
    await take(ada);
    world.advance(30 * minutesMs);
    expect(await holder()).toBeNull();
    expect(await shown(grace, 'unclaimed')).toHaveLength(1);
    expect(await take(grace)).toMatchObject({ kind: 'claimed', over: null });
    world.advance(31 * minutesMs);
    await world.settle();
    expect(await world.prisma.approvalClaim.count()).toBe(0);
    expect((await world.actions({ approvalId: approval.id })).at(-1)).toBe('claim.released');
  });

  test('ends when its holder is deactivated', async () => {
    await take(ada, { to: grace.id });
    await deactivatePerson(world.services, grace.id, 'system', { surface: 'cli' });
    expect(await world.prisma.approvalClaim.count()).toBe(0);
    expect((await world.actions({ approvalId: approval.id })).at(-1)).toBe('claim.released');
  });

  test('is let go by its holder or the giver, by nobody else', async () => {
    await take(ada, { to: grace.id });
    const release = (by: Person) => releaseClaim(world.services, { approvalId: approval.id, by, context: web });
    expect(await release(edsger)).toBeNull();
    expect(await holder()).toBe('grace');
    expect(await release(ada)).not.toBeNull();
    expect(await release(ada)).toBeNull();
  });
});

test('the inbox shows who is on a request, and lists what nobody is on and what one is on oneself', async () => {
  expect(await shown(ada, 'unclaimed')).toMatchObject([{ id: approval.id, claim: null }]);
  expect(await shown(ada, 'mine')).toEqual([]);
  await take(grace, { to: ada.id });
  expect(await shown(ada, 'mine')).toMatchObject([{ id: approval.id, claim: { name: 'ada', givenBy: 'grace' } }]);
  expect(await shown(ada, 'unclaimed')).toEqual([]);
  expect(await shown(grace, 'mine')).toEqual([]);
  expect(await shown(grace, 'all')).toHaveLength(1);
});

test('names are no part of what the history hashes', async () => {
  await take(ada, { to: grace.id });
  const entry = await world.prisma.auditEntry.findFirstOrThrow({ where: { action: 'claim.given' } });
  expect(JSON.stringify([entry.metadata, entry.targets])).not.toContain('"grace"');
});
