import type { Transaction } from '@/lib/db';
import type { AuditRecord } from '@/lib/domain/audit';
import { newId } from '@/lib/ids';

/** Writes history in the caller's transaction: it stands if, and only if, the change does. */
export async function appendAudit(tx: Transaction, now: Date, ...records: readonly AuditRecord[]): Promise<void> {
  if (records.length === 0) return;
  await tx.auditEntry.createMany({
    data: records.map(({ action, actor, targets, context, facts, runId, approvalId }) => ({
      id: newId('aud', now),
      action,
      occurredAt: now,
      actorType: actor.type,
      actorId: actor.id,
      actorName: actor.name,
      targets: targets.map((target) => ({ ...target })),
      context: { ...context },
      metadata: { ...facts },
      runId: runId ?? null,
      approvalId: approvalId ?? null,
    })),
  });
}
