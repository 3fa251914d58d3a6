import type { Transaction } from '@/lib/db';
import { consistencyRanges, hashOfSubtrees, inclusionRanges, type Range, subtreesOf } from '@/lib/domain/proof/merkle';
import { sha256 } from './hashes';
import { nodeHashes, treeSize } from './tree-store';

/** The log's name, its size and its root as they stand. Entries of the last seconds may not be in it yet. */
export async function logHead(tx: Transaction): Promise<{ log: string; size: number; root: Uint8Array }> {
  const { origin } = await tx.auditLog.findFirstOrThrow({ select: { origin: true } });
  const size = await treeSize(tx);
  return { log: origin, size, root: await rootAt(tx, size) };
}

/** The root that the log had at a size. */
export async function rootAt(tx: Transaction, size: number): Promise<Uint8Array> {
  return hashOfSubtrees(sha256, await nodeHashes(tx, subtreesOf({ from: 0, to: size })));
}

/** The place of an entry in the log; null when it is not in the tree, which for a new one means: not yet. */
export async function leafIndexOf(tx: Transaction, entryId: string): Promise<number | null> {
  const leaf = await tx.auditNode.findUnique({ where: { entryId }, select: { index: true } });
  return leaf === null ? null : Number(leaf.index);
}

/** The inclusion proof of a leaf in the log at a size, from the leaf up; one query of O(log size) nodes. */
export async function inclusionProof(tx: Transaction, index: number, size: number): Promise<Uint8Array[]> {
  return hashesOfRanges(tx, inclusionRanges(index, size));
}

/** The proof that the log at one size is the beginning of the log at another. */
export async function consistencyProof(tx: Transaction, first: number, second: number): Promise<Uint8Array[]> {
  return hashesOfRanges(tx, consistencyRanges(first, second));
}

async function hashesOfRanges(tx: Transaction, ranges: readonly Range[]): Promise<Uint8Array[]> {
  const parts = ranges.map(subtreesOf);
  const hashes = await nodeHashes(tx, parts.flat());
  let at = 0;
  return parts.map((part) => {
    const own = hashes.slice(at, at + part.length);
    at += part.length;
    return hashOfSubtrees(sha256, own);
  });
}
