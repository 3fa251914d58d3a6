import type { Transaction } from '@/lib/db';
import type { Lookup } from '@/lib/domain/policy/document';
import { Prisma } from '@/lib/generated/prisma/client';

/** Of which call a lookup is asked. */
export type LookupSubject = Readonly<{
  tool: string;
  agentId: string | null;
  runId: string;
  requester: string | null;
  now: Date;
}>;

// A lookup that would have to look at more calls is not answered: half a sum is worse than none.
const mostCalls = 10_000;

/**
 * Reads a policy's lookups for one call, all in one query over the index of (name, created_at). One that cannot be answered is
 * absent, so that a rule that asks for it fails: no agent or requester to look within, too many calls, or a call whose
 * argument is not a number. The call itself, when it is stored already, is left out by `except`.
 */
export async function readCounts(
  tx: Transaction,
  lookups: Readonly<Record<string, Lookup>>,
  subject: LookupSubject,
  except: string | null = null,
): Promise<Readonly<Record<string, number>>> {
  const parts = Object.entries(lookups).flatMap(([name, lookup]) => partOf(name, lookup, subject, except) ?? []);
  if (parts.length === 0) return {};
  const rows = await tx.$queryRaw<{ name: string; seen: number; calls: number; unread: number; total: number }[]>(
    Prisma.join(parts, ' union all '),
  );
  return Object.fromEntries(
    rows
      .filter(({ seen, unread }) => seen <= mostCalls && unread === 0)
      .map(({ name, calls, total }) => [name, lookups[name]?.sum === undefined ? calls : total]),
  );
}

/**
 * Makes those who judge by the same counts take turns until their transactions end: two at once would each see too little.
 * Always in the same order, and always after the lock of a run.
 */
export async function lockCounts(
  tx: Transaction,
  lookups: Readonly<Record<string, Lookup>>,
  tools: readonly string[],
): Promise<void> {
  const counted = Object.values(lookups).flatMap(({ tool }) => (tool === 'same' ? tools : [tool]));
  const names = [...new Set(counted)].toSorted();
  if (names.length === 0) return;
  await tx.$executeRaw`
    select pg_advisory_xact_lock(hashtext('countersign.counts ' || name))
    from unnest(${names}::text[]) with ordinality as counted(name, place) order by place`;
}

function partOf(name: string, lookup: Lookup, subject: LookupSubject, except: string | null): Prisma.Sql | null {
  const { within } = lookup;
  if (within === 'agent' && subject.agentId === null) return null;
  if (within === 'requester' && subject.requester === null) return null;
  const tool = lookup.tool === 'same' ? subject.tool : lookup.tool;
  const since = new Date(subject.now.getTime() - lookup.minutes * 60_000);
  const path = (lookup.sum ?? '').split('.');
  const inside = {
    everything: Prisma.sql`true`,
    run: Prisma.sql`a.run_id = ${subject.runId}`,
    agent: Prisma.sql`r.agent_id = ${subject.agentId}`,
    requester: Prisma.sql`lower(btrim(r.requester)) = lower(btrim(${subject.requester}))`,
  }[within];
  const counted =
    lookup.of === 'allowed' ? Prisma.sql`${inside} and a.status not in ('rejected', 'expired', 'superseded')` : inside;
  // Less than nothing adds nothing: a negative amount must not make room for another one.
  const amount = lookup.sum
    ? Prisma.sql`case when jsonb_typeof(a.arguments #> ${path}::text[]) = 'number'
        then greatest((a.arguments #>> ${path}::text[])::numeric, 0)::float8 end`
    : Prisma.sql`0::float8`;
  return Prisma.sql`
    select ${name}::text as name, count(*)::int as seen, count(*) filter (where counted)::int as calls,
      count(*) filter (where counted and amount is null)::int as unread,
      coalesce(sum(amount) filter (where counted), 0)::float8 as total
    from (
      select coalesce(${counted}, false) as counted, ${amount} as amount
      from (
        select * from approval where name = ${tool} and created_at > ${since} and created_at <= ${subject.now}
          and id is distinct from ${except}
        order by created_at desc, id desc limit ${mostCalls + 1}) a
      join run r on r.id = a.run_id) calls`;
}
