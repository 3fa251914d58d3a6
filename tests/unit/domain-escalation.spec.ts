import { describe, expect, test } from 'vitest';
import { mayVote } from '@/lib/domain/approval';
import { escalate, nextEscalation, onCall } from '@/lib/domain/escalation';
import type { EscalationStep } from '@/lib/domain/handling';
import { ada, anApproval, aPerson, grace, minutesAfter, noon, plainHandling } from '@/tests/support/builders';

const step = (afterMinutes: number, change: Partial<EscalationStep> = {}): EscalationStep => ({
  afterMinutes,
  groups: [],
  people: [],
  ...change,
});
const ladder = (...steps: EscalationStep[]) =>
  anApproval({ requirement: { groups: ['support'], handling: { ...plainHandling, escalate: steps } } });

describe('an escalation', () => {
  const approval = ladder(
    step(60, { groups: ['finance'] }),
    step(15, { people: ['Ada@example.com'], slackChannel: 'C1' }),
  );

  test('takes the steps that are due, in whatever order they are written, each once', () => {
    expect(nextEscalation(approval)).toEqual(minutesAfter(noon, 15));
    expect(escalate(approval, {}, minutesAfter(noon, 14))).toBeNull();
    const first = escalate(approval, {}, minutesAfter(noon, 15));
    expect(first?.approval.requirement).toMatchObject({
      groups: ['support', '@ada@example.com'],
      handling: { slackChannel: 'C1', escalate: [{ afterMinutes: 60 }] },
    });
    expect(first && escalate(first.approval, {}, minutesAfter(noon, 20))).toBeNull();
    expect(first && nextEscalation(first.approval)).toEqual(minutesAfter(noon, 60));
  });

  test('after hours without a worker takes all that came due', () => {
    const taken = escalate(approval, {}, minutesAfter(noon, 500));
    expect(taken?.approval.requirement.groups).toEqual(['support', 'finance', '@ada@example.com']);
    expect(taken && nextEscalation(taken.approval)).toBeNull();
  });

  test('adds people; those who were asked first still may decide, and nobody else', () => {
    const taken = escalate(approval, {}, minutesAfter(noon, 15))?.approval ?? approval;
    expect(mayVote(taken, ada)).toBe('yes');
    expect(mayVote(taken, aPerson('sam', 'reviewer', true, ['support']))).toBe('yes');
    expect(mayVote(taken, grace)).toBe('not_in_group');
  });

  test('never narrows: where everybody may decide everybody still does', () => {
    const open = anApproval({
      requirement: { handling: { ...plainHandling, escalate: [step(5, { groups: ['x'] })] } },
    });
    expect(escalate(open, {}, minutesAfter(noon, 5))?.approval.requirement.groups).toEqual([]);
  });

  test('does nothing to what was decided', () => {
    const decided = { ...approval, state: { status: 'expired' as const, at: noon } };
    expect(escalate(decided, {}, minutesAfter(noon, 60))).toBeNull();
  });
});

describe('who is on call', () => {
  const rotation = { people: ['a@x.de', 'b@x.de', 'c@x.de'], from: '2026-01-05T08:00:00+01:00', shiftHours: 168 };

  test.each([
    ['2026-01-05T06:59:59Z', null],
    ['2026-01-05T07:00:00Z', 'a@x.de'],
    ['2026-01-12T06:59:59Z', 'a@x.de'],
    ['2026-01-12T07:00:00Z', 'b@x.de'],
    ['2026-01-26T07:00:00Z', 'a@x.de'],
  ])('at %s: %s', (at, who) => {
    expect(onCall(rotation, new Date(at))).toBe(who);
  });

  test('is asked when a step names the rotation', () => {
    const taken = escalate(
      ladder(step(1, { rotation: 'night' })),
      { night: rotation },
      new Date('2026-11-22T13:00:00Z'),
    );
    expect(taken?.approval.requirement.groups[1]).toMatch(/^@[abc]@x\.de$/);
  });

  test('is nobody when the rotation is not there any more', () => {
    const taken = escalate(ladder(step(1, { rotation: 'night' })), {}, minutesAfter(noon, 5));
    expect(taken?.approval.requirement.groups).toEqual(['support']);
  });
});
