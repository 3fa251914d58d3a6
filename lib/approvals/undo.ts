import { appendAudit } from '@/lib/audit/append';
import { type UndoOutcome, undo } from '@/lib/domain/approval';
import type { AuditContext } from '@/lib/domain/audit';
import type { Person } from '@/lib/domain/person';
import { notifyLive } from '@/lib/live/notify';
import type { Services } from '@/lib/services';
import { queueSettlement } from './queue-settlement';
import { lockApproval, readPause, saveApproval } from './store';

/**
 * Takes a person's own decision back, as long as its undo window is open and nothing was sent. Null: no such approval.
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
    const sent = found === null || (found.pause.resume !== 'waiting' && found.pause.resume !== 'ready');
    const outcome: UndoOutcome =
      sent || approval.outcome !== null
        ? { kind: 'refused', approval, reason: 'too_late' }
        : undo(approval, input.by, now);
    if (outcome.kind === 'refused') return outcome;
    await saveApproval(tx, approval, outcome.approval);
    await appendAudit(tx, now, {
      action: 'approval.undone',
      actor: { type: 'person', id: input.by.id, name: input.by.name },
      targets: [{ type: 'approval', id: approval.id, name: approval.call.name }],
      context: input.context,
      facts: { tool: approval.call.name },
      runId: approval.runId,
      approvalId: approval.id,
    });
    await queueSettlement(tx, now, approval.pauseId);
    await notifyLive(tx, { type: 'approval', id: approval.id, runId: approval.runId });
    return outcome;
  });
}
