import type { Requirement } from '../approval';
import type { Tier } from '../tier';
import type { Judgement } from './judge';

export type Asked = Readonly<{ tier: Tier; requirement: Requirement }>;

/**
 * What an edited call must satisfy: what the call asked for and what the edit asks for, in each point the stricter. Null: both
 * name groups and share none, so nobody could decide; such an edit is a request of its own.
 */
export function stricter(call: Asked, edit: Asked): Asked | null {
  const one = call.requirement;
  const other = edit.requirement;
  // Whom an escalation asked since is asked still, whatever the rule says of the others.
  const { asked } = one.handling;
  const named = one.groups.filter((group) => !asked.includes(group));
  const shared = both(one.groups.length > 0 && named.length === 0 ? one.groups : named, other.groups);
  if (shared === null) return null;
  const groups = shared.length === 0 ? shared : [...new Set([...shared, ...asked])];
  const tier = Math.max(call.tier, edit.tier) as Tier;
  const approvals = Math.max(one.approvals, other.approvals);
  const raised =
    tier > call.tier || approvals > one.approvals || groups.length !== one.groups.length || other.problem !== null;
  const rule = raised ? other : one;
  return {
    tier,
    requirement: {
      ...rule,
      groups,
      approvals,
      rejections: Math.min(one.rejections, other.rejections),
      fourEyes: one.fourEyes || other.fourEyes,
      onTimeout: one.onTimeout, // the deadline is the call's
      handling: {
        ...one.handling,
        hideArgumentsInSlack: one.handling.hideArgumentsInSlack || other.handling.hideArgumentsInSlack,
        blindSecondReview: one.handling.blindSecondReview || other.handling.blindSecondReview,
      },
    },
  };
}

/** An edited call that the policy rejects may not be proposed at all; one that it approves asks for nothing more. */
export function refusalOf(edit: Judgement): string | null {
  return edit.outcome === 'reject' ? `Rule “${edit.requirement.rule}” refuses this: ${edit.reason}` : null;
}

// No groups means everybody.
function both(one: readonly string[], other: readonly string[]): readonly string[] | null {
  if (one.length === 0) return other;
  if (other.length === 0) return one;
  const shared = one.filter((group) => other.includes(group));
  return shared.length > 0 ? shared : null;
}
