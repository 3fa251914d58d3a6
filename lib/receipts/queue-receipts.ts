import type { Transaction } from '@/lib/db';
import { enqueue } from '@/lib/queue/enqueue';

/** Queues the receipts of a pause for the moment when its decisions cannot be taken back any more. */
export async function queueReceipts(tx: Transaction, pauseId: string, due: Date): Promise<void> {
  // After the resume, which somebody waits for and which takes the same lock. Who asks for a receipt has it at once.
  const runAt = new Date(due.getTime() + afterResumeMs);
  await enqueue(tx, 'receipt.issue', { pauseId }, { key: `receipt:${pauseId}`, runAt });
}

const afterResumeMs = 15_000;
