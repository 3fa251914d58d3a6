import type { Transaction } from '@/lib/db';
import { leafText } from '@/lib/domain/proof/leaf';
import { leafHash, nodeHash, subtreesOf } from '@/lib/domain/proof/merkle';
import type { Services } from '@/lib/services';
import { sha256 } from './hashes';
import { toSealed } from './store';
import {
  insertNodes,
  isBeyondCount,
  lockLog,
  moveWatermark,
  type NewNode,
  nodeHashes,
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
export async function growLog(services: Pick<Services, 'db'>): Promise<number> {
  for (let grown = 0; ; ) {
    const step = await services.db.prisma.$transaction(growOnce);
    grown += step.grown;
    if (!step.more) return grown;
  }
}

async function growOnce(tx: Transaction): Promise<{ grown: number; more: boolean }> {
  const watermark = await lockLog(tx);
  const beyond = await isBeyondCount(tx, watermark);
  const rows = await waitingEntries(tx, watermark, { limit: batchSize, beyond });
  const waiting = rows.filter(({ taken }) => !taken);
  if (waiting.length > 0) await insertNodes(tx, await nodesOf(tx, waiting));
  const last = rows.at(-1);
  if (last !== undefined) await moveWatermark(tx, last);
  // The database was restored into a server that counts transactions anew: what came with it is in, now look from the start.
  else if (beyond) await moveWatermark(tx, { tx: '0', seq: 0n });
  return { grown: waiting.length, more: beyond || rows.length === batchSize };
}

/** The leaves of these rows, and the nodes that they complete. */
async function nodesOf(tx: Transaction, rows: readonly WaitingRow[]): Promise<NewNode[]> {
  const size = await treeSize(tx);
  const edge = subtreesOf({ from: 0, to: size });
  const hashes = await nodeHashes(tx, edge);
  const stack: NewNode[] = edge.map((subtree, place) => ({ ...subtree, hash: hashAt(hashes, place), entryId: null }));
  const made: NewNode[] = [];
  rows.forEach((row, place) => {
    const hash = leafHash(sha256, Buffer.from(leafText(toSealed(row)), 'utf8'));
    let node: NewNode = { level: 0, index: size + place, hash, entryId: row.id };
    made.push(node);
    for (let left = stack.at(-1); left !== undefined && left.level === node.level; left = stack.at(-1)) {
      stack.pop();
      node = {
        level: left.level + 1,
        index: left.index / 2,
        hash: nodeHash(sha256, left.hash, node.hash),
        entryId: null,
      };
      made.push(node);
    }
    stack.push(node);
  });
  return made;
}

function hashAt(hashes: readonly Uint8Array[], place: number): Uint8Array {
  const hash = hashes[place];
  if (hash === undefined) throw new RangeError(`no hash at ${place}`);
  return hash;
}
