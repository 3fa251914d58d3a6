import type { Transaction } from '@/lib/db';
import { type JobName, type JobPayloads, maxAttempts } from './jobs';

/**
 * Adds a job inside the caller's transaction; it starts some 10 ms after the commit and runs at least once.
 * A second job with the same `key` replaces the first while that has not started; `runAt` is a UTC instant.
 * Throws only when the database is away.
 */
export async function enqueue<Name extends JobName>(
  tx: Transaction,
  name: Name,
  payload: JobPayloads[Name],
  options: { key?: string; runAt?: Date } = {},
): Promise<void> {
  await tx.$queryRaw`select id::text from graphile_worker.add_job(
    ${name}::text, ${JSON.stringify(payload)}::json,
    run_at => ${options.runAt?.toISOString() ?? null}::timestamptz,
    job_key => ${options.key ?? null}::text,
    max_attempts => ${maxAttempts}::int)`;
}
