import { z } from 'zod';
import type { Person } from '@/lib/domain/person';
import type { Prisma } from '@/lib/generated/prisma/client';
import { demand } from '@/lib/people/people';
import type { Services } from '@/lib/services';

/** What became of a delivery; `waiting` until a worker has looked at it. */
export const eventOutcomes = [
  'synced',
  'foreign',
  'kept',
  'ignored',
  'not_ours',
  'refused',
  'unreadable',
  'waiting',
] as const;
export type EventOutcome = (typeof eventOutcomes)[number];

export type EventRow = Readonly<{
  id: string;
  receivedAt: Date;
  type: string | null;
  scheme: string;
  outcome: EventOutcome;
  message: string | null;
  interactionId: string | null;
  runId: string | null;
}>;

export type EventPage = Readonly<{
  rows: readonly EventRow[];
  newer: string | null; // cursors of the pages beside this one
  older: string | null;
  /** With a filter, how far back this page has looked; null: to the beginning. */
  lookedBackTo: Date | null;
}>;

export type EventFilter = Readonly<{ type?: string; outcome?: EventOutcome; before?: string; after?: string }>;

const pageSize = 50;
// A filter is applied to this many deliveries a page: what is rare would otherwise be looked for in all of history. An
// index for every filter would slow each delivery down instead.
export const lookedThrough = 20_000;

/** Deliveries, newest first, a page at a time, at a cost that does not grow with their number. For `events.read`. */
export async function listEvents(
  services: Pick<Services, 'db'>,
  by: Person,
  filter: EventFilter = {},
): Promise<EventPage> {
  demand(by, 'events.read');
  const { prisma } = services.db;
  const before = readCursor(filter.before);
  const after = before === null ? readCursor(filter.after) : null;
  const forward = after !== null;
  const from = before ? olderThan(before) : after ? newerThan(after) : {};
  const direction = forward ? 'asc' : 'desc';
  const orderBy = [{ receivedAt: direction }, { id: direction }] as const;

  const wanted = wantedBy(filter);
  let horizon: Place | null = null;
  if (wanted !== null) {
    const end = await prisma.webhookEvent.findFirst({
      where: from,
      orderBy: [...orderBy],
      skip: lookedThrough,
      select: { receivedAt: true, id: true },
    });
    horizon = end;
  }
  const within = horizon === null ? {} : forward ? olderThan(horizon) : newerThan(horizon);
  const found = await prisma.webhookEvent.findMany({
    where: { AND: [from, within, wanted ?? {}] },
    orderBy: [...orderBy],
    take: pageSize + 1,
    select: {
      id: true,
      receivedAt: true,
      type: true,
      scheme: true,
      outcome: true,
      message: true,
      interactionId: true,
      runId: true,
    },
  });
  const more = found.length > pageSize;
  const page = found.slice(0, pageSize);
  if (forward) page.reverse();
  const [first, last] = [page.at(0), page.at(-1)];
  const beyond = more || horizon !== null;
  const end = more ? (forward ? first : last) : horizon;
  return {
    rows: page.map((row) => ({ ...row, outcome: outcomeOf(row.outcome) })),
    newer: forward ? (beyond && end ? cursorOf(end) : null) : before ? cursorOf(first ?? before) : null,
    older: forward ? cursorOf(last ?? after) : beyond && end ? cursorOf(end) : null,
    lookedBackTo: !more && horizon !== null && !forward ? horizon.receivedAt : null,
  };
}

export type EventDetail = EventRow &
  Readonly<{
    processedAt: Date | null;
    headers: Readonly<Record<string, string>>;
    body: string;
    bodyBytes: number;
  }>;

const headersSchema = z.record(z.string(), z.string());

/** One delivery as received, or null. For `events.read`. */
export async function findEvent(
  services: Pick<Services, 'db'>,
  by: Person,
  eventId: string,
): Promise<EventDetail | null> {
  demand(by, 'events.read');
  const row = await services.db.prisma.webhookEvent.findUnique({ where: { id: eventId } });
  if (row === null) return null;
  const headers = headersSchema.safeParse(row.headers);
  return {
    id: row.id,
    receivedAt: row.receivedAt,
    type: row.type,
    scheme: row.scheme,
    outcome: outcomeOf(row.outcome),
    message: row.message,
    interactionId: row.interactionId,
    runId: row.runId,
    processedAt: row.processedAt,
    headers: headers.success ? headers.data : {},
    body: new TextDecoder().decode(row.rawBody), // what is not UTF-8 shows as U+FFFD
    bodyBytes: row.rawBody.length,
  };
}

type Place = Readonly<{ receivedAt: Date; id: string }>;

// `lte` beside the pair gives the index a border; the pair alone, being an OR, would not.
function olderThan({ receivedAt, id }: Place): Prisma.WebhookEventWhereInput {
  return { receivedAt: { lte: receivedAt }, OR: [{ receivedAt: { lt: receivedAt } }, { id: { lt: id } }] };
}

function newerThan({ receivedAt, id }: Place): Prisma.WebhookEventWhereInput {
  return { receivedAt: { gte: receivedAt }, OR: [{ receivedAt: { gt: receivedAt } }, { id: { gt: id } }] };
}

function wantedBy({ type, outcome }: EventFilter): Prisma.WebhookEventWhereInput | null {
  if (type === undefined && outcome === undefined) return null;
  return {
    ...(type === undefined ? {} : { type }),
    ...(outcome === undefined ? {} : { outcome: outcome === 'waiting' ? null : outcome }),
  };
}

function outcomeOf(stored: string | null): EventOutcome {
  return eventOutcomes.find((outcome) => outcome === stored) ?? 'waiting';
}

function cursorOf({ receivedAt, id }: Place): string {
  return Buffer.from(`${receivedAt.toISOString()} ${id}`).toString('base64url');
}

// A cursor comes back in an address that anybody may have changed: one that cannot be read means the first page.
function readCursor(cursor: string | undefined): Place | null {
  if (cursor === undefined || cursor.length > 600) return null;
  const [time = '', id = ''] = Buffer.from(cursor, 'base64url').toString('utf8').split(' ');
  const receivedAt = new Date(time);
  return Number.isNaN(receivedAt.getTime()) || id === '' || id.includes('\0') ? null : { receivedAt, id };
}
