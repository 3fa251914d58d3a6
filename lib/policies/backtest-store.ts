import { z } from 'zod';
import type { Database } from '@/lib/db';
import { jsonObject } from '@/lib/domain/profile';

const pastCall = z.object({
  id: z.string(),
  name: z.string(),
  effect: z.string(),
  arguments: jsonObject,
  status: z.string(),
  created_at: z.date(),
  run_id: z.string(),
  origin: z.string(),
  metadata: z.unknown(),
  agent_id: z.string().nullable(),
  agent: z.string().nullable(),
  requester: z.string().nullable(),
  requester_user_id: z.string().nullable(),
  starter_user_id: z.string().nullable(),
});
export type PastCallRow = z.infer<typeof pastCall>;

export type PastPosition = Readonly<{ at: Date; id: string }>;

/** The place before the newest `count` calls; null: there are fewer. */
export async function startOfLast({ pool }: Pick<Database, 'pool'>, count: number): Promise<PastPosition | null> {
  const { rows } = await pool.query<{ created_at: Date; id: string }>({
    name: 'backtest-start',
    text: 'select created_at, id from approval order by created_at desc, id desc offset $1 limit 1',
    values: [count],
  });
  const [row] = rows;
  return row ? { at: row.created_at, id: row.id } : null;
}

/** The calls after a place, in the order of their time. */
export async function callsAfter(
  { pool }: Pick<Database, 'pool'>,
  after: PastPosition | null,
  limit: number,
): Promise<readonly PastCallRow[]> {
  const { rows } = await pool.query({
    name: after ? 'backtest-on' : 'backtest-first',
    text: `select a.id, a.name, a.effect, a.arguments, a.status, a.created_at, a.run_id, r.origin, r.metadata, r.agent_id,
        g.name as agent, r.requester, r.requester_user_id, r.starter_user_id
      from (select * from approval ${after ? 'where (created_at, id) > ($2::timestamptz, $3::text)' : ''}
        order by created_at, id limit $1) a
      join run r on r.id = a.run_id left join agent g on g.id = r.agent_id
      order by a.created_at, a.id`,
    values: after ? [limit, after.at, after.id] : [limit],
  });
  return rows.map((row) => pastCall.parse(row));
}
