import type { Transaction } from '@/lib/db';
import { maxAttempts } from '@/lib/queue/jobs';
import type { Services } from '@/lib/services';

// After hours of downtime every run is due at once; what people and events wait for goes first all the same.
const behindEverything = 10; // graphile-worker: larger is later, 0 is the default

/**
 * Takes runs whose next reading is due and queues the reading of their newest interaction, in one statement. Each gets a
 * provisional next time, which the reading itself replaces, so a reading that is lost is made up for. Returns how many.
 */
export async function dueRuns(services: Pick<Services, 'db' | 'now' | 'env'>, limit: number): Promise<number> {
  const { rowCount } = await services.db.pool.query({
    name: 'due-runs',
    text: `with due as (
        select id from run where next_read_at <= $1 order by next_read_at limit $2 for update skip locked),
      taken as (
        update run set next_read_at = $1::timestamptz + make_interval(secs => $3 * (1 + random() / 4))
        from due where run.id = due.id returning run.id),
      newest as (
        select taken.id as run_id, latest.id as interaction_id
        from taken cross join lateral (
          select interaction.id from interaction where interaction.run_id = taken.id
          order by position desc, first_seen_at asc limit 1) latest)
      select graphile_worker.add_job('interaction.sync',
        json_build_object('interactionId', interaction_id, 'runId', run_id),
        job_key => 'read:' || interaction_id, max_attempts => $4, priority => $5)
      from newest`,
    values: [services.now(), limit, services.env.reconcileSeconds, maxAttempts, behindEverything],
  });
  return rowCount ?? 0;
}

/** A run that a reading may belong to, and what says so. `rooted`: its first interaction is known. */
export type RunOfReading = Readonly<{
  by: 'interaction' | 'previous' | 'token';
  runId: string;
  origin: string;
  message: string | null;
  rooted: boolean;
}>;

/**
 * The runs that a reading may belong to, in one statement at the head of its transaction. Lets that commit without waiting
 * for the disk: the job that read is taken off the queue later, so should the database crash in between, it reads again;
 * and whoever acts on the reading writes after it, which brings both to the disk.
 */
export async function runsOfReading(
  tx: Transaction,
  reading: { interactionId: string; previousId: string | null; runToken: string | null },
): Promise<readonly RunOfReading[]> {
  const rows = await tx.$queryRaw<(RunOfReading | { by: null })[]>`
    select found.by, run.id as "runId", run.origin, run.message, run.root_interaction_id is not null as rooted, lazily
    from (select set_config('synchronous_commit', 'off', true) as lazily) as setting
    left join (
      select 'interaction' as by, run_id from interaction where id = ${reading.interactionId}
      union all select 'previous', run_id from interaction where id = ${reading.previousId}
      union all select 'token', id from run where token = ${reading.runToken}) as found on true
    left join run on run.id = found.run_id`;
  return rows.filter((row) => row.by !== null);
}
