import type { Transaction } from '@/lib/db';
import { notifyLive } from '@/lib/live/notify';
import { queueSlackRun, queueSlackSync } from '@/lib/queue/slack';

/**
 * Tells every surface that an approval was opened or changed: open pages once the transaction has committed, Slack by a
 * job that commits with it. Whoever changes an approval calls this in the same transaction.
 */
export async function announceApproval(tx: Transaction, approval: { id: string; runId: string }): Promise<void> {
  await notifyLive(tx, { type: 'approval', id: approval.id, runId: approval.runId });
  await queueSlackSync(tx, approval.id);
}

/** Tells every surface that something was said about an approval; copies that were done with it look once more. */
export async function announceComment(tx: Transaction, approval: { id: string; runId: string }): Promise<void> {
  await tx.slackMessage.updateMany({
    where: { approvalId: approval.id, state: 'live' },
    data: { settled: false, renderedKey: null },
  });
  await announceApproval(tx, approval);
}

/** The same for a run, or a pause of it, that went on, stopped or ended. */
export async function announceRun(tx: Transaction, runId: string): Promise<void> {
  await notifyLive(tx, { type: 'run', id: runId });
  await queueSlackRun(tx, runId);
}
