import { appendAudit } from '@/lib/audit/append';
import { expire } from '@/lib/domain/approval';
import { system } from '@/lib/domain/audit';
import type { Services } from '@/lib/services';
import { announceApproval } from './announce';
import { queueSettlement } from './queue-settlement';
import { lockApproval, saveApproval } from './store';

/** Closes an approval whose deadline has passed. Does nothing before it, or when somebody decided; safe to repeat. */
export async function expireApproval(services: Pick<Services, 'db' | 'now'>, approvalId: string): Promise<void> {
  await services.db.prisma.$transaction(async (tx) => {
    const approval = await lockApproval(tx, approvalId);
    if (approval === null) return;
    const now = services.now();
    const expired = expire(approval, now);
    if (expired === null) return;
    await saveApproval(tx, approval, expired);
    await appendAudit(tx, now, {
      action: 'approval.expired',
      actor: system,
      targets: [{ type: 'approval', id: approval.id, name: approval.call.name }],
      context: { surface: 'worker' },
      facts: { tool: approval.call.name, deadline: approval.deadline.toISOString() },
      runId: approval.runId,
      approvalId: approval.id,
    });
    await queueSettlement(tx, now, approval.pauseId);
    await announceApproval(tx, approval);
  });
}
