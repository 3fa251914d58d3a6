import type { Transaction } from '@/lib/db';
import type { Services } from '@/lib/services';

/** A stored event that waits to be looked at, and what is known of the interaction that it is about. */
export type WaitingEvent = Readonly<{
  type: string | null;
  scheme: string;
  interactionId: string | null;
  runToken: string | null;
  receivedAt: Date;
  known: Readonly<{ runId: string; origin: string; message: string | null; readingHash: string | null }> | null;
}>;

/**
 * The event, in one statement; null: there is none, or it was looked at before. The hash of what is known of its
 * interaction is null when the same reading again might still have something to do.
 */
export async function waitingEvent(services: Pick<Services, 'db'>, eventId: string): Promise<WaitingEvent | null> {
  const { rows } = await services.db.pool.query<
    Omit<WaitingEvent, 'known'> & {
      runId: string | null;
      origin: string;
      message: string | null;
      readingHash: string | null;
    }
  >({
    name: 'waiting-event',
    text: `select event.type, event.scheme, event.interaction_id as "interactionId", event.run_token as "runToken",
                  event.received_at as "receivedAt", run.id as "runId", run.origin, run.message,
                  case when interaction.missing_since is null
                        and (interaction.status <> 'requires_action' or pause.id is not null or run.profile is null)
                    then interaction.reading_hash end as "readingHash"
           from webhook_event event
           left join interaction on interaction.id = event.interaction_id
           left join run on run.id = interaction.run_id
           left join pause on pause.interaction_id = interaction.id
           where event.id = $1 and event.processed_at is null`,
    values: [eventId],
  });
  const [row] = rows;
  if (row === undefined) return null;
  const { runId, origin, message, readingHash, ...event } = row;
  return { ...event, known: runId === null ? null : { runId, origin, message, readingHash } };
}

/** What came of looking at an event. */
export type EventOutcome = Readonly<{ id: string; outcome: string; message: string | null; runId: string | null }>;

/**
 * Marks events as looked at, tells open pages, and returns which of them were not yet. Lets the transaction commit without
 * waiting for the disk: its job is taken off the queue later, so should the database crash in between, it runs again.
 */
export async function markProcessed(tx: Transaction, now: Date, events: readonly EventOutcome[]): Promise<Set<string>> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    with done as (
      update webhook_event event
      set processed_at = ${now}::timestamptz, outcome = given.outcome, message = given.message, run_id = given.run_id
      from unnest(${events.map(({ id }) => id)}::text[], ${events.map(({ outcome }) => outcome)}::text[],
                  ${events.map(({ message }) => message)}::text[], ${events.map(({ runId }) => runId)}::text[])
        as given (id, outcome, message, run_id)
      where event.id = given.id and event.processed_at is null
      returning event.id)
    select id, set_config('synchronous_commit', 'off', true),
           pg_notify('countersign_live', json_build_object('type', 'event', 'id', id)::text)::text
    from done`;
  return new Set(rows.map(({ id }) => id));
}

// reference/gemini.md §9.4: anyone can have Google sign a delivery to our address, so looking such ids up needs a limit.
const strangersAMinute = 60;

/**
 * Whether an id from a delivery that Google signed for anyone may be looked up at Gemini: it is known here, its address
 * carries the token of a run, or there were few strangers in the last minute.
 */
export async function mayLookUp(
  services: Pick<Services, 'db' | 'now'>,
  delivery: { interactionId: string; runToken: string | null },
): Promise<boolean> {
  const { rows } = await services.db.pool.query<{ known: boolean; strangers: number }>({
    name: 'may-look-up',
    text: `select exists (select from interaction where id = $1) or exists (select from run where token = $2) as known,
                  (select count(*)::int from (
                     select from webhook_event
                     where received_at > $3::timestamptz - interval '1 minute' and scheme <> 'v1' and outcome in ('not_ours', 'ignored')
                     limit $4) as recent) as strangers`,
    values: [delivery.interactionId, delivery.runToken, services.now(), strangersAMinute],
  });
  const [row] = rows;
  return row?.known === true || (row?.strangers ?? 0) < strangersAMinute;
}
