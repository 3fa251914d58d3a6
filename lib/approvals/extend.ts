import { appendAudit } from '@/lib/audit/append';
import type { Approval } from '@/lib/domain/approval';
import type { AuditContext } from '@/lib/domain/audit';
import { type ExtensionRefusal, extendDeadline } from '@/lib/domain/deadline';
import { storable } from '@/lib/domain/json';
import type { Person } from '@/lib/domain/person';
import { enqueue } from '@/lib/queue/enqueue';
import type { Services } from '@/lib/services';
import { announceApproval } from './announce';
import { lastDeadline } from './last-deadline';
import { queueReminder } from './remind';
import { lockApproval, saveApproval, toJson } from './store';

export type ExtendOutcome =
  | { kind: 'extended'; approval: Approval }
  | { kind: 'refused'; approval: Approval; reason: ExtensionRefusal; latest: Date };

/**
 * Gives an approval more time: one transaction with its entry in the history and the job that closes it at the new deadline.
 * Refusals are values and are recorded too. Null: no such approval.
 */
export async function extendApproval(
  services: Pick<Services, 'db' | 'now'>,
  input: { approvalId: string; to: Date; reason: string; by: Person; context: AuditContext },
): Promise<ExtendOutcome | null> {
  return services.db.prisma.$transaction(async (tx) => {
    const approval = await lockApproval(tx, input.approvalId);
    if (approval === null) return null;
    const { by, to } = input;
    const now = services.now();
    const latest = (await lastDeadline(tx, approval)).at;
    const reason = storable(input.reason.trim());
    const outcome = extendDeadline(approval, { to, reason }, { by, latest, now });
    const tool = approval.call.name;
    const about = {
      actor: { type: 'person' as const, id: by.id, name: by.name },
      targets: [{ type: 'approval' as const, id: approval.id, name: tool }],
      context: input.context,
      runId: approval.runId,
      approvalId: approval.id,
    };
    if (outcome.kind === 'refused') {
      const facts = { tool, reason: outcome.reason };
      await appendAudit(tx, now, { ...about, action: 'approval.extend_refused', facts });
      return { ...outcome, approval, latest };
    }
    const { approval: after } = outcome;
    await saveApproval(tx, approval, after);
    await tx.approval.update({
      where: { id: approval.id },
      data: {
        deadlineSource: 'extended',
        extension: toJson({ by: { id: by.id, name: by.name }, at: now, from: approval.deadline, reason }),
      },
    });
    await appendAudit(tx, now, {
      ...about,
      action: 'approval.extended',
      facts: { tool, from: approval.deadline.toISOString(), to: to.toISOString(), reason },
    });
    await enqueue(tx, 'approval.expire', { approvalId: approval.id }, { key: `expire:${approval.id}`, runAt: to });
    await queueReminder(tx, after);
    await announceApproval(tx, after);
    return outcome;
  });
}
