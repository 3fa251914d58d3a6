import { describe, expect, test } from 'vitest';
import { builtInPolicyVersion, type Judgement, judge, stricter, type ToolSettings } from '@/lib/domain/policy';
import { type Tier, tiers } from '@/lib/domain/tier';

const tool = (tier: Tier, change: Partial<ToolSettings> = {}): ToolSettings => ({
  name: 'f',
  tier,
  effectTemplate: '',
  fulfilment: 'answer',
  maskedFields: [],
  riskFields: [],
  deadlineMinutes: null,
  hideArgumentsInSlack: false,
  ...change,
});
const options = { fourEyes: true };

describe('what the built-in rules say', () => {
  test('an unknown tool is costly and waits for a person; it is never let through', () => {
    expect(judge(null, options)).toMatchObject({
      outcome: 'review',
      tier: 2,
      requirement: {
        approvals: 1,
        rejections: 1,
        fourEyes: true,
        rule: 'Unknown tool',
        policyVersion: builtInPolicyVersion,
      },
    });
  });

  test.each([
    [0, 'approve', 1],
    [1, 'review', 1],
    [2, 'review', 1],
    [3, 'review', 1],
    [4, 'review', 2],
  ] as const)('tier %i: %s, %i people', (tier, outcome, approvals) => {
    expect(judge(tool(tier), options)).toMatchObject({ outcome, tier, requirement: { approvals, rejections: 1 } });
  });

  test('a tier that is none counts as costly', () => {
    expect(judge(tool(7 as Tier), options)).toMatchObject({ outcome: 'review', tier: 2 });
  });

  test('every judgement says why, and by which rule', () => {
    for (const subject of [null, ...tiers.map((tier) => tool(tier))]) {
      const { requirement } = judge(subject, options);
      expect(requirement.rule).not.toBe('');
      expect(requirement.reason).toMatch(/\.$/);
    }
  });

  test('four eyes and the deadline are as set', () => {
    expect(judge(tool(1, { deadlineMinutes: 30 }), { fourEyes: false })).toMatchObject({
      deadlineMinutes: 30,
      requirement: { fourEyes: false },
    });
  });
});

describe('an edit must satisfy what it asks for and what the call asked for', () => {
  const all: Judgement[] = tiers.flatMap((tier) => [
    judge(tool(tier), { fourEyes: true }),
    judge(tool(tier), { fourEyes: false }),
  ]);

  test('never less than either', () => {
    for (const one of all) {
      for (const other of all) {
        const both = stricter(one, other);
        expect(both.tier).toBe(Math.max(one.tier, other.tier));
        expect(both.requirement.approvals).toBe(Math.max(one.requirement.approvals, other.requirement.approvals));
        expect(both.requirement.fourEyes).toBe(one.requirement.fourEyes || other.requirement.fourEyes);
        expect(both.outcome === 'approve').toBe(one.outcome === 'approve' && other.outcome === 'approve');
      }
    }
  });
});
