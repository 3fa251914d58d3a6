import { type Approval, isUndoable, liveVotes } from './approval';
import { argumentsHash } from './call-hash';
import { assertionHash } from './proof/passkey-vote';
import type { ReceiptStatement } from './proof/statements';

/** When the receipt of a decision is due: once nobody can take it back. Null: nothing is decided that a receipt is for. */
export function receiptDue({ state }: Pick<Approval, 'state'>): Date | null {
  // Superseded is no decision: nobody here said anything.
  if (state.status === 'pending' || state.status === 'superseded') return null;
  return 'undoUntil' in state && state.undoUntil !== null ? state.undoUntil : state.at;
}

/** What the receipt of a decision says: hashes, ids and times, no names and no arguments. Null: it is not due yet. */
export function receiptStatement(approval: Approval, log: string, now: Date): ReceiptStatement | null {
  const { state, call, requirement } = approval;
  if (receiptDue(approval) === null || isUndoable(approval, now)) return null;
  if (state.status === 'pending' || state.status === 'superseded') return null;
  const decidedBy = state.status === 'expired' ? 'clock' : state.by.kind;
  return {
    type: 'countersign.receipt',
    log,
    approval: approval.id,
    interaction: approval.interactionId,
    call_id: call.id,
    tool: call.name,
    call_hash: approval.callHash,
    decision: state.status,
    decided_by: decidedBy,
    arguments_hash: argumentsHash(call.arguments),
    ...(state.status === 'approved' ? { executed_arguments_hash: argumentsHash(state.arguments) } : {}),
    voters: liveVotes(approval).map(({ by, ballot, at, surface, stepUp }) => ({
      id: by.id,
      verdict: ballot.verdict,
      at: at.toISOString(),
      surface,
      ...(stepUp?.assertion ? { passkey: assertionHash(stepUp.assertion) } : {}),
    })),
    rule: requirement.rule,
    policy_version: requirement.policyVersion,
    decided_at: state.at.toISOString(),
    iat: Math.floor(now.getTime() / 1000),
  };
}
