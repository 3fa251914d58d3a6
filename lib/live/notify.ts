import type { Transaction } from '@/lib/db';

/** What open pages hear: which thing changed, so that they read it again. Ids only. */
export type LiveChange =
  | { type: 'approval'; id: string; runId: string }
  | { type: 'run'; id: string }
  | { type: 'slack'; id: string; runId: string } // a copy of an approval there, by the approval's id
  | { type: 'event'; id: string }
  | { type: 'agents' }
  | { type: 'holds' }
  | { type: 'people' }
  | { type: 'policies' };

export const liveChannel = 'countersign_live';

/** Tells every process on this database, once the transaction has committed. */
export async function notifyLive(tx: Transaction, change: LiveChange): Promise<void> {
  await tx.$executeRaw`select pg_notify(${liveChannel}, ${JSON.stringify(change)})`;
}
