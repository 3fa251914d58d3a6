import { z } from 'zod';
import { readClaim } from '@/lib/approvals/claims';
import { readComments } from '@/lib/approvals/comments';
import { fieldsOf } from '@/lib/approvals/fields';
import { type ApprovalRow, approvalParts, toApproval, toExtension, toPause } from '@/lib/approvals/store';
import { type Approval, liveVotes } from '@/lib/domain/approval';
import { argumentsHash } from '@/lib/domain/call-hash';
import type { Json } from '@/lib/domain/json';
import { mask, maskedPaths, valueAt } from '@/lib/domain/masking';
import { voterName } from '@/lib/domain/names';
import { needsResult } from '@/lib/domain/pause';
import { revisionOf } from '@/lib/domain/revision';
import { runStatuses } from '@/lib/domain/run';
import { reasonBefore } from '@/lib/runs/conversation';
import type { Services } from '@/lib/services';
import { fitsInput } from './blocks/modals';
import { slackOptions, slackTierMode } from './settings';
import type { EditField, SlackView } from './view';

const mostFields = 10;

/** An approval as Slack may show it, read now; with the approval itself for whoever decides. Null: there is none. */
export async function readSlackView(
  services: Pick<Services, 'db' | 'env' | 'now'>,
  approvalId: string,
): Promise<{ view: SlackView; approval: Approval } | null> {
  const { prisma } = services.db;
  const row = await prisma.approval.findUnique({
    where: { id: approvalId },
    include: {
      ...approvalParts,
      run: {
        select: {
          requester: true,
          requesterUserId: true,
          starterUserId: true,
          status: true,
          agent: { select: { name: true } },
        },
      },
      pause: { include: { interaction: { select: { steps: true } } } },
    },
  });
  if (row === null) return null;
  const approval = toApproval(row);
  const options = await slackOptions(prisma);
  const mode = slackTierMode(options, approval.tier);
  const hidden = options.hideArguments || row.hideArgumentsInSlack || mode === 'off';
  const proposed = argumentsHash(approval.call.arguments);
  const deciding = liveVotes(approval).at(-1);
  const { state } = approval;
  const extension = toExtension(row);
  const claim = state.status === 'pending' ? await readClaim(prisma, approvalId, services.now()) : null;
  return {
    approval,
    view: {
      id: approval.id,
      runId: approval.runId,
      tool: approval.call.name,
      callHash: approval.callHash,
      revision: revisionOf(approval),
      tier: approval.tier,
      effect: hidden || tellsMasked(row) ? `Call ${approval.call.name}` : approval.effect,
      agent: row.run.agent?.name ?? null,
      requester: row.run.requester,
      rule: approval.requirement.rule,
      ruleReason: approval.requirement.reason,
      approvalsNeeded: approval.requirement.approvals,
      claim: claim && { name: claim.holder.name, givenBy: claim.givenBy?.name ?? null, at: claim.at },
      comments: await readComments(prisma, approvalId),
      groups: approval.requirement.groups,
      votes: approval.votes.map((vote) => ({
        id: vote.id,
        name: voterName(vote.by),
        verdict: vote.ballot.verdict,
        surface: vote.surface,
        edited: vote.argumentsHash !== proposed,
        voided: vote.voided !== null,
      })),
      blind: approval.requirement.handling.blindSecondReview && state.status === 'pending',
      deadline: approval.deadline,
      remindedAt: row.remindedAt,
      escalations: await escalationsOf(services, approval.id),
      extension: extension && { by: extension.by.name, at: extension.at, reason: extension.reason },
      state,
      decidedOn: 'by' in state && state.by.kind === 'people' ? (deciding?.surface ?? null) : null,
      arguments: mask(approval.call.arguments, row.maskedFields),
      masked: maskedPaths(approval.call.arguments, row.maskedFields).length,
      hidden,
      decidable: mode === 'decide',
      proposed: state.status === 'pending' && liveVotes(approval).some((vote) => vote.argumentsHash !== proposed),
      agentReason: hidden ? null : reasonOf(row.pause.interaction.steps, approval.call.id),
      fields: hidden ? null : editFields(row, approval),
      resume: toPause(row.pause).resume,
      runStatus: z.enum(runStatuses).parse(row.run.status),
      awaitsResult: needsResult(approval),
      url: `${services.env.appUrl}/approvals/${approval.id}`,
    },
  };
}

const escalationFacts = z.object({ afterMinutes: z.number(), groups: z.string(), asked: z.number() });

// The requirement names everybody who may decide by now; who came later, and when, is in the history alone.
async function escalationsOf({ db }: Pick<Services, 'db'>, approvalId: string): Promise<SlackView['escalations']> {
  const entries = await db.prisma.auditEntry.findMany({
    where: { approvalId, action: 'approval.escalated' },
    orderBy: { seq: 'asc' },
    select: { metadata: true, occurredAt: true },
  });
  return entries.map(({ metadata, occurredAt }) => ({ ...escalationFacts.parse(metadata), at: occurredAt }));
}

function reasonOf(steps: unknown, callId: string): string | null {
  return Array.isArray(steps) ? reasonBefore(steps, callId) : null;
}

// The arguments as inputs, when Slack can hold every one that could be edited; else the browser edits.
function editFields(row: ApprovalRow, approval: Approval): readonly EditField[] | null {
  if (approval.schema === null) return null;
  const all = fieldsOf(approval.call.arguments, {
    schema: approval.schema,
    maskedFields: row.maskedFields,
    riskFields: row.riskFields,
    agreed: null,
  });
  const fields = all.flatMap((field): EditField[] => {
    if (field.kind === 'json' || field.masked || !field.declared) return [];
    const { pointer, label, present, value, options, kind } = field;
    const hint = [field.description, field.limits].filter((part) => part !== null).join(' · ') || null;
    const edit: EditField = { pointer, label, hint, kind, required: field.required, present, value, options };
    return fitsInput(edit) ? [edit] : [];
  });
  return fields.length > 0 && fields.length <= mostFields ? fields : null;
}

// The sentence is made of the call's own values; one that is masked must not come in by it.
function tellsMasked(row: ApprovalRow): boolean {
  const args = row.arguments as Json;
  return maskedPaths(args, row.maskedFields).some((path) => {
    const value = valueAt(args, path);
    return leaves(value).some((leaf) => leaf.length > 1 && row.effect.includes(leaf.slice(0, 40)));
  });
}

function leaves(value: Json | undefined): readonly string[] {
  if (value === undefined || value === null) return [];
  if (typeof value === 'object') return Object.values(value as Record<string, Json>).flatMap(leaves);
  return [String(value).trim()];
}
