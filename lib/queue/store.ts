import type { Services } from '@/lib/services';
import { workspaceSettings } from '@/lib/settings/settings';
import { maxAttempts } from './jobs';

// Five beats must be missed before a worker counts as dead: with the sweep after it, its jobs run again within 30 s.
export const beatMs = 4_000;
const deadAfterSeconds = 20;
// A create is cut off after 30 s; whoever claimed longer ago than that will not report any more.
const attemptGoneAfterSeconds = 45;

export type WorkerIdentity = Readonly<{ id: string; host: string; pid: number; startedAt: Date }>;

/** Says that this worker lives, and which of the queue's owners it is. */
export async function beat(
  services: Pick<Services, 'db'>,
  worker: WorkerIdentity,
  jobOwners: readonly string[],
): Promise<void> {
  await services.db.pool.query({
    name: 'worker-beat',
    text: `insert into worker (id, host, pid, job_owners, started_at, beat_at) values ($1, $2, $3, $4, $5, now())
           on conflict (id) do update set beat_at = now(), job_owners = excluded.job_owners`,
    values: [worker.id, worker.host, worker.pid, jobOwners, worker.startedAt],
  });
}

/** Takes this worker off the list: it has stopped in good order and holds no jobs. */
export async function signOff(services: Pick<Services, 'db'>, workerId: string): Promise<void> {
  await services.db.pool.query('delete from worker where id = $1', [workerId]);
}

/** Frees the jobs of workers that died; the queue by itself would wait four hours. Returns how many. */
export async function freeJobsOfTheDead(services: Pick<Services, 'db'>): Promise<number> {
  const { rows } = await services.db.pool.query<{ freed: string }>({
    name: 'free-jobs',
    text: `with live as (
        select unnest(job_owners) as owner from worker where beat_at > now() - make_interval(secs => $1)),
      dead as (
        select array_agg(distinct locked_by) as owners, count(*) as jobs from graphile_worker.jobs
        where locked_at < now() - make_interval(secs => $1) and locked_by not in (select owner from live)),
      freed as (
        select graphile_worker.force_unlock_workers(owners) from dead where owners is not null),
      forgotten as (delete from worker where beat_at < now() - interval '1 hour')
      select jobs as freed from dead, freed`,
    values: [deadAfterSeconds],
  });
  return Number(rows[0]?.freed ?? 0);
}

/** The resume attempts whose sender is gone: what came of them is not known. */
export async function abandonedAttempts(
  services: Pick<Services, 'db'>,
): Promise<readonly { pauseId: string; attemptId: string }[]> {
  const { rows } = await services.db.pool.query<{ pauseId: string; attemptId: string }>({
    name: 'abandoned-attempts',
    text: `select id as "pauseId", attempt_id as "attemptId" from pause
           where resume_status = 'sending' and claimed_at < now() - make_interval(secs => $1) limit 200`,
    values: [attemptGoneAfterSeconds],
  });
  return rows;
}

/**
 * Queues again what should have happened a minute ago: approvals past their deadline and pauses that are ready. Their own
 * jobs may have used up their attempts, or been queued by a database that was restored from a backup. A job that failed and
 * will be tried again keeps its time.
 */
export async function requeueOverdue(services: Pick<Services, 'db' | 'now'>): Promise<void> {
  await services.db.pool.query({
    name: 'requeue-overdue',
    text: `with late as (
        select id from approval where status = 'pending' and deadline < $1::timestamptz - interval '1 minute'
          and not exists (select from graphile_worker.jobs where key = 'expire:' || approval.id and attempts < max_attempts)
        limit 200),
      stuck as (
        select id from pause where resume_status = 'ready' and updated_at < $1::timestamptz - interval '1 minute'
          and (not_before is null or not_before < $1::timestamptz - interval '1 minute')
          and not exists (select from graphile_worker.jobs where key = 'settle:' || pause.id and attempts < max_attempts)
        limit 200)
      select graphile_worker.add_job('approval.expire', json_build_object('approvalId', id),
          job_key => 'expire:' || id, max_attempts => $2) from late
      union all
      select graphile_worker.add_job('pause.settle', json_build_object('pauseId', id),
          job_key => 'settle:' || id, max_attempts => $2) from stuck`,
    values: [services.now(), maxAttempts],
  });
}

/**
 * Queues receipts that should have been issued minutes ago: their own jobs may have used up their attempts, or come from a
 * database that was restored. Older ones are issued when somebody asks for them.
 */
export async function requeueReceipts(services: Pick<Services, 'db' | 'now'>): Promise<void> {
  await services.db.pool.query({
    name: 'requeue-receipts',
    text: `with late as (
        select distinct pause_id from approval
        where decided_at between $1::timestamptz - interval '1 hour' and $1::timestamptz - interval '2 minutes'
          and status in ('approved', 'rejected', 'answered', 'expired')
          and not exists (select from receipt where receipt.approval_id = approval.id)
          and not exists (select from graphile_worker.jobs
            where key = 'receipt:' || approval.pause_id and attempts < max_attempts)
        limit 50)
      select graphile_worker.add_job('receipt.issue', json_build_object('pauseId', pause_id),
        job_key => 'receipt:' || pause_id, max_attempts => $2) from late`,
    values: [services.now(), maxAttempts],
  });
}

/**
 * Queues the tree's growth when entries wait for it. Appending does not do so itself: all that append at the same time would
 * wait for each other at the job's key.
 */
export async function queueGrowth(services: Pick<Services, 'db'>): Promise<void> {
  await services.db.pool.query({
    name: 'queue-growth',
    text: `select graphile_worker.add_job('audit.grow', '{}', job_key => 'audit.grow', max_attempts => $1)
           from audit_log
           where exists (select from audit_entry where (tx_id, seq) > (grown_tx, grown_seq))
             or grown_tx >= pg_snapshot_xmax(pg_current_snapshot())`,
    values: [maxAttempts],
  });
}

/** Queues a checkpoint when the log grew since the last one, and that one is as old as the settings say. */
export async function queueCheckpoint(services: Pick<Services, 'db' | 'now'>): Promise<void> {
  const { checkpointMinutes } = await workspaceSettings(services.db.prisma);
  await services.db.pool.query({
    name: 'queue-checkpoint',
    text: `select graphile_worker.add_job('audit.checkpoint', '{}', job_key => 'audit.checkpoint', max_attempts => $3)
           from (select max(size) as size, max(created_at) as made_at from audit_checkpoint) as newest
           where exists (select from audit_node where level = 0 and index = coalesce(newest.size, 0))
             and (newest.made_at is null or newest.made_at < $1::timestamptz - make_interval(mins => $2))`,
    values: [services.now(), checkpointMinutes, maxAttempts],
  });
}
