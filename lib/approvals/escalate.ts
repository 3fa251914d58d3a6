import { appendAudit } from '@/lib/audit/append';
import type { Transaction } from '@/lib/db';
import type { Approval } from '@/lib/domain/approval';
import { system } from '@/lib/domain/audit';
import { audienceOf, escalate, nextEscalation } from '@/lib/domain/escalation';
import { type PolicyDocument, parsePolicy } from '@/lib/domain/policy/document';
import { enqueue } from '@/lib/queue/enqueue';
import type { Services } from '@/lib/services';
import { announceApproval } from './announce';
import { lockApproval, saveApproval } from './store';

/**
 * Asks whom the rule names beside the first, as far as that is due; the rest is queued. Late, after hours without a worker,
 * it takes every step that came due meanwhile. Safe to repeat: a step that was taken is not there any more.
 */
export async function escalateApproval(services: Pick<Services, 'db' | 'now'>, approvalId: string): Promise<void> {
  await services.db.prisma.$transaction(async (tx) => {
    const approval = await lockApproval(tx, approvalId);
    const now = services.now();
    if (approval?.state.status !== 'pending' || now >= approval.deadline) return;
    const after = await takeSteps(tx, approval, now);
    if (after) await announceApproval(tx, after);
    await queueEscalation(tx, after ?? approval);
  });
}

/** Queues the next step of the escalation, if there is one. */
export async function queueEscalation(tx: Transaction, approval: Approval): Promise<void> {
  const runAt = nextEscalation(approval);
  if (runAt === null) return;
  await enqueue(tx, 'approval.escalate', { approvalId: approval.id }, { key: `escalate:${approval.id}`, runAt });
}

/** Takes the steps that are due, or all, in the caller's transaction. Null: none was. */
export async function takeSteps(
  tx: Transaction,
  approval: Approval,
  now: Date,
  options: { all?: boolean } = {},
): Promise<Approval | null> {
  if (approval.requirement.handling.escalate.length === 0) return null;
  const rotations = await rotationsOf(tx, approval.requirement.policyVersion);
  const taken = escalate(approval, rotations, now, options);
  if (taken === null) return null;
  await saveApproval(tx, approval, taken.approval);
  for (const step of taken.steps) {
    const asked = [...audienceOf(step, rotations, now), ...(step.slackChannel ? [step.slackChannel] : [])];
    await appendAudit(tx, now, {
      action: 'approval.escalated',
      actor: system,
      targets: [{ type: 'approval', id: approval.id, name: approval.call.name }],
      context: { surface: 'worker' },
      facts: {
        tool: approval.call.name,
        afterMinutes: step.afterMinutes,
        groups: step.groups.join(', '),
        asked: asked.length,
      },
      runId: approval.runId,
      approvalId: approval.id,
    });
  }
  return taken.approval;
}

async function rotationsOf(tx: Transaction, version: number): Promise<PolicyDocument['rotations']> {
  const row = await tx.policyVersion.findUnique({ where: { version }, select: { document: true } });
  const parsed = row && parsePolicy(row.document);
  return parsed?.ok ? parsed.document.rotations : {};
}
