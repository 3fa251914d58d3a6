import { expect, test } from 'vitest';
import { comesBackAt, snooze } from '@/lib/domain/snooze';
import { ada, afterVote, anApproval, aPerson, approving, minutesAfter, noon } from '@/tests/support/builders';

const lasting = (minutes: number) =>
  anApproval({ deadline: minutesAfter(noon, minutes), requirement: { approvals: 2 } });
const aside = (approval: ReturnType<typeof anApproval>, untilMinutes: number, atMinutes = 1, by = ada) =>
  snooze(approval, { by, until: minutesAfter(noon, untilMinutes), now: minutesAfter(noon, atMinutes) });

test('it comes back in the last hour, or in the last 15 % of a short time', () => {
  expect(comesBackAt(lasting(24 * 60))).toEqual(minutesAfter(noon, 23 * 60));
  expect(comesBackAt(lasting(100))).toEqual(minutesAfter(noon, 85));
});

test('it lasts as long as was asked for, and never into the time near the deadline', () => {
  expect(aside(lasting(600), 60)).toEqual({ kind: 'snoozed', until: minutesAfter(noon, 60) });
  expect(aside(lasting(600), 24 * 60)).toEqual({ kind: 'snoozed', until: minutesAfter(noon, 540) });
  expect(aside(lasting(600), 700, 540)).toEqual({ kind: 'refused', reason: 'too_late' });
  expect(aside(lasting(600), 700, 600)).toEqual({ kind: 'refused', reason: 'closed' });
  expect(aside(lasting(600), 1, 1)).toEqual({ kind: 'refused', reason: 'past' });
});

test('only what waits for the person', () => {
  const approval = lasting(600);
  expect(aside(approval, 60, 1, aPerson('vera', 'viewer'))).toEqual({ kind: 'refused', reason: 'not_a_reviewer' });
  expect(aside(afterVote(approval, ada, approving(approval)), 60, 2)).toEqual({ kind: 'refused', reason: 'voted' });
});
