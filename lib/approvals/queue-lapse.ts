import type { Transaction } from '@/lib/db';
import { enqueue } from '@/lib/queue/enqueue';

/** Queues the next thing of an approval that is over, if there is one. */
export async function queueLapse(tx: Transaction, approvalId: string): Promise<void> {
  const claim = await tx.approvalClaim.findUnique({ where: { approvalId }, select: { lapsesAt: true } });
  const snooze = await tx.approvalSnooze.findFirst({
    where: { approvalId },
    orderBy: { until: 'asc' },
    select: { until: true },
  });
  const times = [claim?.lapsesAt, snooze?.until].flatMap((at) => (at ? [at.getTime()] : []));
  if (times.length === 0) return;
  const options = { key: `lapse:${approvalId}`, runAt: new Date(Math.min(...times)) };
  await enqueue(tx, 'approval.lapse', { approvalId }, options);
}
