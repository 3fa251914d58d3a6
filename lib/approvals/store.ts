import { z } from 'zod';
import type { Transaction } from '@/lib/db';
import {
  type Approval,
  type ApprovalState,
  type Ballot,
  type Outcome,
  type Vote,
  voidReasons,
} from '@/lib/domain/approval';
import { type Handling, nextSteps, onTimeouts } from '@/lib/domain/handling';
import type { Json, JsonObject } from '@/lib/domain/json';
import { type Pause, type ResumeStatus, resumeStatuses } from '@/lib/domain/pause';
import { jsonObject } from '@/lib/domain/profile';
import { proofs } from '@/lib/domain/sign-in';
import type { StepUp } from '@/lib/domain/step-up';
import { isTier, surfaces } from '@/lib/domain/tier';
import { Prisma } from '@/lib/generated/prisma/client';

/** What is read with an approval, so that the domain sees it whole. */
export const approvalParts = {
  votes: { orderBy: { castAt: 'asc' } },
  run: { select: { requester: true, requesterUserId: true, starterUserId: true } },
} satisfies Prisma.ApprovalInclude;

export type ApprovalRow = Prisma.ApprovalGetPayload<{ include: typeof approvalParts }>;
export type PauseRow = Prisma.PauseGetPayload<Record<string, never>>;

/**
 * Locks a run for this transaction. Whoever changes a run's interactions, pauses or approvals takes this lock first,
 * so all of them take turns and no two locks can cross.
 */
export async function lockRun(tx: Transaction, runId: string): Promise<void> {
  await tx.$queryRaw`select id from run where id = ${runId} for update`;
}

/** Locks the run that an approval belongs to and reads the approval; null: there is none. */
export async function lockApproval(tx: Transaction, approvalId: string): Promise<Approval | null> {
  const found = await tx.$queryRaw<{ id: string }[]>`
    select run.id from run join approval on approval.run_id = run.id where approval.id = ${approvalId} for update of run`;
  if (found.length === 0) return null;
  const row = await tx.approval.findUnique({ where: { id: approvalId }, include: approvalParts });
  return row && toApproval(row);
}

/** Locks the run that a pause belongs to and reads the pause with its approvals in the order of the calls. */
export async function lockPause(
  tx: Transaction,
  pauseId: string,
): Promise<{ pause: Pause; approvals: readonly Approval[] } | null> {
  const found = await tx.$queryRaw<{ id: string }[]>`
    select run.id from run join pause on pause.run_id = run.id where pause.id = ${pauseId} for update of run`;
  return found.length === 0 ? null : readPause(tx, pauseId);
}

/** Reads a pause whose run the caller has locked. */
export async function readPause(
  tx: Transaction,
  pauseId: string,
): Promise<{ pause: Pause; approvals: readonly Approval[] } | null> {
  const row = await tx.pause.findUnique({
    where: { id: pauseId },
    include: { approvals: { include: approvalParts, orderBy: { position: 'asc' } } },
  });
  return row && { pause: toPause(row), approvals: row.approvals.map(toApproval) };
}

/** Saves a moved approval over the version it came from. Throws when another transaction was first: the lock forbids it. */
export async function saveApproval(tx: Transaction, before: Approval, after: Approval): Promise<void> {
  const { state } = after;
  const { count } = await tx.approval.updateMany({
    where: { id: after.id, version: before.version },
    data: {
      status: state.status,
      version: after.version,
      tier: after.tier,
      approvalsNeeded: after.requirement.approvals,
      rejectionsNeeded: after.requirement.rejections,
      fourEyes: after.requirement.fourEyes,
      rule: after.requirement.rule,
      ruleReason: after.requirement.reason,
      ruleProblem: after.requirement.problem,
      policyVersion: after.requirement.policyVersion,
      onTimeout: after.requirement.onTimeout,
      deadline: after.deadline,
      eligibleGroups: [...after.requirement.groups],
      handling: toJson(after.requirement.handling),
      // Once hidden it stays so: the function's own setting is in the same column.
      ...(after.requirement.handling.hideArgumentsInSlack ? { hideArgumentsInSlack: true } : {}),
      decidedAt: state.status === 'pending' ? null : state.at,
      undoUntil: 'undoUntil' in state ? state.undoUntil : null,
      decision: state.status === 'pending' ? nullJson : toJson(state),
      outcome: after.outcome === null ? nullJson : toJson(after.outcome),
    },
  });
  if (count !== 1) throw new Error(`Approval ${after.id} moved past version ${before.version}`);

  const known = new Map(before.votes.map((vote) => [vote.id, vote]));
  const fresh = after.votes.filter((vote) => !known.has(vote.id));
  // Voided first: the database allows one live vote a person.
  for (const vote of after.votes) {
    if (vote.voided && known.get(vote.id)?.voided === null) {
      await tx.vote.update({ where: { id: vote.id }, data: { voidedAt: vote.voided.at, voidedBy: vote.voided.why } });
    }
  }
  if (fresh.length > 0) await tx.vote.createMany({ data: fresh.map((vote) => voteRow(after.id, vote)) });

  // Nobody is on what is closed, nor on what they have voted on.
  const claimed = { approvalId: after.id };
  if (state.status !== 'pending') {
    await tx.approvalClaim.deleteMany({ where: claimed });
    await tx.approvalSnooze.deleteMany({ where: claimed });
  } else if (fresh.length > 0)
    await tx.approvalClaim.deleteMany({ where: { ...claimed, userId: { in: fresh.map(({ by }) => by.id) } } });
}

/** Saves a moved pause over the version it came from. False: another worker was first. */
export async function savePause(tx: Transaction, before: Pause, after: Pause, now: Date): Promise<boolean> {
  const { count } = await tx.pause.updateMany({
    where: { id: after.id, version: before.version },
    data: {
      resumeStatus: after.resume,
      message: after.message,
      version: after.version,
      attemptId: after.attemptId,
      childId: after.childId,
      notBefore: after.notBefore,
      ...(after.resume === 'sending' ? { claimedAt: now } : {}),
    },
  });
  return count === 1;
}

/** A row as the domain knows it. Throws on a row that no code of ours could have written. */
export function toApproval(row: ApprovalRow): Approval {
  if (!isTier(row.tier)) throw new Error(`Approval ${row.id} has tier ${row.tier}`);
  return {
    id: row.id,
    pauseId: row.pauseId,
    runId: row.runId,
    interactionId: row.interactionId,
    call: { id: row.callId, name: row.name, arguments: jsonObject.parse(row.arguments) },
    callHash: row.callHash,
    schema: row.schema === null ? null : jsonObject.parse(row.schema),
    tier: row.tier,
    effect: row.effect,
    requirement: {
      approvals: row.approvalsNeeded,
      rejections: row.rejectionsNeeded,
      fourEyes: row.fourEyes,
      groups: row.eligibleGroups,
      rule: row.rule,
      reason: row.ruleReason,
      problem: row.ruleProblem,
      policyVersion: row.policyVersion,
      onTimeout: z.enum(onTimeouts).parse(row.onTimeout),
      handling: handlingJson.parse(row.handling),
    },
    requester: row.run.requester === null ? null : { text: row.run.requester, userId: row.run.requesterUserId },
    starterId: row.run.starterUserId,
    fulfilment: z.enum(['answer', 'manual']).parse(row.fulfilment),
    deadline: row.deadline,
    createdAt: row.createdAt,
    version: row.version,
    votes: row.votes.map(toVote),
    state: toState(row),
    outcome: row.outcome === null ? null : outcomeJson.parse(row.outcome),
  };
}

/** Who gave an approval the deadline that it has, and why; null: nobody did. */
export type StoredExtension = Readonly<{ by: { id: string; name: string }; at: Date; from: Date; reason: string }>;

export function toExtension(row: Pick<ApprovalRow, 'extension' | 'deadlineSource'>): StoredExtension | null {
  return row.extension === null || row.deadlineSource !== 'extended' ? null : extensionJson.parse(row.extension);
}

/** A pause's state as the domain knows it. Throws on one that no code of ours could have written. */
export function toResumeStatus(stored: string): ResumeStatus {
  return z.enum(resumeStatuses).parse(stored);
}

export function toPause(row: PauseRow): Pause {
  return {
    id: row.id,
    runId: row.runId,
    interactionId: row.interactionId,
    resume: toResumeStatus(row.resumeStatus),
    message: row.message,
    version: row.version,
    attemptId: row.attemptId,
    childId: row.childId,
    notBefore: row.notBefore,
  };
}

/** For a JSON column: dates as ISO text. */
export function toJson(value: unknown): Prisma.InputJsonValue {
  return JSON.parse(JSON.stringify(value)) as Prisma.InputJsonValue;
}

// Prisma's marker for SQL NULL in a JSON column.
const nullJson = Prisma.DbNull;

const namedPerson = z.object({ id: z.string(), name: z.string() });
const voter = namedPerson.extend({ for: namedPerson.optional() });
const decider = z.union([
  z.object({ kind: z.literal('people'), voters: z.array(voter) }),
  z.object({ kind: z.literal('rule'), rule: z.string(), policyVersion: z.number() }),
]);
const instant = z.iso.datetime().transform((text) => new Date(text));
const resultJson = z.union([z.string(), jsonObject]);
const nextStep = z.enum(nextSteps);
const closing = { by: decider, at: instant, undoUntil: instant.nullable() };

const stateJson = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('approved'),
    ...closing,
    arguments: jsonObject,
    changed: z.boolean(),
    note: z.string().nullable(),
  }),
  z.object({ status: z.literal('rejected'), ...closing, reason: z.string(), next: nextStep }),
  z.object({ status: z.literal('answered'), ...closing, result: resultJson, note: z.string().nullable() }),
  z.object({ status: z.literal('expired'), at: instant }),
  z.object({ status: z.literal('superseded'), at: instant, why: z.string() }),
]);
const texts = z.array(z.string()).default([]);
// Approvals from before there were rules have none of it.
const handlingJson: z.ZodType<Handling> = z.object({
  escalate: z
    .array(
      z.object({
        afterMinutes: z.number(),
        groups: texts,
        people: texts,
        rotation: z.string().optional(),
        slackChannel: z.string().optional(),
      }),
    )
    .default([]),
  slackChannel: z.string().nullable().default(null),
  remind: z.array(z.string()).nullable().default(null),
  onCall: texts,
  asked: texts,
  hideArgumentsInSlack: z.boolean().default(false),
  blindSecondReview: z.boolean().default(false),
});
const extensionJson: z.ZodType<StoredExtension> = z.object({
  by: voter,
  at: instant,
  from: instant,
  reason: z.string(),
});
const outcomeJson: z.ZodType<Outcome> = z.object({
  kind: z.literal('manual'),
  by: voter,
  at: instant,
  result: resultJson,
});

function toState(row: Pick<ApprovalRow, 'id' | 'status' | 'decision'>): ApprovalState {
  if (row.status === 'pending') return { status: 'pending' };
  const state = stateJson.parse(row.decision);
  if (state.status !== row.status)
    throw new Error(`Approval ${row.id} is ${row.status} but its decision says ${state.status}`);
  return state;
}

const stepUpJson: z.ZodType<StepUp> = z.object({
  with: z.enum(proofs),
  at: instant,
  assertion: z
    .object({
      credential: z.string(),
      public_key: z.looseObject({}),
      statement: z.object({
        type: z.literal('countersign.vote'),
        approval: z.string(),
        call_hash: z.string(),
        verdict: z.enum(['approve', 'reject', 'answer']),
        arguments_hash: z.string(),
        voter: z.string(),
        nonce: z.string(),
      }),
      authenticator_data: z.string(),
      client_data_json: z.string(),
      signature: z.string(),
    })
    .nullable(),
});

function toVote(row: ApprovalRow['votes'][number]): Vote {
  return {
    id: row.id,
    by: {
      id: row.userId,
      name: row.userName,
      ...(row.forUserId === null ? {} : { for: { id: row.forUserId, name: row.forUserName ?? '' } }),
    },
    at: row.castAt,
    surface: z.enum(surfaces).parse(row.surface),
    argumentsHash: row.argumentsHash,
    ballot: toBallot(row),
    stepUp: row.stepUp === null ? null : stepUpJson.parse(row.stepUp),
    voided: row.voidedAt
      ? { at: row.voidedAt, why: voidReasons.find((why) => why === row.voidedBy) ?? 'undone' }
      : null,
  };
}

function toBallot(row: ApprovalRow['votes'][number]): Ballot {
  switch (row.verdict) {
    case 'approve':
      return {
        callHash: row.callHash,
        verdict: 'approve',
        arguments: row.arguments === null ? null : jsonObject.parse(row.arguments),
        note: row.reason,
      };
    case 'reject':
      return { callHash: row.callHash, verdict: 'reject', reason: row.reason ?? '', next: nextStep.parse(row.next) };
    case 'answer':
      return { callHash: row.callHash, verdict: 'answer', result: resultJson.parse(row.result), note: row.reason };
    default:
      throw new Error(`Vote ${row.id} has the verdict ${row.verdict}`);
  }
}

function voteRow(approvalId: string, vote: Vote): Prisma.VoteCreateManyInput {
  const { ballot } = vote;
  const json = (value: Json | JsonObject | null) => (value === null ? nullJson : toJson(value));
  return {
    id: vote.id,
    approvalId,
    userId: vote.by.id,
    userName: vote.by.name,
    forUserId: vote.by.for?.id ?? null,
    forUserName: vote.by.for?.name ?? null,
    verdict: ballot.verdict,
    callHash: ballot.callHash,
    arguments: json(ballot.verdict === 'approve' ? ballot.arguments : null),
    argumentsHash: vote.argumentsHash,
    reason: ballot.verdict === 'reject' ? ballot.reason : ballot.note,
    next: ballot.verdict === 'reject' ? ballot.next : null,
    result: json(ballot.verdict === 'answer' ? ballot.result : null),
    surface: vote.surface,
    castAt: vote.at,
    ...(vote.stepUp === null ? {} : { stepUp: toJson(vote.stepUp) }),
  };
}
