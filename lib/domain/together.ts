import { type Approval, liveVotes, mayVote } from './approval';
import { argumentsHash } from './call-hash';
import type { Person } from './person';
import type { Tier } from './tier';

/** Why several requests cannot be decided with one act. */
export type Apart =
  | 'too_few'
  | 'too_many'
  | 'closed'
  | 'not_yours'
  | 'voted'
  | 'tier'
  | 'agent'
  | 'tool'
  | 'arguments'
  | 'rule'
  | 'proposed';

export const apartText: Record<Apart, string> = {
  too_few: 'Choose at least two requests.',
  too_many: 'At most 50 requests are decided together.',
  closed: 'Some of them are not open any more.',
  not_yours: 'Some of them are not yours to decide.',
  voted: 'You have voted on some of them already.',
  tier: 'Only calls that read or can be taken back are decided together. The risk of some of these is higher.',
  agent: 'They come from different agents.',
  tool: 'They call different functions.',
  arguments: 'Their arguments differ. Each has to be read for itself.',
  rule: 'They were judged by different rules, or in different ways.',
  proposed: 'Somebody has proposed other arguments for some of them.',
};

/** A request with the agent whose run it belongs to. */
export type Chosen = Readonly<{ approval: Approval; agentId: string | null }>;

export const mostTogether = 50;
const highestTier: Tier = 1; // what can be taken back: one glance must be enough for all of them

/**
 * Whether one act may decide all of these: the same call of the same function with the same arguments, from the same agent,
 * judged alike, and of low risk. Says nothing of who may vote. Null: it may.
 */
export function whyDifferent(chosen: readonly Chosen[]): Apart | null {
  const [first] = chosen;
  if (first === undefined || chosen.length < 2) return 'too_few';
  if (chosen.length > mostTogether) return 'too_many';
  if (chosen.some(({ approval }) => approval.tier > highestTier)) return 'tier';
  const differ = (key: (one: Chosen) => unknown) => chosen.some((one) => key(one) !== key(first));
  if (differ(({ agentId }) => agentId)) return 'agent';
  if (differ(({ approval }) => approval.call.name)) return 'tool';
  if (differ(({ approval }) => argumentsHash(approval.call.arguments))) return 'arguments';
  const judged = ({ approval: { requirement, tier, fulfilment } }: Chosen) =>
    JSON.stringify([
      requirement.rule,
      requirement.policyVersion,
      requirement.problem,
      requirement.approvals,
      requirement.rejections,
      [...requirement.groups].sort(),
      tier,
      fulfilment,
    ]);
  return differ(judged) ? 'rule' : null;
}

/** The same, and that this person may vote on each of them now as it was proposed. Null: they may. */
export function whyApart(chosen: readonly Chosen[], by: Person, now: Date): Apart | null {
  const different = whyDifferent(chosen);
  if (different !== null) return different;
  for (const { approval } of chosen) {
    const live = liveVotes(approval);
    if (approval.state.status !== 'pending' || now >= approval.deadline) return 'closed';
    if (mayVote(approval, by) !== 'yes') return 'not_yours';
    if (live.some((vote) => vote.by.id === by.id)) return 'voted';
    const own = argumentsHash(approval.call.arguments);
    if (live.some((vote) => vote.argumentsHash !== own)) return 'proposed';
  }
  return null;
}
