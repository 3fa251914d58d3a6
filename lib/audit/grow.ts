import type { Transaction } from '@/lib/db';
import { system } from '@/lib/domain/audit';
import { compactRange, subtreesOf } from '@/lib/domain/proof/merkle';
import type { Services } from '@/lib/services';
import { appendAudit } from './append';
import { leafHashOf, sha256 } from './hashes';
import { toSealed } from './store';
import {
  insertNodes,
  isBeyondCount,
  lockLog,
  moveWatermark,
  type NewNode,
  nodeHashes,
  settledBefore,
  treeSize,
  type WaitingRow,
  waitingEntries,
} from './tree-store';

const batchSize = 2_000; // entries at a time, however many wait: some megabytes

/**
 * Puts every entry that waits into the tree, in the log's order. Entries of a transaction that is older than one still
 * running wait for that one, so nothing slips in behind. Safe to repeat and to run at once with itself: they take turns.
 * Returns how many entries were put in.
 */
export async function growLog(services: Pick<Services, 'db' | 'now'>): Promise<number> {
  for (let grown = 0; ; ) {
    const step = await services.db.prisma.$transaction((tx) => growOnce(tx, services.now()));
    grown += step.grown;
    if (!step.more) return grown;
  }
}

async function growOnce(tx: Transaction, now: Date): Promise<{ grown: number; more: boolean }> {
  const watermark = await lockLog(tx);
  const beyond = await isBeyondCount(tx, watermark);
  const before = await settledBefore(tx);
  const rows = await waitingEntries(tx, watermark, { before, limit: batchSize, beyond });
  const waiting = rows.filter(({ taken }) => !taken);
  if (waiting.length > 0) await insertNodes(tx, await nodesOf(tx, waiting));
  const last = rows.at(-1);
  if (last !== undefined) await moveWatermark(tx, last);
  else if (beyond) await beginAnew(tx, now);
  return { grown: waiting.length, more: beyond || rows.length === batchSize };
}

// The database was restored into a server that counts transactions anew: what came with it is in, now look from the start.
async function beginAnew(tx: Transaction, now: Date): Promise<void> {
  await moveWatermark(tx, { tx: '0', seq: 0n });
  await appendAudit(tx, now, {
    action: 'audit.restored',
    actor: system,
    targets: [{ type: 'audit', id: 'audit' }],
    context: { surface: 'worker' },
    facts: { size: await treeSize(tx) },
  });
}

/** The leaves of these rows, and the nodes that they complete. */
async function nodesOf(tx: Transaction, rows: readonly WaitingRow[]): Promise<NewNode[]> {
  const size = await treeSize(tx);
  const subtrees = subtreesOf({ from: 0, to: size });
  const hashes = await nodeHashes(tx, subtrees);
  const edge = subtrees.flatMap((subtree, place) => {
    const hash = hashes[place];
    return hash === undefined ? [] : [{ ...subtree, hash }];
  });
  const tree = compactRange(sha256, { size, edge });
  return rows.flatMap((row) => {
    const hash = leafHashOf(toSealed(row));
    return tree.add(hash).map((node) => ({ ...node, entryId: node.level === 0 ? row.id : null }));
  });
}
