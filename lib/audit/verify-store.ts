import type { Transaction } from '@/lib/db';
import type { TreeNode } from '@/lib/domain/proof/merkle';
import type { LeafRow } from './store';

/** A leaf of the tree with the entry that it is of; the entry is null when it is gone. */
export type StoredLeaf = Readonly<{
  index: number;
  hash: Uint8Array;
  entryId: string;
  entry: (LeafRow & Readonly<{ seq: bigint; tx: bigint }>) | null;
}>;

/** Leaves in the order of the log, from one place on. */
export async function leavesFrom(tx: Transaction, from: number, limit: number): Promise<StoredLeaf[]> {
  const rows = await tx.$queryRaw<
    (LeafRow & { place: bigint; hash: Uint8Array; leafOf: string; seq: bigint; tx: string })[]
  >`
    select audit_node.index as place, hash, entry_id as "leafOf", id, action, occurred_at as "occurredAt",
      actor_type as "actorType", actor_id as "actorId", actor_name as "actorName", targets, context, metadata, personal,
      version, run_id as "runId", approval_id as "approvalId", seq, tx_id::text as tx
    from audit_node left join audit_entry on audit_entry.id = audit_node.entry_id
    where level = 0 and index >= ${BigInt(from)} order by level, index limit ${limit}`;
  return rows.map(({ place, hash, leafOf, tx: number, ...entry }) => ({
    index: Number(place),
    hash,
    entryId: leafOf,
    entry: entry.id === null ? null : { ...entry, tx: BigInt(number) },
  }));
}

/** The stored nodes above the leaves that the leaves [from, to) complete. */
export async function nodesCompletedBy(tx: Transaction, from: number, to: number): Promise<TreeNode[]> {
  const rows = await tx.$queryRaw<{ level: number; index: bigint; hash: Uint8Array }[]>`
    select audit_node.level::int, audit_node.index, hash
    from generate_series(1, 52) as above (level)
    join audit_node on audit_node.level = above.level
      and audit_node.index >= (${BigInt(from)}::bigint >> above.level)
      and audit_node.index < (${BigInt(to)}::bigint >> above.level)`;
  return rows.map(({ level, index, hash }) => ({ level, index: Number(index), hash }));
}

/** Nodes above the leaves that no tree of this size has. */
export async function nodesBeyond(
  tx: Transaction,
  size: number,
  limit: number,
): Promise<{ level: number; index: number }[]> {
  const rows = await tx.$queryRaw<{ level: number; index: bigint }[]>`
    select audit_node.level::int, audit_node.index
    from generate_series(1, 52) as above (level)
    join audit_node on audit_node.level = above.level and audit_node.index >= (${BigInt(size)}::bigint >> above.level)
    limit ${limit}`;
  return rows.map(({ level, index }) => ({ level, index: Number(index) }));
}

/** Entries that the tree must have taken and has not, oldest first. */
export async function entriesBesideTheTree(tx: Transaction, limit: number): Promise<{ id: string }[]> {
  return tx.$queryRaw<{ id: string }[]>`
    select audit_entry.id from audit_entry, audit_log
    where (tx_id, audit_entry.seq) <= (grown_tx, grown_seq)
      and not exists (select from audit_node where entry_id = audit_entry.id)
    order by tx_id, audit_entry.seq limit ${limit}`;
}

/** The places of leaves with one of these hashes. */
export async function placesOfHashes(
  tx: Transaction,
  hashes: readonly Uint8Array[],
): Promise<ReadonlyMap<string, number>> {
  if (hashes.length === 0) return new Map();
  const wanted = hashes.map((hash) => Buffer.from(hash).toString('hex'));
  const rows = await tx.$queryRaw<{ hash: string; index: bigint }[]>`
    select encode(hash, 'hex') as hash, index from audit_node
    where level = 0 and hash in (select decode(hex, 'hex') from unnest(${wanted}::text[]) as hex)`;
  return new Map(rows.map(({ hash, index }) => [hash, Number(index)]));
}
