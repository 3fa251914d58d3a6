import { z } from 'zod';
import type { Database, Transaction } from '@/lib/db';

/** Where an entry stands in lists: by time, then by number. */
export type AuditPlace = Readonly<{ at: Date; sequence: bigint }>;

/** What is asked of the stored entries: newest first, or oldest first after a place, one more than `limit` says. */
export type PlaceQuery = Readonly<{
  from?: Date | undefined;
  to?: Date | undefined;
  before: AuditPlace | null;
  after: AuditPlace | null; // with it, the answer is oldest first
  limit: number;
}>;

// A dense selection fills its page among the newest entries, of a sparse one the index knows all. So neither costs more as
// the history grows. Between the two: what is dense on the whole, but not lately.
const lately = 5_000;
const longer = 60_000;
const sparse = 10_000; // so many are read through the index in some 30 ms

/** The places of the entries that fit, among those that the search knows. */
export async function searchedPlaces(
  { pool }: Pick<Database, 'pool'>,
  query: PlaceQuery & { expression: string },
): Promise<readonly AuditPlace[]> {
  const newest = await amongTheFirst(pool, query, lately);
  if (newest.length >= query.limit) return newest;
  if ((await estimatedFits(pool, query.expression)) > sparse) {
    const further = await amongTheFirst(pool, query, longer);
    if (further.length >= query.limit) return further;
  }
  return throughTheIndex(pool, query);
}

type Searching = PlaceQuery & { expression: string };

// Reads in the order of the list and stops as soon as the page is full.
async function amongTheFirst(pool: Database['pool'], query: Searching, most: number): Promise<readonly AuditPlace[]> {
  const { values, bind, range, order } = statement(query);
  const fit = `terms @@ ${bind(query.expression)}::tsquery`;
  const { rows } = await pool.query(
    `select seq, occurred_at
     from (select seq, occurred_at, terms from audit_search ${range} ${order} limit ${most}) as first
     where ${fit} ${order} limit ${query.limit}`,
    values,
  );
  return z.array(placeRow).parse(rows).map(toPlace);
}

async function throughTheIndex(pool: Database['pool'], query: Searching): Promise<readonly AuditPlace[]> {
  const { values, bind, range, order } = statement(query);
  const fit = `terms @@ ${bind(query.expression)}::tsquery`;
  const client = await pool.connect();
  try {
    // The planner cannot know that a combination is sparse; it would rather read the whole table.
    await client.query('begin; set local enable_seqscan = off');
    const { rows } = await client.query(
      `with fitting as materialized (select seq, occurred_at from audit_search where ${fit})
       select seq, occurred_at from fitting ${range} ${order} limit ${query.limit}`,
      values,
    );
    await client.query('commit');
    return z.array(placeRow).parse(rows).map(toPlace);
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}

// How many entries fit in the planner's opinion, which knows how common each term is.
async function estimatedFits(pool: Database['pool'], expression: string): Promise<number> {
  const { rows } = await pool.query('explain (format json) select from audit_search where terms @@ $1::tsquery', [
    expression,
  ]);
  return planRow.parse(rows[0])['QUERY PLAN'][0].Plan['Plan Rows'];
}

const planRow = z.object({
  'QUERY PLAN': z.tuple([z.object({ Plan: z.object({ 'Plan Rows': z.number() }) })]),
});

/** The places of all entries, by time alone. */
export async function allPlaces({ pool }: Pick<Database, 'pool'>, query: PlaceQuery): Promise<readonly AuditPlace[]> {
  const { values, range, order } = statement(query);
  const { rows } = await pool.query(
    `select seq, occurred_at from audit_entry ${range} ${order} limit ${query.limit}`,
    values,
  );
  return z.array(placeRow).parse(rows).map(toPlace);
}

/** A place in the order of the log: the transaction, then the number. */
export type LogPlace = Readonly<{ tx: string; sequence: bigint }>;

/**
 * How far the search has come; with `lock`, only for the one who may go on, else null. A database that was restored into
 * a server that counts transactions anew begins from the start: what is known already is passed over.
 */
export async function searchedUpTo(tx: Transaction, { lock = false } = {}): Promise<LogPlace | null> {
  if (lock && (await tx.$queryRaw<unknown[]>`select id from audit_search_place for update skip locked`).length === 0) {
    return null;
  }
  const rows = await tx.$queryRaw<unknown[]>`
    select case when counted_anew then '0' else tx_id::text end as tx, case when counted_anew then 0 else seq end as seq
    from (select *, tx_id >= pg_snapshot_xmax(pg_current_snapshot()) as counted_anew from audit_search_place) as place`;
  return z.array(logRow).parse(rows).map(toLogPlace)[0] ?? null;
}

/** Numbers of entries that the search does not know yet, newest first, before `before`. */
export async function unsearched(
  tx: Transaction,
  after: LogPlace,
  before: LogPlace | null,
  limit: number,
): Promise<readonly LogPlace[]> {
  const rows = await tx.$queryRaw<unknown[]>`
    select tx_id::text as tx, seq from audit_entry
    where (tx_id, seq) > (${after.tx}::xid8, ${after.sequence}::bigint)
      and (${before === null} or (tx_id, seq) < (${before?.tx ?? '0'}::xid8, ${before?.sequence ?? 0n}::bigint))
      and not exists (select from audit_search where audit_search.seq = audit_entry.seq)
    order by tx_id desc, seq desc limit ${limit}`;
  return z.array(logRow).parse(rows).map(toLogPlace);
}

/** The next entries in the order of the log, those before a transaction: none still running may slip in between. */
export async function nextToSearch(
  tx: Transaction,
  after: LogPlace,
  before: string,
  limit: number,
): Promise<readonly (LogPlace & { known: boolean })[]> {
  const rows = await tx.$queryRaw<unknown[]>`
    select tx_id::text as tx, seq, exists (select from audit_search where audit_search.seq = audit_entry.seq) as known
    from audit_entry
    where (tx_id, seq) > (${after.tx}::xid8, ${after.sequence}::bigint)
      and tx_id < ${before}::xid8
    order by tx_id, seq limit ${limit}`;
  return z
    .array(logRow.extend({ known: z.boolean() }))
    .parse(rows)
    .map((row) => ({ ...toLogPlace(row), known: row.known }));
}

/** What an entry is found by. */
export type SearchRow = Readonly<{ sequence: bigint; at: Date; terms: readonly string[] }>;

/** Stores what entries are found by, in the place of what they were found by before. */
export async function saveTerms(tx: Transaction, rows: readonly SearchRow[]): Promise<void> {
  const given = rows.map(({ sequence, at, terms }) => ({ seq: String(sequence), at, terms }));
  await tx.$executeRaw`
    insert into audit_search (seq, occurred_at, terms)
    select (row->>'seq')::bigint, (row->>'at')::timestamptz,
      array_to_tsvector(array(select jsonb_array_elements_text(row->'terms')))
    from jsonb_array_elements(${JSON.stringify(given)}::jsonb) as given (row)
    on conflict (seq) do update set terms = excluded.terms`;
}

/** Waits for whoever makes entries searchable, and keeps them from it until the transaction ends. */
export async function holdSearch(tx: Transaction): Promise<void> {
  await tx.$queryRaw`select 1 as held from audit_search_place for update`;
}

/** Which of these entries the search knows. */
export async function alreadySearched(tx: Transaction, sequences: readonly bigint[]): Promise<ReadonlySet<bigint>> {
  const rows = await tx.$queryRaw<unknown[]>`
    select seq from audit_search where seq = any(${sequences.map(String)}::bigint[])`;
  return new Set(
    z
      .array(z.object({ seq: whole }))
      .parse(rows)
      .map(({ seq }) => seq),
  );
}

/** Says how far the search has come. */
export async function markSearched(tx: Transaction, place: LogPlace): Promise<void> {
  await tx.$executeRaw`update audit_search_place set tx_id = ${place.tx}::xid8, seq = ${place.sequence}`;
}

/** Whether anything waits to be made searchable. */
export async function hasUnsearched(tx: Transaction): Promise<boolean> {
  const [row] = await tx.$queryRaw<{ waits: boolean }[]>`
    select exists (select from audit_entry, audit_search_place as known
      where (audit_entry.tx_id, audit_entry.seq) > (known.tx_id, known.seq)
        or known.tx_id >= pg_snapshot_xmax(pg_current_snapshot())) as waits`;
  return row?.waits ?? false;
}

// The two halves of a statement over places share how they are bound, limited and ordered.
function statement({ from, to, before, after }: PlaceQuery) {
  const values: unknown[] = [];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const place = ({ at, sequence }: AuditPlace) => `(${bind(at)}::timestamptz, ${bind(sequence)}::bigint)`;
  const limits = [
    from && `occurred_at >= ${bind(from)}::timestamptz`,
    to && `occurred_at < ${bind(to)}::timestamptz`,
    before && `(occurred_at, seq) < ${place(before)}`,
    after && `(occurred_at, seq) > ${place(after)}`,
  ].filter((limit) => limit !== null && limit !== undefined);
  const way = after === null ? 'desc' : 'asc';
  return {
    values,
    bind,
    range: limits.length === 0 ? '' : `where ${limits.join(' and ')}`,
    order: `order by occurred_at ${way}, seq ${way}`,
  };
}

const whole = z.union([z.bigint(), z.string().transform(BigInt)]);
const placeRow = z.object({ seq: whole, occurred_at: z.date() });
const logRow = z.object({ tx: z.string(), seq: whole });

const toPlace = ({ seq, occurred_at }: z.output<typeof placeRow>): AuditPlace => ({ at: occurred_at, sequence: seq });
const toLogPlace = ({ tx, seq }: z.output<typeof logRow>): LogPlace => ({ tx, sequence: seq });
