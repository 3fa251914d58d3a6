import { appendAudit } from '@/lib/audit/append';
import type { Approval } from '@/lib/domain/approval';
import type { AuditContext } from '@/lib/domain/audit';
import { sha256OfCanonical } from '@/lib/domain/call-hash';
import { type JsonObject, storable } from '@/lib/domain/json';
import { needsResult } from '@/lib/domain/pause';
import { can, type Person } from '@/lib/domain/person';
import type { Services } from '@/lib/services';
import { announceApproval } from './announce';
import { queueSettlement } from './queue-settlement';
import { lockApproval, saveApproval } from './store';

export type RecordResultOutcome =
  | { kind: 'recorded'; approval: Approval }
  | { kind: 'refused'; approval: Approval; reason: 'not_a_reviewer' | 'not_awaited' };

/**
 * Keeps what came of an approved call that a person carried out by hand. It is stored before anything is sent, once:
 * a second report is refused, and that recorded. Null: no such approval.
 */
export async function recordResult(
  services: Pick<Services, 'db' | 'now'>,
  input: { approvalId: string; result: string | JsonObject; by: Person; context: AuditContext },
): Promise<RecordResultOutcome | null> {
  return services.db.prisma.$transaction(async (tx) => {
    const approval = await lockApproval(tx, input.approvalId);
    if (approval === null) return null;
    const now = services.now();
    const result = storable(input.result);
    const by = { id: input.by.id, name: input.by.name };
    const about = {
      actor: { type: 'person' as const, ...by },
      targets: [{ type: 'approval' as const, id: approval.id, name: approval.call.name }],
      context: input.context,
      runId: approval.runId,
      approvalId: approval.id,
    };
    const reason = refusal(approval, input.by);
    if (reason !== null) {
      await appendAudit(tx, now, { ...about, action: 'vote.refused', facts: { verdict: 'report a result', reason } });
      return { kind: 'refused', approval, reason };
    }
    const after: Approval = {
      ...approval,
      version: approval.version + 1,
      outcome: { kind: 'manual', by, at: now, result },
    };
    await saveApproval(tx, approval, after);
    await appendAudit(tx, now, {
      ...about,
      action: 'result.recorded',
      facts: { tool: approval.call.name, resultHash: sha256OfCanonical({ result }) },
    });
    await queueSettlement(tx, now, approval.pauseId);
    await announceApproval(tx, approval);
    return { kind: 'recorded', approval: after };
  });
}

function refusal(approval: Approval, by: Person): 'not_a_reviewer' | 'not_awaited' | null {
  if (!can(by, 'approvals.vote')) return 'not_a_reviewer';
  return needsResult(approval) ? null : 'not_awaited';
}
