import { type Approval, liveVotes } from './approval';
import { sha256OfCanonical } from './call-hash';

/**
 * Names what a vote on this approval is about: the call, its risk, and whether other arguments are on the table. Votes
 * that only add to a quorum do not change it, so whoever was shown the approval a second ago can still vote on it.
 */
export function revisionOf(approval: Pick<Approval, 'callHash' | 'tier' | 'votes'>): string {
  const proposals = liveVotes(approval)
    .filter(({ ballot }) => ballot.verdict === 'approve' && ballot.arguments !== null)
    .map((vote) => vote.argumentsHash)
    .sort();
  return sha256OfCanonical({ call: approval.callHash, tier: approval.tier, proposals }).slice(0, 16);
}
