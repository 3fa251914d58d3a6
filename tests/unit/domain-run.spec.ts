import { describe, expect, test } from 'vitest';
import { deadlineFor } from '@/lib/domain/deadline';
import { type ResumeStatus, resumeStatuses } from '@/lib/domain/pause';
import { nextRead, type RunStatus, runHasEnded, runStatus, runStatuses } from '@/lib/domain/run';
import { minutesAfter, noon } from '@/tests/support/builders';

describe('the status of a run', () => {
  test.each([
    ['queued', 'running'],
    ['in_progress', 'running'],
    ['requires_continuation', 'running'],
    ['a_new_word', 'running'],
    ['requires_action', 'paused'],
    ['completed', 'completed'],
    ['failed', 'failed'],
    ['cancelled', 'cancelled'],
    ['incomplete', 'incomplete'],
    ['budget_exceeded', 'incomplete'],
  ])('%s without a pause: %s', (status, expected) => {
    expect(runStatus({ status }, null)).toBe(expected);
  });

  const atPause: Record<ResumeStatus, RunStatus> = {
    waiting: 'paused',
    ready: 'paused',
    sending: 'running',
    resumed: 'running',
    unclear: 'paused',
    refused: 'paused',
    lost: 'lost',
    closed: 'cancelled',
  };
  test.each(resumeStatuses.map((resume) => [resume, atPause[resume]] as const))(
    'at a pause that is %s: %s',
    (resume, expected) => {
      expect(runStatus({ status: 'requires_action' }, resume)).toBe(expected);
    },
  );

  test.each(['completed', 'failed', 'incomplete'])(
    'an interaction that ended as %s before it was resumed is what the run is, not “cancelled”',
    (status) => {
      expect(runStatus({ status }, 'closed')).toBe(status);
    },
  );

  test('only running, paused and unclear go on', () => {
    expect(runStatuses.filter((status) => !runHasEnded(status))).toEqual(['running', 'paused', 'unclear']);
  });
});

describe('when an unfinished run is read again', () => {
  const pauseAt = (ageMinutes: number, shortestMs = 60_000, jitter = 0) => {
    const next = nextRead({ now: minutesAfter(noon, ageMinutes), since: noon, shortestMs, jitter });
    return (next.getTime() - minutesAfter(noon, ageMinutes).getTime()) / 1000;
  };

  test.each([
    [0, 60],
    [14.9, 60],
    [15, 300],
    [50, 300],
    [100, 600],
    [150, 900],
    [100_000, 900],
  ])('%d minutes old: after %d s', (age, seconds) => {
    expect(pauseAt(age)).toBe(seconds);
  });

  test('never sooner than the shortest pause that was set', () => {
    expect(pauseAt(0, 200)).toBe(0.2);
    expect(pauseAt(20, 3_600_000)).toBe(3600);
  });

  test('jitter only adds, up to a quarter', () => {
    expect(pauseAt(0, 60_000, 1)).toBe(75);
  });

  test('a clock that was set back still gives a time ahead', () => {
    expect(pauseAt(-600)).toBe(60);
  });
});

describe('the deadline is the earliest of all, and Gemini still has the interaction then', () => {
  const base = { openedAt: noon, created: noon, retentionHours: 24, ruleMinutes: null, runDeadline: null };

  test.each([
    ['a day, less two hours', { ...base }, 22 * 60, 'retention'],
    ['the longest paid, less two hours', { ...base, retentionHours: 55 * 24 }, 55 * 24 * 60 - 120, 'retention'],
    ['an hour, less five minutes', { ...base, retentionHours: 1 }, 55, 'retention'],
    ['the rule', { ...base, ruleMinutes: 30 }, 30, 'rule'],
    ['a rule that would outlast retention', { ...base, ruleMinutes: 100_000 }, 22 * 60, 'retention'],
    ['the run', { ...base, ruleMinutes: 30, runDeadline: minutesAfter(noon, 20) }, 20, 'run'],
    [
      'a run’s that would outlast retention',
      { ...base, runDeadline: minutesAfter(noon, 100_000) },
      22 * 60,
      'retention',
    ],
  ] as const)('%s', (_name, input, minutes, source) => {
    expect(deadlineFor(input)).toEqual({ at: minutesAfter(noon, minutes), source });
  });

  test('retention counts from when Gemini made the interaction, a rule from when people were asked', () => {
    const opened = { ...base, openedAt: minutesAfter(noon, 21 * 60) };
    expect(deadlineFor({ ...opened, ruleMinutes: 30 })).toEqual({
      at: minutesAfter(noon, 21 * 60 + 30),
      source: 'rule',
    });
    expect(deadlineFor({ ...opened, ruleMinutes: 90 })).toEqual({
      at: minutesAfter(noon, 22 * 60),
      source: 'retention',
    });
  });
});
