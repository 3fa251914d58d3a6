import type { Transaction } from '@/lib/db';
import { maxAttempts } from './jobs';

/** Queues the copies of an approval to be brought up to date, when some workspace is connected; else does nothing. */
export async function queueSlackSync(tx: Transaction, approvalId: string): Promise<void> {
  await tx.$queryRaw`select graphile_worker.add_job('slack.sync', json_build_object('approvalId', ${approvalId}::text),
      job_key => 'slack:' || ${approvalId}::text, max_attempts => ${maxAttempts}::int)::text
    where exists (select 1 from slack_installation where status = 'active')`;
}

/** The same for every copy of a run's approvals that may still have something to tell. */
export async function queueSlackRun(tx: Transaction, runId: string): Promise<void> {
  await tx.$queryRaw`select graphile_worker.add_job('slack.run', json_build_object('runId', ${runId}::text),
      job_key => 'slack-run:' || ${runId}::text, max_attempts => ${maxAttempts}::int)::text
    where exists (select 1 from slack_message where run_id = ${runId} and not settled)`;
}
