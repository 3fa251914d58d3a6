'use server';

import { refresh } from 'next/cache';
import { z } from 'zod';
import { agoWords, extensionRefusalText, voteRefusalText } from '@/components/approvals/wording';
import { extendApproval } from '@/lib/approvals/extend';
import { mergeEdit } from '@/lib/approvals/merge-edit';
import { recordResult } from '@/lib/approvals/record-result';
import { settleResume } from '@/lib/approvals/settle-resume';
import { beginPasskeyVote, type GivenStepUp, givenStepUp, stepUpNeedOf, takeStepUp } from '@/lib/approvals/step-up';
import { approvalParts, toApproval } from '@/lib/approvals/store';
import { undoDecision } from '@/lib/approvals/undo';
import { revealField } from '@/lib/approvals/viewing';
import type { ActionAnswer, MoreAsked, VoteCommand } from '@/lib/approvals/views';
import { judgedFor, vote } from '@/lib/approvals/vote';
import { requestContext, requirePerson, requireSession } from '@/lib/auth';
import { type Approval, argumentsByHash, type Ballot, type VoteOutcome, type VoteRefusal } from '@/lib/domain/approval';
import { argumentsHash } from '@/lib/domain/call-hash';
import type { Json, JsonObject } from '@/lib/domain/json';
import { jsonObject } from '@/lib/domain/profile';
import { needsStepUp } from '@/lib/domain/step-up';
import { services } from '@/lib/services';

/** Casts a vote. Anyone can post to an action, so everything in it is read again here and judged by the use case. */
export async function voteAction(command: VoteCommand): Promise<ActionAnswer> {
  const by = await requirePerson();
  const read = await readVote(command);
  if ('refusal' in read) return refused(read.refusal);
  const { approval, ballot, given } = read;
  const context = await requestContext('web');
  const session = await requireSession();
  const asks = { tier: approval.tier, stepUp: await stepUpNeedOf(services(), session) };
  if (lacksReason(approval, ballot)) {
    return refused(
      'This call cannot be taken back: say in a few words why you approve it. Nothing was recorded.',
      asks,
    );
  }
  const taken = await takeStepUp(services(), { session, approval, ballot, given, context });
  if (taken.kind === 'refused') {
    refresh();
    return refused(taken.message);
  }
  const { stepUp } = taken;
  const outcome = await vote(services(), { approvalId: approval.id, ballot, by, surface: 'web', context, stepUp });
  refresh();
  if (outcome === null) return refused('This request does not exist.');
  const answer = voteAnswer(outcome, ballot);
  return answer.kind === 'refused' && outcome.kind === 'refused' && lacksProof(outcome.reason)
    ? { ...answer, asks: { ...asks, tier: outcome.approval.tier } }
    : answer;
}

/** What the viewer's passkey is to sign for this vote; null when it could not be read. */
export async function passkeyAction(command: VoteCommand): Promise<{ nonce: string; options: unknown } | null> {
  const by = await requirePerson('approvals.vote');
  const read = await readVote(command);
  return 'refusal' in read || lacksReason(read.approval, read.ballot)
    ? null
    : beginPasskeyVote(services(), { approval: read.approval, ballot: read.ballot, voter: by.id });
}

// The approval comes as the policy judges it for what is voted for: an edit may have raised its tier.
async function readVote(
  command: VoteCommand,
): Promise<{ approval: Approval; ballot: Ballot; given: GivenStepUp | null } | { refusal: string }> {
  const parsed = voteCommand.safeParse(command);
  if (!parsed.success) return { refusal: 'That vote could not be read. Reload the page and try again.' };
  const row = await services().db.prisma.approval.findUnique({
    where: { id: parsed.data.approvalId },
    include: approvalParts,
  });
  if (row === null) return { refusal: 'This request does not exist.' };
  const approval = toApproval(row);
  const prepared = ballotOf(parsed.data, approval, row.maskedFields);
  if ('refusal' in prepared) return prepared;
  const { ballot } = prepared;
  const judged = await judgedFor(services(), approval.id, ballot);
  return { approval: judged ?? approval, ballot, given: parsed.data.proof ?? null };
}

function lacksReason(approval: Approval, ballot: Ballot): boolean {
  return ballot.verdict === 'approve' && ballot.note === null && needsStepUp(approval.tier, ballot.verdict);
}

function lacksProof({ code }: VoteRefusal): boolean {
  return code === 'step_up_missing' || code === 'passkey_missing';
}

/** Takes the person's own decision back while its undo window is open. */
export async function undoAction(approvalId: string): Promise<ActionAnswer> {
  const by = await requirePerson();
  const outcome = await undoDecision(services(), {
    approvalId: id.parse(approvalId),
    by,
    context: await requestContext('web'),
  });
  refresh();
  if (outcome === null) return refused('This request does not exist.');
  if (outcome.kind === 'undone') return done('Taken back. The request waits again.');
  switch (outcome.reason) {
    case 'not_decided':
      return refused('There is no decision to take back.');
    case 'not_yours':
      return refused('Only whoever decided can take the decision back.');
    case 'too_late':
      return refused('Too late to undo: the decision stands.');
  }
}

/** Gives people more time to decide. */
export async function extendAction(approvalId: string, to: string, reason: string): Promise<ActionAnswer> {
  const by = await requirePerson();
  const parsed = extendCommand.safeParse({ approvalId, to, reason });
  if (!parsed.success) return refused('That could not be read. Reload the page and try again.');
  const outcome = await extendApproval(services(), { ...parsed.data, by, context: await requestContext('web') });
  refresh();
  if (outcome === null) return refused('This request does not exist.');
  return outcome.kind === 'extended' ? done('Extended.') : refused(extensionRefusalText[outcome.reason]);
}

/** Keeps what came of a call that a person carried out. */
export async function recordAction(approvalId: string, result: string | JsonObject): Promise<ActionAnswer> {
  const by = await requirePerson();
  const parsed = resultSchema.safeParse(result);
  if (!parsed.success) return refused('Say what happened: words, or a JSON object.');
  const outcome = await recordResult(services(), {
    approvalId: id.parse(approvalId),
    result: parsed.data as string | JsonObject,
    by,
    context: await requestContext('web'),
  });
  refresh();
  if (outcome === null) return refused('This request does not exist.');
  if (outcome.kind === 'recorded') return done('Recorded.');
  const { outcome: known } = outcome.approval;
  return refused(
    outcome.reason === 'not_a_reviewer'
      ? 'Your role lets you read requests but not report on them.'
      : known
        ? `${known.by.name} recorded what happened ${agoWords(known.at, services().now())}. Yours was not recorded.`
        : 'No result is awaited for this request. Nothing was recorded.',
  );
}

/** Settles a resume that is unclear or was refused. */
export async function settleAction(
  interactionId: string,
  action: 'send_again' | 'close',
  reason: string,
): Promise<ActionAnswer> {
  const by = await requirePerson();
  const parsed = settleCommand.safeParse({ interactionId, action, reason });
  if (!parsed.success) return refused('Say why in a few words: the reason stays on record.');
  const outcome = await settleResume(services(), { ...parsed.data, by, context: await requestContext('web') });
  refresh();
  if (outcome === null) return refused('There is no such pause.');
  if (outcome.kind === 'settled') {
    return done(parsed.data.action === 'send_again' ? 'It is being sent again.' : 'Closed. Nothing more is sent.');
  }
  return refused(
    outcome.reason === 'not_allowed'
      ? 'Only an admin can settle this.'
      : 'It has been settled meanwhile. Nothing was changed.',
  );
}

/** Shows one masked value to somebody who may decide; the history keeps that they asked. */
export async function revealAction(
  approvalId: string,
  pointer: string,
  of: string | null = null,
): Promise<{ kind: 'value'; value: Json } | { kind: 'refused'; message: string }> {
  const by = await requirePerson();
  const value = await revealField(services(), {
    approvalId: id.parse(approvalId),
    pointer: z.string().max(2000).parse(pointer),
    argumentsHash: hash.nullable().parse(of),
    by,
    context: await requestContext('web'),
  });
  return value === null
    ? {
        kind: 'refused',
        message: 'This value cannot be shown: it has been withdrawn, or your role does not let you see it.',
      }
    : { kind: 'value', value: value.value };
}

const id = z.string().min(1).max(100);
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const words = z.string().trim().max(4000);
const note = words.nullable().transform((value) => (value === '' ? null : value));
const resultSchema = z.union([words.min(1), jsonObject]);

const extendCommand = z.object({
  approvalId: id,
  to: z.iso.datetime().transform((text) => new Date(text)),
  reason: z.string().trim().max(500),
});

const voteCommand = z.intersection(
  z.object({ approvalId: id, callHash: hash, proof: givenStepUp.optional() }),
  z.discriminatedUnion('verdict', [
    z.object({
      verdict: z.literal('approve'),
      note,
      baseHash: hash.nullable(),
      edit: z.object({ arguments: jsonObject, kept: z.array(z.string().max(2000)).max(500) }).nullable(),
    }),
    z.object({
      verdict: z.literal('reject'),
      reason: words,
      next: z.enum(['stop', 'retry_differently', 'ask']),
    }),
    z.object({ verdict: z.literal('answer'), result: resultSchema, note }),
  ]),
);

const settleCommand = z.object({
  interactionId: z.string().min(1).max(2000),
  action: z.enum(['send_again', 'close']),
  reason: z.string().trim().min(3).max(1000),
});

// The arguments of an edit are put together here: what was masked never went to the browser.
function ballotOf(
  command: z.infer<typeof voteCommand>,
  approval: Approval,
  maskedFields: readonly string[],
): { ballot: Ballot } | { refusal: string } {
  const { callHash } = command;
  switch (command.verdict) {
    case 'reject':
      return { ballot: { callHash, verdict: 'reject', reason: command.reason, next: command.next } };
    case 'answer':
      return {
        ballot: { callHash, verdict: 'answer', result: command.result as string | JsonObject, note: command.note },
      };
    case 'approve': {
      const base = argumentsByHash(approval, command.baseHash);
      if (base === null) {
        return { refusal: 'The changed arguments that you saw have been withdrawn. Nothing was recorded: look again.' };
      }
      const args = command.edit
        ? mergeEdit(base, command.edit.arguments as JsonObject, command.edit.kept, maskedFields)
        : base;
      const asProposed = argumentsHash(args) === argumentsHash(approval.call.arguments);
      return { ballot: { callHash, verdict: 'approve', arguments: asProposed ? null : args, note: command.note } };
    }
  }
}

function voteAnswer(outcome: VoteOutcome, ballot: Ballot): ActionAnswer {
  switch (outcome.kind) {
    case 'decided':
      return done(`${{ approve: 'Approved', reject: 'Rejected', answer: 'Answered' }[ballot.verdict]}.`);
    case 'recorded':
      return done('Your vote counts. More people must agree before it is decided.');
    case 'unchanged':
      return done('Your vote was recorded already; nothing changed.');
    case 'refused':
      return {
        kind: 'refused',
        message: voteRefusalText(outcome.reason, {
          verdict: ballot.verdict,
          state: outcome.approval.state,
          deadline: outcome.approval.deadline,
          now: services().now(),
        }),
        problems: outcome.reason.code === 'arguments_invalid' ? outcome.reason.problems : [],
      };
  }
}

function done(message: string): ActionAnswer {
  return { kind: 'done', message };
}

function refused(message: string, asks?: MoreAsked): ActionAnswer {
  return { kind: 'refused', message, problems: [], ...(asks ? { asks } : {}) };
}
