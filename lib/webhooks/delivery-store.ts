import pg from 'pg';
import { batched } from '@/lib/batched';
import { maxAttempts } from '@/lib/queue/jobs';

/** A verified delivery as it is kept. */
export type DeliveryRow = Readonly<{
  id: string;
  scheme: string;
  tokenHash: string | null;
  headers: Readonly<Record<string, string>>;
  rawBody: Buffer;
  type: string | null;
  interactionId: string | null;
  runToken: string | null;
}>;

const writers = new WeakMap<pg.Pool, (row: DeliveryRow) => Promise<void>>();
const largestBatch = 64; // at most 4 MiB of bodies in one statement

/**
 * Keeps a delivery once and queues the look at it; both stand, or the promise is rejected. What comes in while a
 * statement is under way shares the next one: a commit waits for the disk, and PostgreSQL lets those that notify take
 * turns at it, so one by one a burst would be answered at the disk's pace.
 */
export function storeDelivery(pool: pg.Pool, row: DeliveryRow): Promise<void> {
  const writer =
    writers.get(pool) ?? batched((rows) => insert(pool, rows), { largest: largestBatch, isAboutOne: isAboutData });
  writers.set(pool, writer);
  return writer(row);
}

/** Whether a row was wrong, and not the database away: then the others of its batch can still be stored. */
export function isAboutData(error: unknown): boolean {
  return error instanceof pg.DatabaseError && /^(22|23|54)/.test(error.code ?? ''); // data exception, constraint, limit
}

async function insert(pool: pg.Pool, rows: readonly DeliveryRow[]): Promise<void> {
  await pool.query({
    name: 'store-deliveries',
    text: `with stored as (
        insert into webhook_event (id, received_at, scheme, token_hash, headers, raw_body, type, interaction_id, run_token)
        select id, now(), scheme, token_hash, headers, raw_body, type, interaction_id, run_token
        from unnest($1::text[], $2::text[], $3::text[], $4::jsonb[], $5::bytea[], $6::text[], $7::text[], $8::text[])
          as given (id, scheme, token_hash, headers, raw_body, type, interaction_id, run_token)
        on conflict do nothing
        returning id),
      wanted as (
        select array_agg(row('event.process', json_build_object('eventId', id), null, null, $9::int, null, null, null)
          ::graphile_worker.job_spec) as jobs
        from stored having count(*) > 0),
      queued as (
        select count(*) from wanted cross join lateral graphile_worker.add_jobs(wanted.jobs))
      select pg_notify('countersign_live', json_build_object('type', 'event', 'id', id)::text)
      from stored cross join queued`,
    values: [
      rows.map(({ id }) => id),
      rows.map(({ scheme }) => scheme),
      rows.map(({ tokenHash }) => tokenHash),
      rows.map(({ headers }) => JSON.stringify(headers)),
      rows.map(({ rawBody }) => rawBody),
      rows.map(({ type }) => type),
      rows.map(({ interactionId }) => interactionId),
      rows.map(({ runToken }) => runToken),
      maxAttempts,
    ],
  });
}
