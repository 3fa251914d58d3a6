import { describe, expect, test } from 'vitest';
import { extendDeadline } from '@/lib/domain/deadline';
import { ada, afterVote, anApproval, aPerson, minutesAfter, noon, rejecting } from '@/tests/support/builders';

const latest = minutesAfter(noon, 600);
const boss = aPerson('boss', 'admin');
const extended = (change: Parameters<typeof anApproval>[0] = {}, to = 120, by = ada, now = 10, reason = 'Later') =>
  extendDeadline(
    anApproval(change),
    { to: minutesAfter(noon, to), reason },
    { by, latest, now: minutesAfter(noon, now) },
  );

describe('a deadline', () => {
  test('is moved by somebody who may vote, and the version rises', () => {
    const outcome = extended();
    expect(outcome).toMatchObject({ kind: 'extended', approval: { deadline: minutesAfter(noon, 120), version: 2 } });
  });

  test('is moved to the last possible instant and not a millisecond past it', () => {
    expect(extended({}, 600).kind).toBe('extended');
    const past = { to: new Date(latest.getTime() + 1), reason: 'Later' };
    expect(extendDeadline(anApproval(), past, { by: ada, latest, now: noon })).toEqual({
      kind: 'refused',
      reason: 'beyond_limit',
    });
  });

  test.each([
    ['by a viewer', extended({}, 120, aPerson('vic', 'viewer')), 'not_allowed'],
    ['by whoever asked for the run', extended({ requester: { text: 'ada', userId: ada.id } }), 'not_allowed'],
    ['by somebody outside the groups', extended({ requirement: { groups: ['finance'] } }), 'not_allowed'],
    ['by a deactivated admin', extended({}, 120, aPerson('boss', 'admin', false)), 'not_allowed'],
    ['at the deadline', extended({}, 120, ada, 60), 'too_late'],
    ['after it was swept', extended({ state: { status: 'expired', at: noon } }), 'too_late'],
    ['when decided', extended(afterVote(anApproval(), ada, rejecting(anApproval()))), 'decided'],
    ['without a reason', extended({}, 120, ada, 10, '  '), 'reason_missing'],
    ['to the same instant', extended({}, 60), 'not_later'],
    ['to an earlier one', extended({}, 30), 'not_later'],
  ] as const)('is not moved %s', (_when, outcome, reason) => {
    expect(outcome).toEqual({ kind: 'refused', reason });
  });

  test('is moved by an admin who is not asked', () => {
    expect(extended({ requirement: { groups: ['finance'] } }, 120, boss).kind).toBe('extended');
  });
});
