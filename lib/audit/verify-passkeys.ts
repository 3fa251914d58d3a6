import type { Transaction } from '@/lib/db';
import { isJsonObject } from '@/lib/domain/json';
import { assertionHash, assertionIn, verifyPasskeyVote } from '@/lib/domain/proof/passkey-vote';
import { assertionFaults } from '@/lib/domain/proof/verify-passkeys';
import type { FindingList } from './findings';

/** An entry of the history that says: this person voted, and their passkey signed it. */
export type SignedVoteEntry = Readonly<{
  entry: string;
  leaf: number;
  approvalId: string;
  voter: string;
  passkeyHash: string;
}>;

/** Compares what the history says of passkeys with what is kept beside the votes, and verifies each signature anew. */
export async function comparePasskeys(
  tx: Transaction,
  found: FindingList,
  signed: readonly SignedVoteEntry[],
): Promise<void> {
  if (signed.length === 0) return;
  const votes = await tx.vote.findMany({
    where: { approvalId: { in: signed.map(({ approvalId }) => approvalId) } },
    select: { approvalId: true, userId: true, verdict: true, callHash: true, argumentsHash: true, stepUp: true },
  });
  for (const { entry, leaf, approvalId, voter, passkeyHash } of signed) {
    const own = votes.filter((vote) => vote.approvalId === approvalId && vote.userId === voter);
    const kept = own.flatMap((vote) => {
      const assertion = isJsonObject(vote.stepUp) ? assertionIn(vote.stepUp.assertion) : null;
      return assertion === null || assertionHash(assertion) !== passkeyHash ? [] : [{ vote, assertion }];
    });
    const [one] = kept;
    if (one === undefined) {
      found.add({
        code: 'passkey_missing',
        message: `What the passkey of ${voter} signed for ${approvalId} is not kept with the vote any more, or was changed.`,
        entry,
        leaf,
      });
      continue;
    }
    const { vote, assertion } = one;
    const { statement } = assertion;
    const outcome = await verifyPasskeyVote(assertion);
    const fits =
      statement.approval === approvalId &&
      statement.voter === voter &&
      statement.verdict === vote.verdict &&
      statement.call_hash === vote.callHash &&
      statement.arguments_hash === vote.argumentsHash;
    if (outcome.kind === 'valid' && fits) continue;
    const why = outcome.kind === 'fault' ? assertionFaults[outcome.fault] : 'the vote was changed since';
    found.add({
      code: 'passkey_forged',
      message: `The passkey’s signature of ${voter} for ${approvalId} does not fit this call and verdict: ${why}.`,
      entry,
      leaf,
    });
  }
}
