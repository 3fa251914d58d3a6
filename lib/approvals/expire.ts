import { appendAudit } from '@/lib/audit/append';
import type { Transaction } from '@/lib/db';
import { type Approval, expire } from '@/lib/domain/approval';
import { system } from '@/lib/domain/audit';
import { enqueue } from '@/lib/queue/enqueue';
import type { Services } from '@/lib/services';
import { announceApproval } from './announce';
import { takeSteps } from './escalate';
import { lastDeadline } from './last-deadline';
import { queueSettlement } from './queue-settlement';
import { queueReminder } from './remind';
import { lockApproval, saveApproval } from './store';

/**
 * Does what the rule says when nobody has decided in time: closes the approval, or keeps it open until Gemini's retention or
 * the run's own deadline, asking everybody whom the rule names when it says so. Does nothing before the deadline, or when
 * somebody decided; safe to repeat.
 */
export async function expireApproval(services: Pick<Services, 'db' | 'now'>, approvalId: string): Promise<void> {
  await services.db.prisma.$transaction(async (tx) => {
    const approval = await lockApproval(tx, approvalId);
    if (approval === null) return;
    const now = services.now();
    if (await keptOpen(tx, approval, now)) return;
    const expired = expire(approval, now);
    if (expired === null) return;
    await saveApproval(tx, approval, expired);
    await appendAudit(tx, now, {
      action: 'approval.expired',
      ...about(approval),
      facts: { tool: approval.call.name, deadline: approval.deadline.toISOString() },
    });
    await queueSettlement(tx, now, approval.pauseId);
    await announceApproval(tx, approval);
  });
}

async function keptOpen(tx: Transaction, approval: Approval, now: Date): Promise<boolean> {
  const { onTimeout } = approval.requirement;
  if (onTimeout === 'reject' || approval.state.status !== 'pending' || now < approval.deadline) return false;
  const last = await lastDeadline(tx, approval);
  if (last.at <= now) return false;
  const escalated = onTimeout === 'escalate' ? await takeSteps(tx, approval, now, { all: true }) : null;
  const before = escalated ?? approval;
  // Once: the next deadline is the last one.
  const after: Approval = {
    ...before,
    deadline: last.at,
    requirement: { ...before.requirement, onTimeout: 'reject' },
    version: before.version + 1,
  };
  await saveApproval(tx, before, after);
  await tx.approval.update({ where: { id: approval.id }, data: { deadlineSource: last.source } });
  await appendAudit(tx, now, {
    action: 'approval.kept_open',
    ...about(approval),
    facts: {
      tool: approval.call.name,
      from: approval.deadline.toISOString(),
      to: last.at.toISOString(),
      escalated: escalated !== null,
    },
  });
  await enqueue(tx, 'approval.expire', { approvalId: approval.id }, { key: `expire:${approval.id}`, runAt: last.at });
  await queueReminder(tx, after);
  await announceApproval(tx, after);
  return true;
}

function about(approval: Approval) {
  return {
    actor: system,
    targets: [{ type: 'approval' as const, id: approval.id, name: approval.call.name }],
    context: { surface: 'worker' as const },
    runId: approval.runId,
    approvalId: approval.id,
  };
}
