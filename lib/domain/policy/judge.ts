import type { NextStep, Requirement } from '../approval';
import type { JsonObject } from '../json';
import { isTier, type Tier } from '../tier';
import type { ToolSettings } from '../tool';
import { type PolicyDocument, type PolicyRule, parsePolicy, type ReviewOutcome } from './document';
import { type Expression, type ExpressionProblem, isProblem, languageWith, type Variables, weigh } from './expression';
import { wallClock } from './wall-clock';
import { outcomeWords } from './words';

/** Everything that a rule may look at. Whoever judges has read it; nothing is fetched here. */
export type CallFacts = Readonly<{
  call: { name: string; arguments: JsonObject };
  tool: Pick<ToolSettings, 'tier' | 'deadlineMinutes'> | null; // null: nobody has described it
  agent: string | null;
  run: { origin: string; metadata: JsonObject };
  requester: RequesterFacts | null;
  now: Date;
  counts: Readonly<Record<string, number>>; // a lookup that could not be read is absent
  fourEyes: boolean; // as the workspace says
}>;

/** Who the run is for. The text is a claim of whoever started the run; `verified` says that it is that person. */
export type RequesterFacts = Readonly<{
  text: string;
  person: { email: string; groups: readonly string[] } | null;
  verified: boolean;
}>;

/** What the policy says of a call. */
export type Judgement = Readonly<
  { tier: Tier; requirement: Requirement; deadlineMinutes: number | null } & (
    | { outcome: 'approve' }
    | { outcome: 'review' }
    | { outcome: 'reject'; reason: string; next: NextStep }
  )
>;

/** A policy that can judge. */
export type Policy = Readonly<{
  version: number;
  document: PolicyDocument | null; // null: what is stored cannot be read
  judge: (facts: CallFacts) => Judgement;
}>;

/** Tier of what nobody described, and of what no rule fits. */
export const unknownTier: Tier = 2;
/** Least tier of a call whose rule failed to evaluate. */
export const failedTier: Tier = 3;

/**
 * Makes a policy of what is stored. Whatever that is, the outcome of the policy is `approve` or `reject` only by a rule that
 * evaluated to true: a document that cannot be read and a rule that fails ask people, on tier 3 at least.
 */
export function policyOf(stored: unknown, version: number): Policy {
  const parsed = parsePolicy(stored);
  if (!parsed.ok) {
    const problem = parsed.problems.map(({ path, message }) => `${path || 'policy'}: ${message}`).join('; ');
    return { version, document: null, judge: (facts) => failed(facts, version, null, 'Policy unreadable', problem) };
  }
  const { document } = parsed;
  const language = languageWith(Object.keys(document.lookups));
  const clock = wallClock(document.timeZone);
  const rules = document.rules.map((rule) => ({ rule, condition: language.read(rule.when) }));
  return {
    version,
    document,
    judge: (facts) => {
      const variables = variablesOf(facts, clock(facts.now));
      const weight = weigh(facts.call.arguments, facts.run.metadata);
      for (const { rule, condition } of rules) {
        const result = hold(condition, variables, weight);
        if (result === false) continue;
        if (result === true) return matched(rule, facts, version);
        const { outcome } = rule;
        const would = outcome.outcome === 'review' ? outcome : null;
        return failed(facts, version, would, rule.name, `“${rule.when}”: ${result.message}`);
      }
      return unmatched(facts, version);
    },
  };
}

function hold(
  condition: Expression | ExpressionProblem,
  variables: Variables,
  weight: ReturnType<typeof weigh>,
): boolean | ExpressionProblem {
  return isProblem(condition) ? condition : condition.evaluate(variables, weight);
}

function matched(rule: PolicyRule, facts: CallFacts, version: number): Judgement {
  const { outcome } = rule;
  const tier = tierOf(facts);
  const reason = rule.description || outcomeWords(outcome, { tier });
  switch (outcome.outcome) {
    case 'approve':
      if (facts.tool === null && outcome.unknownTools !== 'approve') {
        const plain = 'A rule would let it pass, but nobody has described this function yet, so people must decide.';
        return asReview({}, facts, { version, rule: rule.name, reason: plain });
      }
      if (tier === 4) {
        const plain = 'A rule would let it pass, but what is regulated needs two people, whatever the rule says.';
        return asReview({}, facts, { version, rule: rule.name, reason: plain });
      }
      return { ...asReview({}, facts, { version, rule: rule.name, reason }), outcome: 'approve' };
    case 'reject':
      return {
        ...asReview({}, facts, { version, rule: rule.name, reason }),
        outcome: 'reject',
        reason: outcome.reason,
        next: outcome.next,
      };
    case 'review':
      return asReview(outcome, facts, { version, rule: rule.name, reason });
  }
}

// What the failing rule would have asked for still holds: groups and people that it names are not left out by its failure.
function failed(
  facts: CallFacts,
  version: number,
  would: ReviewOutcome | null,
  rule: string,
  problem: string,
): Judgement {
  const tier = Math.max(failedTier, would?.tier ?? 0, tierOf(facts)) as Tier;
  const reason = 'A rule of the policy could not be evaluated for this call, so it is treated as irreversible.';
  // Nothing that the rule would have made easier: it may not have been meant for this call.
  const strict = { fourEyes: facts.fourEyes || would?.fourEyes === true, rejections: 1 };
  const deadlines = [would?.deadlineMinutes, facts.tool?.deadlineMinutes].filter((one) => typeof one === 'number');
  const earliest = deadlines.length > 0 ? { deadlineMinutes: Math.min(...deadlines) } : {};
  return asReview({ ...would, ...strict, ...earliest, tier }, facts, { version, rule, reason, problem });
}

function unmatched(facts: CallFacts, version: number): Judgement {
  const reason = 'No rule of the policy fits this call, so it is treated as costly and one person must decide.';
  return asReview({ tier: unknownTier }, facts, { version, rule: 'No rule fits', reason });
}

function asReview(
  asked: Partial<ReviewOutcome>,
  facts: CallFacts,
  by: { version: number; rule: string; reason: string; problem?: string },
): Judgement & { outcome: 'review' } {
  const wanted = asked.tier ?? tierOf(facts);
  const tier = facts.tool === null ? (Math.max(wanted, unknownTier) as Tier) : wanted;
  const least = tier === 4 ? 2 : 1; // regulated: two people, whatever the rule says
  return {
    outcome: 'review',
    tier,
    deadlineMinutes: asked.deadlineMinutes ?? facts.tool?.deadlineMinutes ?? null,
    requirement: {
      approvals: Math.max(asked.approvals ?? least, least),
      rejections: asked.rejections ?? 1,
      fourEyes: asked.fourEyes ?? facts.fourEyes,
      groups: asked.groups ?? [],
      rule: by.rule,
      reason: by.reason,
      problem: by.problem ?? null,
      policyVersion: by.version,
      onTimeout: asked.onTimeout ?? 'reject',
      handling: {
        escalate: asked.escalate ?? [],
        slackChannel: asked.slackChannel ?? null,
        remind: asked.remind ?? null,
        asked: [],
        onCall: [],
        hideArgumentsInSlack: asked.hideArgumentsInSlack ?? false,
        blindSecondReview: asked.blindSecondReview ?? false,
      },
    },
  };
}

function tierOf({ tool }: CallFacts): Tier {
  return tool !== null && isTier(tool.tier) ? tool.tier : unknownTier;
}

function variablesOf(facts: CallFacts, time: Variables['time']): Variables {
  const { call, tool, agent, run, requester, counts } = facts;
  return {
    tool: { name: call.name, known: tool !== null, tier: BigInt(tierOf(facts)) },
    args: call.arguments,
    agent: agent === null ? {} : { name: agent },
    run,
    requester:
      requester === null
        ? { known: false, verified: false }
        : {
            text: requester.text,
            known: requester.person !== null,
            verified: requester.verified,
            ...(requester.person ?? {}),
          },
    time,
    counts,
  };
}
