import { describe, expect, test } from 'vitest';
import { type Approval, mayVote, votesFor } from '@/lib/domain/approval';
import { voterName } from '@/lib/domain/names';
import type { Person } from '@/lib/domain/person';
import {
  ada,
  afterVote,
  anApproval,
  aPerson,
  approving,
  cast,
  edsger,
  grace,
  rejecting,
} from '@/tests/support/builders';

const adaOfFinance: Person = { ...ada, groups: ['finance'] };
const standingInFor = (person: Person, ...others: readonly Person[]): Person => ({
  ...person,
  standsInFor: others.map(({ id, name, email, groups }) => ({ id, name, email, groups })),
});
const graceForAda = standingInFor(grace, adaOfFinance);
const asked = (change: Parameters<typeof anApproval>[0] = {}): Approval =>
  anApproval({ ...change, requirement: { groups: ['finance'], approvals: 2, ...change.requirement } });

describe('whoever stands in', () => {
  test('may vote where the other might, and the vote says for whom', () => {
    expect(mayVote(asked(), grace)).toBe('not_in_group');
    expect(mayVote(asked(), graceForAda)).toBe('yes');
    const outcome = cast(asked(), graceForAda, approving(asked()));
    expect(outcome).toMatchObject({ kind: 'recorded', vote: { by: { id: grace.id, for: { id: ada.id } } } });
    if (outcome.kind === 'recorded') expect(voterName(outcome.vote.by)).toBe('grace for ada');
  });

  test('votes in their own name where they may', () => {
    const both = { ...graceForAda, groups: ['finance'] };
    expect(votesFor(asked(), both)).toBeNull();
    const outcome = cast(asked(), both, approving(asked()));
    expect(outcome.kind === 'recorded' && outcome.vote.by).toEqual({ id: grace.id, name: 'grace' });
    expect(votesFor(asked({ requirement: { groups: [] } }), graceForAda)).toBeNull();
  });

  test.each([
    ['their own run', asked({ requester: { text: 'x', userId: grace.id } }), 'own_run'],
    ['a run that they started', asked({ starterId: grace.id }), 'own_run'],
    ['a run of the other', asked({ requester: { text: ada.email, userId: null } }), 'not_in_group'],
    ['what asks a group that neither is in', asked({ requirement: { groups: ['legal'] } }), 'not_in_group'],
  ] as const)('does not vote on %s', (_what, approval, eligibility) => {
    expect(mayVote(approval, graceForAda)).toBe(eligibility);
  });

  test('does not vote when their role does not let them', () => {
    expect(mayVote(asked(), standingInFor(aPerson('vic', 'viewer'), adaOfFinance))).toBe('not_a_reviewer');
  });

  test('does not speak for the other twice: one voice, whoever raises it', () => {
    const byAda = afterVote(asked(), adaOfFinance, approving(asked()));
    expect(mayVote(byAda, graceForAda)).toBe('not_in_group');
    const byGrace = afterVote(asked(), graceForAda, approving(asked()));
    expect(cast(byGrace, adaOfFinance, approving(byGrace))).toMatchObject({
      kind: 'refused',
      reason: { code: 'voted_for', by: 'grace' },
    });
    expect(mayVote(byGrace, standingInFor(edsger, adaOfFinance))).toBe('not_in_group');
    expect(cast(byGrace, graceForAda, approving(byGrace)).kind).toBe('unchanged');
    expect(cast(byGrace, graceForAda, rejecting(byGrace))).toMatchObject({ reason: { code: 'already_voted' } });
  });

  test('votes once, however many asked them', () => {
    const legal = { ...edsger, groups: ['finance'] };
    const forTwo = standingInFor(grace, adaOfFinance, legal);
    const once = afterVote(asked(), forTwo, approving(asked()));
    expect(cast(once, forTwo, approving(once)).kind).toBe('unchanged');
    expect(once.votes).toHaveLength(1);
    // The first has been spoken for by themselves: the second is not yet.
    const byAda = afterVote(asked(), adaOfFinance, approving(asked()));
    expect(votesFor(byAda, forTwo)?.id).toBe(edsger.id);
  });

  test('does not hand on what they were handed', () => {
    const edsgerForGrace = standingInFor(edsger, graceForAda);
    expect(mayVote(asked(), edsgerForGrace)).toBe('not_in_group');
  });
});
