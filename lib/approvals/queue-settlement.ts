import type { Transaction } from '@/lib/db';
import { nextPause, readiness } from '@/lib/domain/pause';
import { receiptDue } from '@/lib/domain/receipt';
import { enqueue } from '@/lib/queue/enqueue';
import { queueReceipts } from '@/lib/receipts/queue-receipts';
import { readPause, savePause } from './store';

/**
 * Called whenever a decision was made or taken back: a pause whose calls are all settled becomes `ready` and its resume
 * is queued for the moment when nothing can be taken back any more. The caller has locked the run.
 */
export async function queueSettlement(tx: Transaction, now: Date, pauseId: string): Promise<void> {
  const found = await readPause(tx, pauseId);
  if (found === null) return;
  // Also of decisions whose pause goes no further: each is somebody's word.
  const due = found.approvals.flatMap((approval) => receiptDue(approval)?.getTime() ?? []);
  if (due.length > 0) await queueReceipts(tx, pauseId, new Date(Math.max(...due)));
  const ready = readiness(found.approvals, now);
  if (ready.kind === 'undecided' || ready.kind === 'awaiting_results') {
    const waiting = nextPause(found.pause, { type: 'decision_undone' });
    if (waiting) await savePause(tx, found.pause, waiting, now);
    return;
  }
  const all = nextPause(found.pause, { type: 'all_decided' });
  if (all) await savePause(tx, found.pause, all, now);
  if (all || found.pause.resume === 'ready') {
    const options = { key: `settle:${pauseId}`, ...(ready.kind === 'not_before' ? { runAt: ready.at } : {}) };
    await enqueue(tx, 'pause.settle', { pauseId }, options);
  }
}
