import { z } from 'zod';
import type { Database } from '@/lib/db';
import type { JsonObject } from '@/lib/domain/json';
import { jsonObject } from '@/lib/domain/profile';
import type { PersonalPart } from '@/lib/domain/proof/entry';
import type { Range } from '@/lib/domain/proof/merkle';
import type { EntryRow } from './store';

/** Which leaves are meant: by time, and by what the search knows them by. Null: all. */
export type LeafQuery = Readonly<{ from: Date | null; to: Date | null; expression: string | null }>;

/** A leaf with its entry. `searched` false: the search does not know it yet, so whether it fits must be found out. */
export type Leaf = Readonly<{ index: number; hash: string; row: EntryRow; searched: boolean }>;

/** The leaves of a range that fit, in the order of the log. */
export async function leavesIn(
  { pool }: Pick<Database, 'pool'>,
  { from, to }: Range,
  query: LeafQuery,
): Promise<Leaf[]> {
  const { rows } = await pool.query<LeafColumns>(
    `select node.index::float8 as index, encode(node.hash, 'hex') as hash, entry.*, entry.occurred_at as "occurredAt",
       entry.actor_type as "actorType", entry.actor_id as "actorId", entry.actor_name as "actorName",
       entry.run_id as "runId", entry.approval_id as "approvalId", known.seq is not null as searched
     from audit_node as node join audit_entry as entry on entry.id = node.entry_id
       left join audit_search as known on $5::text is not null and known.seq = entry.seq
     where node.level = 0 and node.index >= $1::bigint and node.index < $2::bigint
       and ($3::timestamptz is null or entry.occurred_at >= $3) and ($4::timestamptz is null or entry.occurred_at < $4)
       and ($5::text is null or known.seq is null or known.terms @@ $5::text::tsquery)
     order by node.index`,
    [from, to, query.from, query.to, query.expression],
  );
  return rows.map(({ index, hash, searched, seq, ...row }) => ({
    index,
    hash,
    searched,
    row: { ...row, seq: BigInt(seq) },
  }));
}

/** How many leaves of the first `size` fit, of those that the search knows. */
export async function countLeaves({ pool }: Pick<Database, 'pool'>, size: number, query: LeafQuery): Promise<number> {
  if (query.expression === null && query.from === null && query.to === null) return size;
  const { rows } = await pool.query<{ count: number }>(
    `select count(*)::float8 as count
     from audit_node as node join audit_entry as entry on entry.id = node.entry_id
       left join audit_search as known on $4::text is not null and known.seq = entry.seq
     where node.level = 0 and node.index < $1::bigint
       and ($2::timestamptz is null or entry.occurred_at >= $2) and ($3::timestamptz is null or entry.occurred_at < $3)
       and ($4::text is null or known.terms @@ $4::text::tsquery)`,
    [size, query.from, query.to, query.expression],
  );
  return rows[0]?.count ?? 0;
}

/** What is still known of people beside these entries, by the entry. */
export async function personalPartsOf(
  { pool }: Pick<Database, 'pool'>,
  entryIds: readonly string[],
): Promise<ReadonlyMap<string, readonly PersonalPart[]>> {
  const parts = new Map<string, PersonalPart[]>();
  if (entryIds.length === 0) return parts;
  const { rows } = await pool.query<{ entry_id: string; subject: string; salt: string; data: unknown }>(
    `select entry_id, subject, encode(salt, 'hex') as salt, data from audit_personal
     where entry_id = any($1) order by entry_id, subject`,
    [entryIds],
  );
  for (const { entry_id, subject, salt, data } of z.array(personalRow).parse(rows)) {
    const known = parts.get(entry_id) ?? [];
    known.push({ subject, salt, data: data as JsonObject });
    parts.set(entry_id, known);
  }
  return parts;
}

const personalRow = z.object({ entry_id: z.string(), subject: z.string(), salt: z.string(), data: jsonObject });

type LeafColumns = Omit<EntryRow, 'seq'> & Readonly<{ index: number; hash: string; seq: string; searched: boolean }>;
