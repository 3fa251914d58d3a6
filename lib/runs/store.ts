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
