import { approvalParts, lockApproval, readPause, toApproval } from '@/lib/approvals/store';
import { appendAudit } from '@/lib/audit/append';
import { signStatement } from '@/lib/audit/signing-keys';
import { isUndoable } from '@/lib/domain/approval';
import { system } from '@/lib/domain/audit';
import { sha256Hex } from '@/lib/domain/proof/digest';
import { receiptDue, receiptStatement } from '@/lib/domain/receipt';
import { newId } from '@/lib/ids';
import type { Services } from '@/lib/services';
import { queueReceipts } from './queue-receipts';

export type ReceiptServices = Pick<Services, 'db' | 'env' | 'secrets' | 'now'>;

export type Receipt = Readonly<{ jws: string; entryId: string }>;

/** Issues the receipts that are due in a pause: the job that every decision queues with itself. Safe to repeat. */
export async function issueReceipts(services: ReceiptServices, pauseId: string): Promise<void> {
  const found = await readPause(services.db.prisma, pauseId);
  if (found === null) return;
  const open = found.approvals.filter((approval) => isUndoable(approval, services.now()));
  for (const approval of found.approvals) {
    if (receiptDue(approval) !== null && !open.includes(approval)) await ensureReceipt(services, approval.id);
  }
  // Decided meanwhile, by a clock that is ahead of ours or by a vote whose own job took the place of this one.
  const next = open.flatMap((approval) => receiptDue(approval) ?? []).map((due) => due.getTime());
  if (next.length > 0) await queueReceipts(services.db.prisma, pauseId, new Date(Math.max(...next)));
}

/**
 * The receipt of a decision, issued now if it was not yet: signed, stored, and its hash in the history, in one transaction.
 * Exactly one a decision, however many ask at once. Null: nothing is decided, or it can still be taken back.
 */
export async function ensureReceipt(services: ReceiptServices, approvalId: string): Promise<Receipt | null> {
  const { prisma } = services.db;
  const select = { jws: true, entryId: true } as const;
  const issued = await prisma.receipt.findUnique({ where: { approvalId }, select });
  if (issued !== null) return issued;
  const row = await prisma.approval.findUnique({ where: { id: approvalId }, include: approvalParts });
  if (row === null) return null;
  const approval = toApproval(row);
  const { origin } = await prisma.auditLog.findFirstOrThrow({ select: { origin: true } });
  const now = services.now();
  const statement = receiptStatement(approval, origin, now);
  if (statement === null) return null;
  // Before the lock: it reads the key by another connection.
  const { jws } = await signStatement(services, { ...statement });
  return prisma.$transaction(async (tx) => {
    const present = await lockApproval(tx, approvalId);
    const other = await tx.receipt.findUnique({ where: { approvalId }, select });
    if (other !== null) return other;
    // What was signed must be what stands: a job that finds otherwise comes again.
    if (present?.version !== approval.version)
      throw new Error(`Approval ${approvalId} moved while its receipt was signed`);
    const [entryId] = await appendAudit(tx, now, {
      action: 'receipt.issued',
      actor: system,
      targets: [{ type: 'approval', id: approvalId, name: approval.call.name }],
      context: { surface: 'worker' },
      facts: { tool: approval.call.name, decision: statement.decision, receiptHash: sha256Hex(jws) },
      runId: approval.runId,
      approvalId,
    });
    if (entryId === undefined) throw new Error(`the receipt of ${approvalId} has no entry in the history`);
    const data = { id: newId('rec', now), approvalId, decision: statement.decision, jws, entryId, issuedAt: now };
    return tx.receipt.create({ data, select });
  });
}
