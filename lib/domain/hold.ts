import type { Judgement } from './policy/judge';

export const holdScopes = ['everything', 'tool', 'agent'] as const;
export type HoldScope = (typeof holdScopes)[number];

/** What can be stopped. `key`: the function's name, or the agent's id; empty for everything. */
export type HoldPlace = Readonly<{ scope: HoldScope; key: string }>;

/** Something that an admin has stopped. */
export type Hold = HoldPlace & Readonly<{ since: Date; by: string; reason: string }>;

/** What a reason may be, wherever it is typed. */
export const longestHoldReason = 400;

/** The hold that stops a run with these functions, or null. */
export function holdOn(
  holds: readonly Hold[],
  what: { agentId: string | null; tools: readonly string[] },
): Hold | null {
  const stops = ({ scope, key }: Hold): boolean =>
    scope === 'everything' || (scope === 'agent' ? key === what.agentId : what.tools.includes(key));
  return holds.find(stops) ?? null;
}

/** What is judged while a hold is in force: what a rule would approve by itself waits for a person instead. */
export function judgedUnder(hold: Hold | null, judgement: Judgement): Judgement {
  if (hold === null || judgement.outcome !== 'approve') return judgement;
  const { requirement } = judgement;
  const reason = `${requirement.reason} Automatic approvals are stopped ${holdWords[hold.scope]}, so a person decides.`;
  return { ...judgement, outcome: 'review', requirement: { ...requirement, reason } };
}

const holdWords: Record<HoldScope, string> = {
  everything: 'everywhere',
  tool: 'for this function',
  agent: 'for this agent',
};
