import { describe, expect, test } from 'vitest';
import { policyDocument } from '@/lib/domain/policy/document';
import { ruleWords } from '@/lib/domain/policy/words';
import { policyFromYaml, policyToYaml } from '@/lib/domain/policy/yaml';
import { isReminderDue, nextReminder, reminderTimes, reminderWords } from '@/lib/domain/reminder';
import { anApproval, minutesAfter, noon, plainHandling } from '@/tests/support/builders';
import { aPolicy, ask, judged } from '@/tests/support/policies';

const lasting = (minutes: number, remind: readonly string[] | null = null) =>
  anApproval({ deadline: minutesAfter(noon, minutes), requirement: { handling: { ...plainHandling, remind } } });
const minutesOf = (approval: ReturnType<typeof lasting>) =>
  reminderTimes(approval).map((at) => (at.getTime() - noon.getTime()) / 60_000);

describe('reminders', () => {
  test.each([
    [29, null, []],
    [30, null, [15]],
    [59, null, [44]],
    [60, null, [30, 45]],
    [1440, null, [720, 1425]],
    [60, [], []],
    [100, ['25%', '75 %'], [25, 75]],
    [600, ['1 h', '2h', '50%'], [300, 480, 540]],
    [60, ['2 h', '50%', '30 min'], [30]], // before it was opened: never; twice the same: once
    [5, ['1 d'], []],
  ] as const)('within %i minutes of which the rule says %j come at %j', (minutes, remind, at) => {
    expect(minutesOf(lasting(minutes, remind))).toEqual(at);
  });

  test('come once, however many were missed, and never when it is decided or too late', () => {
    const approval = lasting(100, ['25%', '50%', '75%']);
    expect(isReminderDue(approval, null, minutesAfter(noon, 24))).toBe(false);
    expect(isReminderDue(approval, null, minutesAfter(noon, 60))).toBe(true);
    const last = minutesAfter(noon, 60);
    expect(isReminderDue(approval, last, minutesAfter(noon, 61))).toBe(false);
    expect(nextReminder(approval, last)).toEqual(minutesAfter(noon, 75));
    expect(isReminderDue(approval, last, minutesAfter(noon, 100))).toBe(false);
    const expired = { ...approval, state: { status: 'expired' as const, at: noon } };
    expect(isReminderDue(expired, null, minutesAfter(noon, 60))).toBe(false);
  });

  test('follow a deadline that moves', () => {
    const last = minutesAfter(noon, 45);
    expect(nextReminder(lasting(60), last)).toBeNull();
    expect(nextReminder(lasting(120), last)).toEqual(minutesAfter(noon, 60));
  });

  test.each([
    ['50%', 'halfway'],
    ['25 %', 'after 25 % of the time'],
    ['15 min', '15 min before the end'],
    ['2h', '2 h before the end'],
  ])('%s reads as %s', (reminder, words) => {
    expect(reminderWords(reminder)).toBe(words);
  });
});

describe('a rule that reminds', () => {
  const document = policyDocument.parse(aPolicy([ask('true', { remind: ['50%', '15 min'] })]));

  test('reads in words, and stays what it is in a file', () => {
    const [rule] = document.rules;
    expect(rule && ruleWords(rule)).toContain(
      'Those who may still decide are reminded halfway and 15 min before the end.',
    );
    expect(policyFromYaml(policyToYaml(document))).toEqual({ ok: true, document });
  });

  test('says so with each request, one that says nothing leaves it at what is usual', () => {
    expect(judged([ask('true', { remind: [] })]).requirement.handling.remind).toEqual([]);
    expect(judged([ask('true')]).requirement.handling.remind).toBeNull();
  });

  test.each(['0%', '100%', '15', 'soon', '15 minutes', '-5 min'])('is not taken with %s', (reminder) => {
    expect(policyDocument.safeParse(aPolicy([ask('true', { remind: [reminder] })])).success).toBe(false);
  });
});
