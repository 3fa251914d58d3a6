import { z } from 'zod';
import { firstKeptEntry, forgetBefore } from '@/lib/audit/erase-store';
import { reindexEntries } from '@/lib/audit/index-entries';
import { holdSearch } from '@/lib/audit/search-store';
import type { Database, Transaction } from '@/lib/db';

/** The kinds of content that can be erased, each by its own rule. */
export const retentionKinds = ['events', 'results', 'steps', 'personal'] as const;
export type RetentionKind = (typeof retentionKinds)[number];

// What of each kind is due before an instant, $1.
const due: Readonly<Record<RetentionKind, string>> = {
  events: 'from webhook_event where received_at < $1 and processed_at is not null and octet_length(raw_body) > 0',
  results: 'from run where ended_at < $1 and results_erased_at is null',
  steps: 'from run where ended_at < $1 and steps_erased_at is null',
  personal: 'from audit_personal where entry_id < $1',
};

/** How much of a kind is due, counted up to `most`. */
export async function countDue(
  { pool }: Pick<Database, 'pool'>,
  kind: RetentionKind,
  before: Date,
  most: number,
): Promise<number> {
  const { rows } = await pool.query(
    `select count(*)::int as count from (select 1 ${due[kind]} limit ${most}) counted`,
    [kind === 'personal' ? firstKeptEntry(before) : before],
  );
  return z.object({ count: z.number() }).parse(rows[0]).count;
}

/**
 * Erases up to `limit` of a kind that are older than an instant, and says how many there were. Records, hashes, decisions
 * and the log stay: only bodies and what is said of people go.
 */
export async function eraseDue(
  tx: Transaction,
  kind: RetentionKind,
  { before, now, limit }: { before: Date; now: Date; limit: number },
): Promise<number> {
  switch (kind) {
    case 'events':
      return tx.$executeRaw`
        update webhook_event set raw_body = '', headers = '{}' where id in (
          select id from webhook_event
          where received_at < ${before} and processed_at is not null and octet_length(raw_body) > 0
          order by received_at limit ${limit})`;
    case 'results': {
      const runs = await endedRuns(tx, 'results_erased_at', before, limit);
      await tx.$executeRaw`update resume_attempt set results = '[]' where pause_id in (select id from pause where run_id = any(${runs}))`;
      await tx.$executeRaw`
        update vote set result = '"erased"' where result is not null
          and approval_id in (select id from approval where run_id = any(${runs}))`;
      await tx.$executeRaw`
        update approval set
          outcome = case when outcome is null then null else jsonb_set(outcome, '{result}', '"erased"') end,
          decision = case when decision ? 'result' then jsonb_set(decision, '{result}', '"erased"') else decision end
        where run_id = any(${runs}) and (outcome is not null or decision ? 'result')`;
      return tx.$executeRaw`update run set results_erased_at = ${now} where id = any(${runs})`;
    }
    case 'steps': {
      const runs = await endedRuns(tx, 'steps_erased_at', before, limit);
      await tx.$executeRaw`update interaction set steps = '[]', output_text = null where run_id = any(${runs})`;
      return tx.$executeRaw`update run set steps_erased_at = ${now}, input = null where id = any(${runs})`;
    }
    case 'personal': {
      await holdSearch(tx);
      return reindexEntries(tx, await forgetBefore(tx, firstKeptEntry(before), limit));
    }
  }
}

async function endedRuns(
  tx: Transaction,
  column: 'results_erased_at' | 'steps_erased_at',
  before: Date,
  limit: number,
): Promise<string[]> {
  const rows =
    column === 'results_erased_at'
      ? await tx.$queryRaw<{ id: string }[]>`
          select id from run where ended_at < ${before} and results_erased_at is null order by ended_at limit ${limit} for update`
      : await tx.$queryRaw<{ id: string }[]>`
          select id from run where ended_at < ${before} and steps_erased_at is null order by ended_at limit ${limit} for update`;
  return rows.map(({ id }) => id);
}
