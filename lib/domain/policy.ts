import type { Fulfilment, Requirement } from './approval';
import { isTier, type Tier } from './tier';

/** What is known of a function by its name; an unknown one has no entry. */
export type ToolSettings = Readonly<{
  name: string;
  tier: Tier;
  effectTemplate: string;
  fulfilment: Fulfilment;
  maskedFields: readonly string[];
  riskFields: readonly string[];
  deadlineMinutes: number | null;
  /** Arguments and what the agent wrote stay out of Slack. */
  hideArgumentsInSlack: boolean;
}>;

/** What the policy says of a call. */
export type Judgement = Readonly<{
  outcome: 'approve' | 'review';
  tier: Tier;
  requirement: Requirement;
  deadlineMinutes: number | null;
}>;

/** Version of the rules below; it is kept with each approval that they judged. */
export const builtInPolicyVersion = 1;

/**
 * Judges a call by its tool's tier: reads pass and are logged, everything else waits for people, two of them when it
 * is regulated. A tool that nobody described is costly, never harmless.
 */
export function judge(tool: ToolSettings | null, options: { fourEyes: boolean }): Judgement {
  const tier = tool && isTier(tool.tier) ? tool.tier : 2;
  const people = tier === 4 ? 2 : 1;
  return {
    outcome: tier === 0 ? 'approve' : 'review',
    tier,
    deadlineMinutes: tool?.deadlineMinutes ?? null,
    requirement: {
      approvals: people,
      rejections: 1,
      fourEyes: options.fourEyes,
      rule: tool ? `Tier ${tier}` : 'Unknown tool',
      reason: reasonFor(tool, tier),
      policyVersion: builtInPolicyVersion,
      onTimeout: 'reject',
    },
  };
}

/** The stricter of two requirements: an edited call must satisfy what the edit asks for and what the call asked for. */
export function stricter(one: Judgement, other: Judgement): Judgement {
  const higher = other.tier > one.tier ? other : one;
  return {
    outcome: one.outcome === 'approve' && other.outcome === 'approve' ? 'approve' : 'review',
    tier: higher.tier,
    deadlineMinutes: one.deadlineMinutes,
    requirement: {
      ...higher.requirement,
      approvals: Math.max(one.requirement.approvals, other.requirement.approvals),
      rejections: Math.min(one.requirement.rejections, other.requirement.rejections),
      fourEyes: one.requirement.fourEyes || other.requirement.fourEyes,
    },
  };
}

function reasonFor(tool: ToolSettings | null, tier: Tier): string {
  if (tool === null)
    return 'Nobody has described this function yet, so it is treated as costly and one person must decide.';
  switch (tier) {
    case 0:
      return 'It only looks something up, so it is approved without asking.';
    case 1:
      return 'It can be taken back; one person must decide.';
    case 2:
      return 'It costs money or reaches people outside; one person must decide.';
    case 3:
      return 'It cannot be taken back; one person must decide, with a reason.';
    case 4:
      return 'It is regulated; two people must agree.';
  }
}
