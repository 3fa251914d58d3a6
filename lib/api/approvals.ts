import type { z } from 'zod';
import { approvalParts, toApproval, toExtension } from '@/lib/approvals/store';
import { type Approval, isBlind, type Vote } from '@/lib/domain/approval';
import { argumentsHash } from '@/lib/domain/call-hash';
import type { Prisma } from '@/lib/generated/prisma/client';
import type { Services } from '@/lib/services';
import { after, cursorOf, parseCursor } from './cursor';
import type { ApprovalAnswer, approvalPage, approvalsQuery, DecisionAnswer, VoteAnswer } from './schemas';

/** What is read with an approval for the API. */
export const approvalAnswerParts = {
  ...approvalParts,
  pause: { select: { resumeStatus: true, message: true } },
  run: {
    select: {
      requester: true,
      requesterUserId: true,
      starterUserId: true,
      agent: { select: { id: true, name: true } },
    },
  },
} satisfies Prisma.ApprovalInclude;

export type ApprovalAnswerRow = Prisma.ApprovalGetPayload<{ include: typeof approvalAnswerParts }>;

/** One approval as the API tells it; null: there is none. */
export async function readApproval(services: Pick<Services, 'db'>, id: string): Promise<ApprovalAnswer | null> {
  const row = await services.db.prisma.approval.findUnique({ where: { id }, include: approvalAnswerParts });
  return row && approvalAnswer(row);
}

/** A page of approvals, newest first. Rows that come in meanwhile never repeat or skip one on the pages that follow. */
export async function listApprovals(
  services: Pick<Services, 'db'>,
  { status, run, limit, cursor }: z.output<typeof approvalsQuery>,
): Promise<z.input<typeof approvalPage>> {
  const rows = await services.db.prisma.approval.findMany({
    where: {
      ...(status ? { status } : {}),
      ...(run ? { runId: run } : {}),
      ...(cursor ? after(parseCursor(cursor)) : {}),
    },
    include: approvalAnswerParts,
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: limit + 1,
  });
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    data: shown.map(approvalAnswer),
    next_cursor: rows.length > limit && last ? cursorOf({ at: last.createdAt, id: last.id }) : null,
  };
}

/** A row as the API tells it. */
export function approvalAnswer(row: ApprovalAnswerRow): ApprovalAnswer {
  const approval = toApproval(row);
  const { call, requirement, outcome } = approval;
  const decision = decisionAnswer(approval);
  const extension = toExtension(row);
  return {
    id: approval.id,
    status: approval.state.status,
    version: approval.version,
    call_hash: approval.callHash,
    call: { id: call.id, name: call.name, arguments: call.arguments },
    effect: approval.effect,
    tier: approval.tier,
    deadline: approval.deadline.toISOString(),
    deadline_source: row.deadlineSource as ApprovalAnswer['deadline_source'],
    ...(extension
      ? {
          extension: {
            by: extension.by,
            at: extension.at.toISOString(),
            from: extension.from.toISOString(),
            reason: extension.reason,
          },
        }
      : {}),
    rule: {
      name: requirement.rule,
      reason: requirement.reason,
      policy_version: requirement.policyVersion,
      approvals: requirement.approvals,
      rejections: requirement.rejections,
      four_eyes: requirement.fourEyes,
      groups: [...requirement.groups],
      problem: requirement.problem,
      on_timeout: requirement.onTimeout,
    },
    fulfilment: approval.fulfilment,
    votes: isBlind(approval) ? [] : approval.votes.map(voteAnswer),
    ...(decision ? { decision } : {}),
    ...(outcome ? { outcome: { by: outcome.by, at: outcome.at.toISOString(), result: outcome.result } } : {}),
    run_id: approval.runId,
    interaction_id: approval.interactionId,
    agent: row.run.agent,
    requester: row.run.requester,
    resume: resumeAnswer(row.pause),
    created_at: approval.createdAt.toISOString(),
  };
}

/** How far the resume of a pause is, as the API tells it. */
export function resumeAnswer(pause: { resumeStatus: string; message: string | null }): ApprovalAnswer['resume'] {
  return {
    status: pause.resumeStatus as ApprovalAnswer['resume']['status'], // a CHECK constraint says the same
    ...(pause.message ? { message: pause.message } : {}),
  };
}

/** The outcome of an approval as the API tells it; null while it waits. */
export function decisionAnswer({ state }: Pick<Approval, 'state'>): DecisionAnswer | null {
  if (state.status === 'pending') return null;
  const at = state.at.toISOString();
  if (state.status === 'expired') return { status: 'expired', at };
  if (state.status === 'superseded') return { status: 'superseded', at, why: state.why };
  const by =
    state.by.kind === 'people'
      ? { kind: 'people' as const, voters: state.by.voters.map(({ id, name }) => ({ id, name })) }
      : { kind: 'rule' as const, rule: state.by.rule, policy_version: state.by.policyVersion };
  const closing = { by, at, undo_until: state.undoUntil?.toISOString() ?? null };
  switch (state.status) {
    case 'approved':
      return {
        status: 'approved',
        ...closing,
        arguments: state.arguments,
        arguments_hash: argumentsHash(state.arguments),
        arguments_changed: state.changed,
        note: state.note,
      };
    case 'rejected':
      return { status: 'rejected', ...closing, reason: state.reason, next: state.next };
    case 'answered':
      return { status: 'answered', ...closing, result: state.result, note: state.note };
  }
}

function voteAnswer({ id, by, at, surface, argumentsHash: hash, ballot, voided }: Vote): VoteAnswer {
  const about = {
    id,
    by: { id: by.id, name: by.name },
    ...(by.for ? { for: { id: by.for.id, name: by.for.name } } : {}),
    at: at.toISOString(),
    surface,
    call_hash: ballot.callHash,
    arguments_hash: hash,
    voided: voided && { at: voided.at.toISOString(), why: voided.why },
  };
  switch (ballot.verdict) {
    case 'approve':
      return { verdict: 'approve', ...about, arguments: ballot.arguments, reason: ballot.note };
    case 'reject':
      return { verdict: 'reject', ...about, reason: ballot.reason, next: ballot.next };
    case 'answer':
      return { verdict: 'answer', ...about, result: ballot.result, reason: ballot.note };
  }
}
