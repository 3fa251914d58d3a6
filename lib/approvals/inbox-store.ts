import { z } from 'zod';
import type { Database } from '@/lib/db';
import { approvalStatuses, audiencesOf } from '@/lib/domain/approval';
import { voterName } from '@/lib/domain/names';
import { can, type Delegator, type Person } from '@/lib/domain/person';
import { isTier, type Tier } from '@/lib/domain/tier';
import type { ClaimView, InboxOrder, InboxRow, InboxShow, InboxTab } from './views';

/** A place in a list: the instant by which it is ordered, then the id. */
export type ListPosition = Readonly<{ at: Date; id: string }>;

export type InboxQuery = Readonly<{
  tab: InboxTab;
  order: InboxOrder; // of what is pending; what is decided is always newest first
  show: InboxShow; // of what needs the viewer
  viewer: Person;
  now: Date;
  limit: number;
  from: Readonly<{ side: 'after' | 'before'; position: ListPosition }> | null;
}>;

/**
 * One page of a tab, by keyset over the partial index of its order. Reads one row more than `limit` says, so that the
 * caller knows whether the list goes on. A page before a position comes in reverse.
 */
export async function inboxRows({ pool }: Pick<Database, 'pool'>, query: InboxQuery): Promise<readonly InboxRow[]> {
  const { tab, order, from, limit, viewer, now } = query;
  const column = tab === 'done' ? 'a.decided_at' : order === 'due' ? 'a.deadline' : 'a.created_at';
  const descending = (tab === 'done' || order === 'newest') !== (from?.side === 'before');
  const way = descending ? 'desc' : 'asc';
  const { bind, values } = parameters();
  const beyond = from
    ? `and (${column}, a.id) ${descending ? '<' : '>'} (${bind(from.position.at)}::timestamptz, ${bind(from.position.id)}::text)`
    : '';
  const ordered = `order by ${column} ${way}, a.id ${way}`;
  const limited = `limit ${bind(limit + 1)}`;
  const show = tab === 'needs_me' ? query.show : 'all';
  const snoozing = show === 'mine' || show === 'snoozed';
  const shown = show === 'unclaimed' ? `and not exists ${claimed(now, bind)}` : '';
  const aside = tab === 'needs_me' ? `and ${show === 'snoozed' ? '' : 'not'} ${snoozed(viewer, now, bind)}` : '';
  const rest = `${belongs(tab, query, bind)} ${aside} ${shown} ${beyond} ${ordered} ${limited}`;
  const chosen = 'a.id, r.requester, r.title, r.agent_id';
  const found = snoozing
    ? // Few, and found from the person's side: what else needs them is not looked at.
      `select ${chosen} from approval a join run r on r.id = a.run_id
        where a.id in (${show === 'mine' ? claimedBy(viewer, now, bind) : snoozedBy(viewer, now, bind)})
          and (a.eligible_groups = '{}' or a.eligible_groups && ${bind(allAudiences(viewer))}::text[]) and ${rest}`
    : tab === 'needs_me'
      ? `select ${chosen.replaceAll('r.', 'a.')} from (${audiences(bind(allAudiences(viewer)))}) audience cross join lateral (
          select a.id, a.created_at, a.deadline, r.requester, r.title, r.agent_id
          from approval a join run r on r.id = a.run_id
          where a.eligible_groups = audience.groups and ${rest}) a ${ordered} ${limited}`
      : `select ${chosen} from approval a join run r on r.id = a.run_id where ${rest}`;
  const { rows } = await pool.query({
    name: `inbox-${tab}-${show}-${column}-${way}-${from ? 'on' : 'first'}-${kindOf(viewer)}`,
    // The page is cut before anything is counted for its rows, so the work is that of one page however long the list is.
    text: `with page as materialized (${found})
      ${columns} from page join approval a on a.id = page.id left join agent g on g.id = page.agent_id
      ${ordered}`,
    values,
  });
  return rows.map((row) => toInboxRow(row, now));
}

/** Approved calls that a person carries out and has not reported on, the longest waiting first. */
export async function awaitingResultRows(
  { pool }: Pick<Database, 'pool'>,
  limit: number,
  now: Date,
): Promise<readonly InboxRow[]> {
  const { rows } = await pool.query({
    name: 'inbox-awaiting-result',
    text: `with page as materialized (
        select a.id, r.requester, r.title, r.agent_id from approval a join run r on r.id = a.run_id
        where ${awaitsResult}
        order by a.decided_at limit $1)
      ${columns} from page join approval a on a.id = page.id left join agent g on g.id = page.agent_id
      order by a.decided_at, a.id`,
    values: [limit],
  });
  return rows.map((row) => toInboxRow(row, now));
}

/** Rows by their ids, in no order: for a list that is on show and must not move. */
export async function rowsById(
  { pool }: Pick<Database, 'pool'>,
  ids: readonly string[],
  now: Date,
): Promise<readonly InboxRow[]> {
  if (ids.length === 0) return [];
  const { rows } = await pool.query({
    name: 'inbox-by-id',
    text: `with page as materialized (
        select a.id, r.requester, r.title, r.agent_id from approval a join run r on r.id = a.run_id
        where a.id = any($1))
      ${columns} from page join approval a on a.id = page.id left join agent g on g.id = page.agent_id`,
    values: [ids],
  });
  return rows.map((row) => toInboxRow(row, now));
}

export type InboxCounts = Readonly<{ needsMe: number; team: number; waiting: number }>;

/** More than this is not counted: `99+` says enough, and counting on would cost what the list is long. */
export const countedAtMost = 100;
// How far back a count looks for a person's own; a longer queue than this says `99+` for everybody anyway.
const countedAmong = 2000;

/** How many wait in each tab, each at most `countedAtMost`. */
export async function inboxCounts({ pool }: Pick<Database, 'pool'>, viewer: Person, now: Date): Promise<InboxCounts> {
  const { bind, values } = parameters();
  const count = (from: string) => `(select count(*)::int from (select 1 from ${from} limit ${countedAtMost}) counted)`;
  const among = (source: string, tab: InboxTab) =>
    count(
      `${source} a join run r on r.id = a.run_id where ${belongs(tab, { viewer, now }, bind)} ${tab === 'needs_me' ? `and not ${snoozed(viewer, now, bind)}` : ''}`,
    );
  const read = 'id, run_id, status, four_eyes, eligible_groups, deadline, created_at';
  const { rows } = await pool.query({
    name: `inbox-counts-${kindOf(viewer)}`,
    // Read once for each count, and only the columns that it asks for.
    text: `with recent as materialized (
        select ${read} from approval where status = 'pending' order by created_at desc, id desc limit ${countedAmong}),
      asked as materialized (
        select a.* from (${audiences(bind(allAudiences(viewer)))}) audience cross join lateral (
          select ${read} from approval where status = 'pending' and eligible_groups = audience.groups
          order by created_at desc, id desc limit ${countedAmong}) a
        limit ${countedAmong})
      select ${among('asked', 'needs_me')} as needs_me, ${among('recent', 'waiting')} as waiting,
      ${count("approval a where a.status = 'pending'")} as team, ${count(`approval a where ${awaitsResult}`)} as results`,
    values,
  });
  const row = countsRow.parse(rows[0]);
  const results = can(viewer, 'approvals.vote') ? row.results : 0;
  return { needsMe: row.needs_me + results, team: row.team, waiting: row.waiting };
}

type Bind = (value: unknown) => string;

function belongs(tab: InboxTab, { viewer, now }: Pick<InboxQuery, 'viewer' | 'now'>, bind: Bind): string {
  if (tab === 'done') return `a.status <> 'pending'`;
  if (tab === 'team') return `a.status = 'pending'`;
  // lib/domain/approval.ts: isOwnRun, mayVote, votesFor
  const spokenFor = (person: Pick<Person, 'id'>) =>
    `exists (select 1 from vote v where v.approval_id = a.id and ${bind(person.id)} in (v.user_id, v.for_user_id) and v.voided_at is null)`;
  const runOf = (person: Pick<Person, 'id' | 'email'>) =>
    `(coalesce(r.starter_user_id = ${bind(person.id)}, false) or (r.requester is not null and (coalesce(r.requester_user_id = ${bind(person.id)}, false) or lower(btrim(r.requester)) = lower(${bind(person.email)}))))`;
  const voted = () => spokenFor(viewer);
  const mine = () => runOf(viewer);
  const asked = (audience: readonly string[]) => `a.eligible_groups && ${bind(audience)}::text[]`;
  const throughOther = (other: Delegator) =>
    `(${asked(audiencesOf(other))} and not (a.four_eyes and ${runOf(other)}) and not ${spokenFor(other)})`;
  const others = viewer.standsInFor ?? [];
  const eligible = () =>
    others.length === 0
      ? '' // whoever the audiences lead to is asked themselves
      : `and (a.eligible_groups = '{}' or ${[asked(audiencesOf(viewer)), ...others.map(throughOther)].join(' or ')})`;
  if (!can(viewer, 'approvals.vote')) {
    return tab === 'needs_me' ? 'false' : `a.status = 'pending' and ${mine()}`;
  }
  return tab === 'needs_me'
    ? `a.status = 'pending' and a.deadline > ${bind(now)}::timestamptz and not (a.four_eyes and ${mine()}) and not ${voted()} ${eligible()}`
    : `a.status = 'pending' and (${voted()} or (a.four_eyes and ${mine()}))`;
}

// Statements that differ in more than their values have names of their own.
function kindOf(viewer: Person): string {
  return `${can(viewer, 'approvals.vote') ? 'voter' : 'reader'}-${viewer.standsInFor?.length ?? 0}`;
}

function allAudiences(viewer: Person): readonly string[] {
  return [...new Set([viewer, ...(viewer.standsInFor ?? [])].flatMap(audiencesOf))];
}

// lib/domain/snooze.ts: comesBackAt
function snoozed(viewer: Person, now: Date, bind: Bind): string {
  const at = `${bind(now)}::timestamptz`;
  return `exists (select 1 from approval_snooze s
    where s.user_id = ${bind(viewer.id)} and s.approval_id = a.id and s.until > ${at}
      and a.deadline - least(interval '1 hour', (a.deadline - a.created_at) * 0.15) > ${at})`;
}

function snoozedBy(viewer: Person, now: Date, bind: Bind): string {
  return `select s.approval_id from approval_snooze s where s.user_id = ${bind(viewer.id)} and s.until > ${bind(now)}::timestamptz`;
}

function claimedBy(viewer: Person, now: Date, bind: Bind): string {
  return `select c.approval_id from approval_claim c where c.user_id = ${bind(viewer.id)} and c.lapses_at > ${bind(now)}::timestamptz`;
}

// lib/approvals/claims.ts: readClaim
function claimed(now: Date, bind: Bind): string {
  return `(select 1 from approval_claim c join "user" u on u.id = c.user_id
    where c.approval_id = a.id and c.lapses_at > ${bind(now)}::timestamptz and u.deactivated_at is null)`;
}

/**
 * The sets of groups that something waits for and that this person belongs to; the empty set is everybody. Jumps from set to
 * set along the index: there are as many as rules, however much waits.
 */
function audiences(groups: string): string {
  return `with recursive sets(groups) as (
      (select eligible_groups from approval where status = 'pending' order by eligible_groups limit 1)
      union all
      select (select eligible_groups from approval where status = 'pending' and eligible_groups > sets.groups
        order by eligible_groups limit 1)
      from sets where sets.groups is not null)
    select groups from sets where groups = '{}' or groups && ${groups}::text[]`;
}

const awaitsResult = `a.status = 'approved' and a.fulfilment = 'manual' and a.outcome is null`;

function parameters(): { bind: Bind; values: unknown[] } {
  const values: unknown[] = [];
  return { values, bind: (value) => `$${values.push(value)}` };
}

const columns = `select a.id, a.pause_id, a.run_id, a.name, a.effect, a.tier, a.rule, a.rule_reason, a.approvals_needed,
  a.deadline, a.created_at, a.status, a.decided_at, a.undo_until, a.call_hash,
  a.decision->'by' as by, a.decision->>'reason' as reason, a.decision->>'why' as why,
  coalesce((a.decision->>'changed')::boolean, false) as changed,
  ${awaitsResult} as awaits_result,
  page.requester, page.title, g.name as agent,
  (select count(*)::int from vote v where v.approval_id = a.id and v.voided_at is null and v.verdict <> 'reject') as approvals,
  (select count(*)::int from approval s where s.pause_id = a.pause_id) as calls_in_pause,
  (select json_build_object('holderId', c.user_id, 'name', u.name, 'givenBy', g.name,
      'at', (extract(epoch from c.claimed_at) * 1000)::bigint, 'lapsesAt', (extract(epoch from c.lapses_at) * 1000)::bigint)
    from approval_claim c join "user" u on u.id = c.user_id left join "user" g on g.id = c.given_by
    where c.approval_id = a.id and a.status = 'pending' and u.deactivated_at is null) as claim`;

const countsRow = z.object({ needs_me: z.number(), waiting: z.number(), team: z.number(), results: z.number() });

const decidedBy = z.union([
  z.object({
    kind: z.literal('people'),
    voters: z.array(z.object({ name: z.string(), for: z.object({ name: z.string() }).optional() })),
  }),
  z.object({ kind: z.literal('rule'), rule: z.string() }),
  z.null(),
]);

const storedRow = z.object({
  id: z.string(),
  pause_id: z.string(),
  run_id: z.string(),
  name: z.string(),
  effect: z.string(),
  tier: z.number().refine(isTier),
  rule: z.string(),
  rule_reason: z.string(),
  approvals_needed: z.number(),
  approvals: z.number(),
  deadline: z.date(),
  created_at: z.date(),
  status: z.enum(approvalStatuses),
  decided_at: z.date().nullable(),
  undo_until: z.date().nullable(),
  call_hash: z.string(),
  by: decidedBy,
  reason: z.string().nullable(),
  why: z.string().nullable(),
  changed: z.boolean(),
  awaits_result: z.boolean(),
  requester: z.string().nullable(),
  title: z.string(),
  agent: z.string().nullable(),
  calls_in_pause: z.number(),
  claim: z
    .object({
      holderId: z.string(),
      name: z.string(),
      givenBy: z.string().nullable(),
      at: z.number().transform((ms) => new Date(ms)),
      lapsesAt: z.number(),
    })
    .nullable(),
});

function toInboxRow(value: unknown, now: Date): InboxRow {
  const row = storedRow.parse(value);
  const { by } = row;
  return {
    id: row.id,
    pauseId: row.pause_id,
    runId: row.run_id,
    tool: row.name,
    effect: row.effect,
    tier: row.tier as Tier,
    rule: row.rule,
    ruleReason: row.rule_reason,
    approvalsNeeded: row.approvals_needed,
    approvals: row.approvals,
    deadline: row.deadline,
    createdAt: row.created_at,
    status: row.status,
    decidedAt: row.decided_at,
    undoUntil: row.undo_until,
    decidedBy: by === null ? [] : by.kind === 'people' ? by.voters.map(voterName) : [by.rule],
    byRule: by?.kind === 'rule',
    changed: row.changed,
    reason: row.reason ?? row.why,
    awaitsResult: row.awaits_result,
    callHash: row.call_hash,
    requester: row.requester,
    runTitle: row.title,
    agent: row.agent,
    callsInPause: row.calls_in_pause,
    claim: row.claim === null || row.claim.lapsesAt <= now.getTime() ? null : claimOf(row.claim),
  };
}

function claimOf({ holderId, name, givenBy, at }: ClaimView): ClaimView {
  return { holderId, name, givenBy, at };
}
