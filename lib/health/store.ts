import type { Services } from '@/lib/services';

export type QueueState = Readonly<{
  waiting: number; // due and not begun
  running: number;
  later: number; // for a time to come: deadlines, undo windows, tries again
  failed: number; // out of attempts
  oldestDueAt: Date | null;
}>;

/** How the job queue stands. */
export async function queueState({ db }: Pick<Services, 'db'>): Promise<QueueState> {
  const { rows } = await db.pool.query<QueueState>({
    name: 'queue-state',
    text: `select
        count(*) filter (where locked_at is null and attempts < max_attempts and run_at <= now())::int as waiting,
        count(*) filter (where locked_at is not null)::int as running,
        count(*) filter (where locked_at is null and attempts < max_attempts and run_at > now())::int as later,
        count(*) filter (where locked_at is null and attempts >= max_attempts)::int as failed,
        min(run_at) filter (where locked_at is null and attempts < max_attempts and run_at <= now()) as "oldestDueAt"
      from graphile_worker.jobs`,
  });
  return rows[0] ?? { waiting: 0, running: 0, later: 0, failed: 0, oldestDueAt: null };
}

export type FailedJob = Readonly<{ id: string; name: string; attempts: number; error: string; failedAt: Date }>;

/** The jobs that used up their attempts, latest first. */
export async function failedJobs({ db }: Pick<Services, 'db'>, limit: number): Promise<readonly FailedJob[]> {
  const { rows } = await db.pool.query<FailedJob>({
    name: 'failed-jobs',
    text: `select id::text, task_identifier as name, attempts::int, updated_at as "failedAt",
        left(split_part(coalesce(last_error, ''), E'\\n', 1), 300) as error
      from graphile_worker.jobs where locked_at is null and attempts >= max_attempts
      order by updated_at desc limit $1`,
    values: [limit],
  });
  return rows;
}

/** What keeps the history from being changed through our own connections: their role's rights, or the triggers alone. */
export async function historyProtection({ db }: Pick<Services, 'db'>): Promise<'role' | 'trigger'> {
  const { rows } = await db.pool.query<{ may: boolean }>({
    name: 'history-protection',
    text: `select pg_has_role(relowner, 'USAGE')
        or has_table_privilege(oid, 'UPDATE') or has_table_privilege(oid, 'DELETE') or has_table_privilege(oid, 'TRUNCATE') as may
      from pg_class where oid = 'audit_entry'::regclass`,
  });
  return rows[0]?.may === false ? 'role' : 'trigger';
}
