import { appendAudit } from '@/lib/audit/append';
import type { Transaction } from '@/lib/db';
import {
  type Approval,
  type Ballot,
  castVote,
  decidedArguments,
  liveVotes,
  type VoteOutcome,
  voidOutdated,
} from '@/lib/domain/approval';
import { argumentProblems } from '@/lib/domain/arguments';
import type { Actor, AuditContext, AuditRecord } from '@/lib/domain/audit';
import { argumentsHash } from '@/lib/domain/call-hash';
import { storable } from '@/lib/domain/json';
import type { Person } from '@/lib/domain/person';
import { assertionHash } from '@/lib/domain/proof/passkey-vote';
import { revisionOf } from '@/lib/domain/revision';
import { needsStepUp, type StepUp, type StepUpInput } from '@/lib/domain/step-up';
import type { Surface } from '@/lib/domain/tier';
import { newId } from '@/lib/ids';
import { signInRules } from '@/lib/people/sign-in-rules';
import { personColumns, toPerson } from '@/lib/people/store';
import { presentRequirement } from '@/lib/policies/present-requirement';
import type { Services } from '@/lib/services';
import { announceApproval } from './announce';
import { queueSettlement } from './queue-settlement';
import { lockApproval, saveApproval } from './store';

export type VoteInput = Readonly<{
  approvalId: string;
  ballot: Ballot;
  by: Person;
  surface: Surface;
  context: AuditContext;
  /** The revision that the voter was shown (`revisionOf`): compared under the lock. Left out where a surface has none. */
  shown?: string;
  /** How the voter proved that it is them, verified; left out where a surface cannot ask. */
  stepUp?: StepUp | null;
}>;

/**
 * Casts a person's vote, whichever surface it comes from: one transaction with its audit entries and, when it settles
 * the last call of a pause, the job that resumes. Refusals are values and are recorded too. Null: no such approval.
 * Safe to repeat: the same vote again is `unchanged`.
 */
export async function vote(services: Pick<Services, 'db' | 'now'>, input: VoteInput): Promise<VoteOutcome | null> {
  return services.db.prisma.$transaction(async (tx) => {
    const stored = await lockApproval(tx, input.approvalId);
    if (stored === null) return null;
    const now = services.now();
    const { approval, refusal } = await underPresentPolicy(tx, stored, input.ballot, now);
    const outcome = castVote(approval, {
      ballot: kept(input.ballot),
      by: input.by,
      surface: input.surface,
      voteId: newId('vot', now),
      now,
      changed: input.shown !== undefined && input.shown !== revisionOf(stored),
      policyRefuses: refusal,
      stepUp: await stepUpInput(tx, approval, input),
      check: argumentProblems,
    });
    await record(tx, now, stored, outcome, input);
    return outcome;
  });
}

/** A call as a vote with this ballot would find it: what is asked for the arguments that it names, judged now. Null: no such approval. */
export async function judgedFor(
  services: Pick<Services, 'db' | 'now'>,
  approvalId: string,
  ballot: Ballot,
): Promise<Approval | null> {
  return services.db.prisma.$transaction(async (tx) => {
    const stored = await lockApproval(tx, approvalId);
    return stored && (await underPresentPolicy(tx, stored, ballot, services.now())).approval;
  });
}

async function stepUpInput(tx: Transaction, approval: Approval, input: VoteInput): Promise<StepUpInput> {
  const given = input.stepUp ?? null;
  if (!needsStepUp(approval.tier, input.ballot.verdict)) return { given, hasPasskey: false, keysMayVote: true };
  const [passkeys, rules] = await Promise.all([tx.passkey.count({ where: { userId: input.by.id } }), signInRules(tx)]);
  return { given, hasPasskey: passkeys > 0, keysMayVote: rules.keysMayVote };
}

// Words of people are kept as they can be; arguments are refused instead, since what was agreed on must be what runs.
function kept(ballot: Ballot): Ballot {
  switch (ballot.verdict) {
    case 'approve':
      return { ...ballot, note: storable(ballot.note) };
    case 'reject':
      return { ...ballot, reason: storable(ballot.reason) };
    case 'answer':
      return { ...ballot, result: storable(ballot.result), note: storable(ballot.note) };
  }
}

// An edited call is judged again, and so is any call whose policy is no longer in force: a vote must satisfy what was asked
// when the call came and what is asked now. A vote to reject needs no one's leave.
async function underPresentPolicy(
  tx: Transaction,
  approval: Approval,
  ballot: Ballot,
  now: Date,
): Promise<{ approval: Approval; refusal: string | null }> {
  if (ballot.verdict === 'reject' || approval.state.status !== 'pending') return { approval, refusal: null };
  const proposed = ballot.verdict === 'approve' ? ballot.arguments : null;
  const { asked, refusal } = await presentRequirement(tx, approval, proposed, now);
  if (asked === null) return { approval, refusal };
  return { approval: voidOutdated({ ...approval, ...asked }, await votersNow(tx, approval, now), now), refusal };
}

async function votersNow(tx: Transaction, approval: Approval, now: Date): Promise<ReadonlyMap<string, Person>> {
  const ids = liveVotes(approval).map(({ by }) => by.id);
  if (ids.length === 0) return new Map();
  const rows = await tx.user.findMany({ where: { id: { in: ids } }, select: personColumns });
  return new Map(rows.map((row) => [row.id, toPerson(row, now)]));
}

async function record(
  tx: Transaction,
  now: Date,
  stored: Approval,
  outcome: VoteOutcome,
  input: VoteInput,
): Promise<void> {
  const { ballot, context } = input;
  const actor: Actor = { type: 'person', id: input.by.id, name: input.by.name };
  const about = {
    actor,
    targets: [{ type: 'approval' as const, id: stored.id, name: stored.call.name }],
    context,
    runId: stored.runId,
    approvalId: stored.id,
  };
  if (outcome.kind === 'unchanged') return;
  if (outcome.kind === 'refused') {
    await appendAudit(tx, now, {
      ...about,
      action: 'vote.refused',
      facts: { verdict: ballot.verdict, reason: outcome.reason.code },
    });
    return;
  }
  const { approval, vote } = outcome;
  await saveApproval(tx, stored, approval);
  const other = vote.by.for;
  const cast: AuditRecord = {
    ...about,
    action: 'vote.cast',
    targets: [...about.targets, ...(other ? [{ type: 'person' as const, ...other }] : [])],
    facts: {
      ...(other ? { for: other.name } : {}),
      verdict: ballot.verdict,
      argumentsHash: vote.argumentsHash,
      changed: vote.argumentsHash !== argumentsHash(stored.call.arguments),
      settled: outcome.kind === 'decided',
      ...(vote.stepUp?.assertion ? { passkeyHash: assertionHash(vote.stepUp.assertion) } : {}),
    },
  };
  if (outcome.kind === 'decided') {
    await appendAudit(tx, now, cast, {
      ...about,
      action: 'approval.decided',
      facts: {
        status: approval.state.status,
        tool: approval.call.name,
        callHash: approval.callHash,
        argumentsHash: argumentsHash(decidedArguments(approval)),
        rule: approval.requirement.rule,
        policyVersion: approval.requirement.policyVersion,
      },
    });
    await queueSettlement(tx, now, approval.pauseId);
  } else {
    await appendAudit(tx, now, cast);
  }
  await announceApproval(tx, approval);
}
