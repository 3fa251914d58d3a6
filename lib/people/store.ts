import { z } from 'zod';
import type { Transaction } from '@/lib/db';
import { can, type Person, roles } from '@/lib/domain/person';

const ownColumns = {
  id: true,
  name: true,
  email: true,
  role: true,
  deactivatedAt: true,
  seatEndsAt: true,
  groups: { select: { group: { select: { name: true } } } },
} as const;

/** The columns that make a person with those in whose place they may vote. */
export const personColumns = {
  ...ownColumns,
  delegationsTo: {
    where: { revokedAt: null },
    orderBy: { startsAt: 'asc' },
    select: { startsAt: true, endsAt: true, from: { select: ownColumns } },
  },
} as const;

const ownRow = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  role: z.enum(roles),
  deactivatedAt: z.date().nullish(),
  seatEndsAt: z.date().nullish(),
  groups: z.array(z.object({ group: z.object({ name: z.string() }) })),
});
const personRow = ownRow.extend({
  delegationsTo: z.array(z.object({ startsAt: z.date(), endsAt: z.date(), from: ownRow })),
});

/**
 * A row as the domain knows it at `now`: whose seat has ended by then is not active. Throws on a row that no code of ours
 * could have written.
 */
export function toPerson(row: unknown, now: Date): Person {
  const { delegationsTo, ...own } = personRow.parse(row);
  const delegators = delegationsTo.flatMap(({ startsAt, endsAt, from }) => {
    const person = ownPerson(from, now);
    // Who may not vote has nothing to hand on.
    if (startsAt > now || endsAt <= now || !can(person, 'approvals.vote')) return [];
    return [{ id: person.id, name: person.name, email: person.email, groups: person.groups }];
  });
  const person = ownPerson(own, now);
  return delegators.length === 0 ? person : { ...person, standsInFor: delegators };
}

function ownPerson(row: z.infer<typeof ownRow>, now: Date): Person {
  const { id, name, email, role, deactivatedAt, seatEndsAt, groups } = row;
  return {
    id,
    name,
    email,
    role,
    active: !deactivatedAt && !hasEnded(seatEndsAt ?? null, now),
    groups: groups.map(({ group }) => group.name),
  };
}

/** Whether a seat that ends at this instant is over. */
export function hasEnded(seatEndsAt: Date | null, now: Date): boolean {
  return seatEndsAt !== null && seatEndsAt <= now;
}

/**
 * Makes changes to who is an admin take turns until the transaction ends: two at once could each see the other and both
 * go, or both be the first.
 */
export async function lockPeople(tx: Transaction): Promise<void> {
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtext('countersign.people'))`;
}

export type AttemptLimit = Readonly<{ max: number; windowMs: number }>;

/**
 * Counts one attempt under `key` and says in how many milliseconds the next may follow: 0 while the limit allows it. One
 * statement, so that attempts in parallel cannot all pass the same count. A window begins with its first attempt.
 */
export async function countAttempt(tx: Transaction, key: string, limit: AttemptLimit, now: Date): Promise<number> {
  const nowMs = now.getTime();
  const rows = await tx.$queryRaw<{ count: number; begun: bigint }[]>`
    insert into rate_limit as kept (id, key, count, last_request) values (${key}, ${key}, 1, ${nowMs})
    on conflict (key) do update set
      count = case when kept.last_request <= ${nowMs - limit.windowMs} then 1 else least(kept.count + 1, 1000000) end,
      last_request = case when kept.last_request <= ${nowMs - limit.windowMs} then ${nowMs} else kept.last_request end
    returning count, last_request as begun`;
  const row = rows[0];
  if (row === undefined || row.count <= limit.max) return 0;
  return Math.max(1, Number(row.begun) + limit.windowMs - nowMs);
}

/** Drops counts whose window is long over. */
export async function dropOldAttempts(tx: Transaction, before: Date): Promise<void> {
  await tx.rateLimit.deleteMany({ where: { lastRequest: { lt: BigInt(before.getTime()) } } });
}
