import type { Transaction } from '@/lib/db';
import type { Subtree, TreeNode } from '@/lib/domain/proof/merkle';
import type { LeafRow } from './store';

/** How far the tree has grown: everything up to this place in the log's order is in it. */
export type Watermark = Readonly<{ tx: string; seq: bigint }>;

/** A row in the log's order; `taken` when its leaf is in the tree already. */
export type WaitingRow = LeafRow & Readonly<{ seq: bigint; tx: string; taken: boolean }>;

export type NewNode = TreeNode & Readonly<{ entryId: string | null }>;

/** Waits until nobody else grows the tree; the lock is held until the transaction ends. */
export async function lockLog(tx: Transaction): Promise<Watermark> {
  const [row] = await tx.$queryRaw<{ tx: string; seq: bigint }[]>`
    select grown_tx::text as tx, grown_seq as seq from audit_log for update`;
  if (row === undefined) throw new Error('the row of the log is missing');
  return row;
}

/**
 * The transaction before which every other of this database has ended, for the statements to come. The snapshot's own
 * bound would wait for transactions of other databases on the server too. Running transactions have 32 bits of their
 * number; one that seems to be ahead of the snapshot is.
 */
export async function settledBefore(tx: Transaction): Promise<string> {
  const [row] = await tx.$queryRaw<{ before: string }[]>`
    with known as (select pg_snapshot_xmax(pg_current_snapshot())::text::bigint as next),
    running as (
      select backend_xid as xid from pg_stat_activity
      where datname = current_database() and backend_xid is not null and pid <> pg_backend_pid()
      union all select transaction from pg_prepared_xacts where database = current_database()),
    behind as (
      select next, (next - xid::text::bigint + 4294967296) % 4294967296 as distance from known left join running on true)
    select min(case when distance < 2147483648 then next - distance else next end)::text as before from behind`;
  if (row === undefined) throw new Error('the server names no transaction');
  return row.before;
}

/**
 * Entries after the watermark, in the log's order, of transactions that nothing can come before any more. An entry from
 * before a restore into another server may be numbered beyond that server's count: `beyond` asks for those.
 */
export async function waitingEntries(
  tx: Transaction,
  { tx: grownTx, seq }: Watermark,
  options: { before: string; limit: number; beyond: boolean },
): Promise<WaitingRow[]> {
  return tx.$queryRaw<WaitingRow[]>`
    select id, action, occurred_at as "occurredAt", actor_type as "actorType", actor_id as "actorId",
      actor_name as "actorName", targets, context, metadata, personal, version, run_id as "runId",
      approval_id as "approvalId", seq, tx_id::text as tx,
      exists (select from audit_node where audit_node.entry_id = audit_entry.id) as taken
    from audit_entry
    where (tx_id, seq) > (${grownTx}::xid8, ${seq}::bigint)
      and case when ${options.beyond} then tx_id >= pg_snapshot_xmax(pg_current_snapshot())
          else tx_id < ${options.before}::xid8 end
    order by tx_id, seq limit ${options.limit}`;
}

/** Whether the watermark is of a server that had counted further than this one. */
export async function isBeyondCount(tx: Transaction, { tx: grownTx }: Watermark): Promise<boolean> {
  const [row] = await tx.$queryRaw<{ beyond: boolean }[]>`
    select ${grownTx}::xid8 >= pg_snapshot_xmax(pg_current_snapshot()) as beyond`;
  return row?.beyond === true;
}

export async function moveWatermark(tx: Transaction, { tx: grownTx, seq }: Watermark): Promise<void> {
  await tx.$executeRaw`update audit_log set grown_tx = ${grownTx}::xid8, grown_seq = ${seq}::bigint`;
}

export async function insertNodes(tx: Transaction, nodes: readonly NewNode[]): Promise<void> {
  await tx.$executeRaw`
    insert into audit_node (level, index, hash, entry_id)
    select level, index, decode(hash, 'hex'), nullif(entry_id, '')
    from unnest(${nodes.map(({ level }) => level)}::smallint[], ${nodes.map(({ index }) => BigInt(index))}::bigint[],
      ${nodes.map(({ hash }) => Buffer.from(hash).toString('hex'))}::text[],
      ${nodes.map(({ entryId }) => entryId ?? '')}::text[]) as node (level, index, hash, entry_id)`;
}

/** How many leaves the tree has. */
export async function treeSize(tx: Transaction): Promise<number> {
  const newest = await tx.auditNode.findFirst({
    where: { level: 0 },
    orderBy: [{ level: 'desc' }, { index: 'desc' }],
    select: { index: true },
  });
  return newest === null ? 0 : Number(newest.index) + 1;
}

/** The hashes of these subtrees, in their order, in one query. Throws when one is missing: the tree was cut. */
export async function nodeHashes(tx: Transaction, subtrees: readonly Subtree[]): Promise<Uint8Array[]> {
  if (subtrees.length === 0) return [];
  const rows = await tx.$queryRaw<{ place: number; hash: Uint8Array }[]>`
    select place::int, hash
    from unnest(${subtrees.map(({ level }) => level)}::smallint[], ${subtrees.map(({ index }) => BigInt(index))}::bigint[])
      with ordinality as wanted (level, index, place)
    join audit_node using (level, index) order by place`;
  if (rows.length !== subtrees.length) throw new Error('nodes of the log’s tree are missing');
  return rows.map(({ hash }) => hash);
}

/** How many entries are not in the tree yet, counted up to `most`. */
export async function waitingCount(tx: Transaction, most: number): Promise<number> {
  const [row] = await tx.$queryRaw<{ count: number }[]>`
    select count(*)::int as count from (
      select from audit_entry, audit_log as log where (audit_entry.tx_id, audit_entry.seq) > (log.grown_tx, log.grown_seq)
      limit ${most}) as waiting`;
  return row?.count ?? 0;
}
