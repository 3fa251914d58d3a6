import { appendAudit } from '@/lib/audit/append';
import { type UndoOutcome, undo } from '@/lib/domain/approval';
import type { AuditContext } from '@/lib/domain/audit';
import { can, type Person } from '@/lib/domain/person';
import type { Services } from '@/lib/services';
import { announceApproval } from './announce';
import { queueSettlement } from './queue-settlement';
import { lockApproval, readPause, saveApproval } from './store';

/**
 * Takes a person's own decision back, as long as its undo window is open and nothing was sent. Refusals are recorded too.
 * Null: no such approval.
 */
export async function undoDecision(
  services: Pick<Services, 'db' | 'now'>,
  input: { approvalId: string; by: Person; context: AuditContext },
): Promise<UndoOutcome | null> {
  return services.db.prisma.$transaction(async (tx) => {
    const approval = await lockApproval(tx, input.approvalId);
    if (approval === null) return null;
    const now = services.now();
    const found = await readPause(tx, approval.pauseId);
    const sent =
      found === null ||
      (found.pause.resume !== 'waiting' && found.pause.resume !== 'ready') ||
      // A receipt is out, by a clock that is ahead of ours: it says that this decision is final.
      (await tx.receipt.count({ where: { approvalId: input.approvalId } })) > 0;
    const about = {
      actor: { type: 'person' as const, id: input.by.id, name: input.by.name },
      targets: [{ type: 'approval' as const, id: approval.id, name: approval.call.name }],
      context: input.context,
      runId: approval.runId,
      approvalId: approval.id,
    };
    const refused = (reason: 'not_yours' | 'too_late') => ({ kind: 'refused' as const, approval, reason });
    const mayUndo = can(input.by, 'approvals.vote');
    const outcome: UndoOutcome = !mayUndo
      ? refused('not_yours')
      : sent || approval.outcome !== null
        ? refused('too_late')
        : undo(approval, input.by, now);
    if (outcome.kind === 'refused') {
      const facts = { verdict: 'undo', reason: outcome.reason };
      await appendAudit(tx, now, { ...about, action: 'vote.refused', facts });
      return outcome;
    }
    await saveApproval(tx, approval, outcome.approval);
    await appendAudit(tx, now, { ...about, action: 'approval.undone', facts: { tool: approval.call.name } });
    await queueSettlement(tx, now, approval.pauseId);
    await announceApproval(tx, approval);
    return outcome;
  });
}
