import { z } from 'zod';
import type { Database } from '@/lib/db';
import { approvalStatuses } from '@/lib/domain/approval';
import { runStatuses } from '@/lib/domain/run';

// A search by words looks no further back than this many of each, so its cost does not grow with the history.
const searchedAmong = 5_000;

export type RequestHit = Readonly<{
  id: string;
  effect: string;
  tool: string;
  status: (typeof approvalStatuses)[number];
}>;
export type RunHit = Readonly<{ id: string; title: string; status: (typeof runStatuses)[number] }>;

/** Requests whose sentence or function holds these words, or whose id, call or interaction this is; what waits comes first. */
export async function requestHits(
  { pool }: Pick<Database, 'pool'>,
  text: string,
  limit: number,
): Promise<readonly RequestHit[]> {
  const { rows } = await pool.query({
    name: 'search-requests',
    text: `with recent as (
        select id, effect, name, status, created_at from approval
        order by created_at desc, id desc limit ${searchedAmong})
      select id, effect, name as tool, status from (
        select id, effect, name, status, created_at from recent
        where strpos(lower(effect), lower($1)) > 0 or strpos(lower(name), lower($1)) > 0
        union
        select id, effect, name, status, created_at from approval where id = $1 or interaction_id = $1) found
      order by (status = 'pending') desc, created_at desc, id desc limit $2`,
    values: [text, limit],
  });
  return z.array(requestHit).parse(rows);
}

/** Runs whose title holds these words, or whose id or one of whose interactions this is; newest first. */
export async function runHits(
  { pool }: Pick<Database, 'pool'>,
  text: string,
  limit: number,
): Promise<readonly RunHit[]> {
  const { rows } = await pool.query({
    name: 'search-runs',
    text: `with recent as (
        select id, title, status, created_at from run order by created_at desc, id desc limit ${searchedAmong})
      select id, title, status from (
        select id, title, status, created_at from recent where strpos(lower(title), lower($1)) > 0
        union
        select id, title, status, created_at from run
        where id = $1 or id = (select run_id from interaction where id = $1)) found
      order by created_at desc, id desc limit $2`,
    values: [text, limit],
  });
  return z.array(runHit).parse(rows);
}

const requestHit = z.object({
  id: z.string(),
  effect: z.string(),
  tool: z.string(),
  status: z.enum(approvalStatuses),
});
const runHit = z.object({ id: z.string(), title: z.string(), status: z.enum(runStatuses) });
