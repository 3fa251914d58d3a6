import type { Transaction } from '@/lib/db';
import { enqueue } from '@/lib/queue/enqueue';

/** Queues the next thing that is over, if there is one. */
export async function queueLapse(tx: Transaction, approvalId: string): Promise<void> {
  const claim = await tx.approvalClaim.findUnique({ where: { approvalId }, select: { lapsesAt: true } });
  if (claim === null) return;
  await enqueue(tx, 'approval.lapse', { approvalId }, { key: `lapse:${approvalId}`, runAt: claim.lapsesAt });
}
