import { z } from 'zod';
import type { ListPosition } from '@/lib/approvals/inbox-store';
import type { Database } from '@/lib/db';
import { type RunStatus, runOrigins, runStatuses } from '@/lib/domain/run';
import type { RunRow } from './views';

export type RunFilter = Readonly<{
  status: RunStatus | null;
  agentId: string | null;
  text: string | null; // words of the title
  tool?: string | null; // a function that the agent called
  requester?: string | null; // the whole of it, in any letters
  from?: Date | null;
  to?: Date | null; // exclusive
}>;

/** A search by words or by function looks no further back than this many runs, so its cost does not grow with the history. */
export const searchedRuns = 20_000;

/**
 * One page of runs, newest first, by keyset over the index of the filter; one row more than `limit` says. A page before
 * a position comes in reverse.
 */
export async function runRows(
  { pool }: Pick<Database, 'pool'>,
  query: Readonly<{
    filter: RunFilter;
    limit: number;
    from: Readonly<{ side: 'after' | 'before'; position: ListPosition }> | null;
  }>,
): Promise<readonly RunRow[]> {
  const { filter, from, limit } = query;
  const values: unknown[] = [];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const way = from?.side === 'before' ? 'asc' : 'desc';
  const where = [
    filter.status === null ? null : `run.status = ${bind(filter.status)}`,
    filter.agentId === null ? null : `run.agent_id = ${bind(filter.agentId)}`,
    filter.requester ? `lower(run.requester) = lower(${bind(filter.requester)})` : null,
    filter.from ? `run.created_at >= ${bind(filter.from)}::timestamptz` : null,
    filter.to ? `run.created_at < ${bind(filter.to)}::timestamptz` : null,
    from &&
      `(run.created_at, run.id) ${way === 'desc' ? '<' : '>'} (${bind(from.position.at)}::timestamptz, ${bind(from.position.id)}::text)`,
  ].filter((condition) => condition !== null);
  const ordered = `order by run.created_at ${way}, run.id ${way}`;
  const candidates = `select run.* from run ${where.length > 0 ? `where ${where.join(' and ')}` : ''} ${ordered}`;
  const among = [
    filter.text === null ? null : `strpos(lower(run.title), lower(${bind(filter.text)})) > 0`,
    filter.tool
      ? `exists (select from approval where approval.run_id = run.id and approval.name = ${bind(filter.tool)})`
      : null,
  ].filter((condition) => condition !== null);
  const page =
    among.length === 0
      ? `${candidates} limit ${bind(limit + 1)}`
      : `select run.* from (${candidates} limit ${searchedRuns}) run
         where ${among.join(' and ')} ${ordered} limit ${bind(limit + 1)}`;
  const { rows } = await pool.query({
    text: `with page as materialized (${page})
      select run.id, run.title, run.status, run.origin, run.requester, run.created_at, run.ended_at, agent.name as agent,
        (select count(*)::int from approval where approval.run_id = run.id and approval.status = 'pending') as pending
      from page run left join agent on agent.id = run.agent_id ${ordered}`,
    values,
  });
  return rows.map((value) => {
    const row = storedRow.parse(value);
    return { ...row, createdAt: row.created_at, endedAt: row.ended_at };
  });
}

const storedRow = z.object({
  id: z.string(),
  title: z.string(),
  status: z.enum(runStatuses),
  origin: z.enum(runOrigins),
  agent: z.string().nullable(),
  requester: z.string().nullable(),
  created_at: z.date(),
  ended_at: z.date().nullable(),
  pending: z.number(),
});
