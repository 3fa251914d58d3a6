import { z } from 'zod';
import type { Database, Transaction } from '@/lib/db';

// What of an approval, its pause and its run a rendering is made from. A copy whose key differs is out of date.
const stateKey = (
  now: string,
) => `a.version || ':' || p.version || ':' || r.status || ':' || (a.outcome is not null) || ':' || coalesce(a.reminded_at::text, '') || ':' ||
  (a.status = 'pending' and a.deadline <= ${now}::timestamptz)`;

const claimSeconds = 15; // longer than one call may take; a holder renews before each

const claimedRow = z.object({
  mine: z.boolean(),
  approvalId: z.string(),
  runId: z.string(),
  installationId: z.string(),
  kind: z.enum(['channel', 'direct', 'adopted', 'requester']),
  destination: z.string(),
  channel: z.string().nullable(),
  ts: z.string().nullable(),
  state: z.enum(['new', 'sending', 'live', 'broken', 'lost']),
  renderedHash: z.string().nullable(),
  renderedKey: z.string().nullable(),
  attempts: z.number(),
  failingSince: z.date().nullable(),
  sentAt: z.date().nullable(),
  nextTry: z.date().nullable(),
  lastError: z.string().nullable(),
  createdAt: z.date(),
  key: z.string(),
});

/** A copy as its holder finds it. */
export type Copy = Omit<z.infer<typeof claimedRow>, 'mine'> & Readonly<{ id: string; claim: string }>;

const columns = `m.approval_id as "approvalId", m.run_id as "runId", m.installation_id as "installationId", m.kind, m.destination,
  m.channel, m.ts, m.state, m.rendered_hash as "renderedHash", m.rendered_key as "renderedKey", m.attempts, m.failing_since as "failingSince",
  m.sent_at as "sentAt", m.next_try as "nextTry", m.last_error as "lastError", m.created_at as "createdAt"`;

/**
 * Takes a copy for this worker: nobody else renders or sends it until it is let go, or the claim has run out. Whoever comes
 * meanwhile leaves a mark, and the holder looks again before letting go. Null: somebody else holds it, or there is none.
 */
export async function claimCopy(
  { pool }: Pick<Database, 'pool'>,
  id: string,
  claim: string,
  now: Date,
): Promise<Copy | null> {
  const { rows } = await pool.query({
    name: 'slack-claim',
    text: `with taken as (
        update slack_message m set
          dirty = (m.claim is not null and m.claimed_until >= $3::timestamptz),
          claim = case when m.claim is null or m.claimed_until < $3::timestamptz then $2::text else m.claim end,
          claimed_until = case when m.claim is null or m.claimed_until < $3::timestamptz
            then $3::timestamptz + make_interval(secs => ${claimSeconds}) else m.claimed_until end
        where m.id = $1 returning m.*)
      select (m.claim = $2::text) as mine, ${columns}, ${stateKey('$3')} as key
      from taken m join approval a on a.id = m.approval_id join pause p on p.id = a.pause_id join run r on r.id = a.run_id`,
    values: [id, claim, now],
  });
  if (rows.length === 0) return null;
  const { mine, ...copy } = claimedRow.parse(rows[0]);
  return mine ? { ...copy, id, claim } : null;
}

/** The same copy as it stands now, for its holder. */
export async function readCopy({ pool }: Pick<Database, 'pool'>, id: string, claim: string, now: Date): Promise<Copy> {
  const { rows } = await pool.query({
    name: 'slack-copy',
    text: `select true as mine, ${columns}, ${stateKey('$2')} as key
      from slack_message m join approval a on a.id = m.approval_id join pause p on p.id = a.pause_id join run r on r.id = a.run_id
      where m.id = $1`,
    values: [id, now],
  });
  const { mine: _mine, ...copy } = claimedRow.parse(rows[0]);
  return { ...copy, id, claim };
}

/** Keeps a copy for one more call to Slack. False: somebody else has taken it, since this worker was too slow. */
export async function holdCopy({ pool }: Pick<Database, 'pool'>, copy: Copy, now: Date): Promise<boolean> {
  const { rowCount } = await pool.query({
    name: 'slack-hold',
    text: `update slack_message set claimed_until = $3::timestamptz + make_interval(secs => ${claimSeconds})
      where id = $1 and claim = $2`,
    values: [copy.id, copy.claim, now],
  });
  return rowCount === 1;
}

const storedCopy = z.object({
  id: z.string(),
  kind: z.enum(['channel', 'direct', 'adopted', 'requester']),
  destination: z.string(),
  channel: z.string().nullable(),
  ts: z.string().nullable(),
  state: z.enum(['new', 'sending', 'live', 'broken', 'lost']),
  settled: z.boolean(),
  lastError: z.string().nullable(),
  current: z.boolean(), // rendered from what is true now
  active: z.boolean(),
  workspace: z.string(),
  url: z.string().nullable(),
  channelName: z.string().nullable(),
  mine: z.boolean(), // a direct message to this person
});

/** A copy for those who ask whether it shows what is true. */
export type StoredCopy = z.infer<typeof storedCopy>;

/** The copies of an approval, those in channels first. */
export async function copiesOf(
  { pool }: Pick<Database, 'pool'>,
  approvalId: string,
  viewerId: string,
  now: Date,
): Promise<readonly StoredCopy[]> {
  const { rows } = await pool.query({
    name: 'slack-copies',
    text: `select m.id, m.kind, m.destination, m.channel, m.ts, m.state, m.settled, m.last_error as "lastError",
        coalesce(m.rendered_key = (${stateKey('$3')}), false) as current,
        i.status = 'active' as active, i.team_name as workspace, i.url, c.name as "channelName",
        exists (select 1 from slack_user_link l where l.installation_id = m.installation_id
          and l.slack_user_id = m.destination and l.user_id = $2) as mine
      from slack_message m join slack_installation i on i.id = m.installation_id
      join approval a on a.id = m.approval_id join pause p on p.id = a.pause_id join run r on r.id = a.run_id
      left join slack_channel c on c.installation_id = m.installation_id and c.id = coalesce(m.channel, m.destination)
      where m.approval_id = $1 order by m.kind in ('direct', 'requester'), m.created_at, m.id`,
    values: [approvalId, viewerId, now],
  });
  return rows.map((row) => storedCopy.parse(row));
}

/** Lets a copy go. False: something changed meanwhile, so the holder keeps it and looks again. */
export async function releaseCopy(
  { pool }: Pick<Database, 'pool'>,
  id: string,
  claim: string,
  now: Date,
): Promise<boolean> {
  const { rows } = await pool.query<{ dirty: boolean }>({
    name: 'slack-release',
    text: `with held as (select dirty from slack_message where id = $1 and claim = $2 for update),
      done as (
        update slack_message set dirty = false, updated_at = $3::timestamptz,
          claim = case when held.dirty then claim end,
          claimed_until = case when held.dirty then $3::timestamptz + make_interval(secs => ${claimSeconds}) end
        from held where id = $1)
      select dirty from held`,
    values: [id, claim, now],
  });
  return rows[0]?.dirty !== true;
}

/**
 * When a call of this kind may be made: null for at once, else the instant that is kept free for the caller. After Slack has
 * asked to wait, those who come meanwhile are let through one a second, not all at the same moment.
 */
export async function waitFor(
  { pool }: Pick<Database, 'pool'>,
  installationId: string,
  key: string,
  now: Date,
): Promise<Date | null> {
  const { rows } = await pool.query<{ mine: Date }>({
    name: 'slack-wait',
    text: `update slack_wait set until = until + interval '1.1 seconds'
      where installation_id = $1 and key = $2 and until > $3::timestamptz
      returning until - interval '1.1 seconds' as mine`,
    values: [installationId, key, now],
  });
  return rows[0]?.mine ?? null;
}

/** Keeps that Slack asked to wait; returns the instant for the caller's own next try. */
export async function rememberWait(
  { pool }: Pick<Database, 'pool'>,
  installationId: string,
  key: string,
  until: Date,
): Promise<Date> {
  const { rows } = await pool.query<{ mine: Date }>({
    name: 'slack-remember-wait',
    text: `insert into slack_wait as w (installation_id, key, until)
      values ($1, $2, $3::timestamptz + interval '1.1 seconds')
      on conflict (installation_id, key) do update set until = greatest(w.until + interval '1.1 seconds', excluded.until)
      returning until - interval '1.1 seconds' as mine`,
    values: [installationId, key, until],
  });
  return rows[0]?.mine ?? until;
}

/** Takes a key once: true the first time, false while it is remembered. */
export async function takeOnce(
  { pool }: Pick<Database, 'pool'>,
  key: string,
  now: Date,
  keepMs: number,
): Promise<boolean> {
  const { rowCount } = await pool.query({
    name: 'slack-seen',
    text: `insert into slack_seen as s (key, expires_at) values ($1, $3::timestamptz)
      on conflict (key) do update set expires_at = excluded.expires_at where s.expires_at < $2::timestamptz`,
    values: [key, now, new Date(now.getTime() + keepMs)],
  });
  return rowCount === 1;
}

/** Forgets what no longer matters: keys, waits, addresses and authorisations that have run out. */
export async function forgetOld({ pool }: Pick<Database, 'pool'>, now: Date): Promise<void> {
  await pool.query('delete from slack_seen where expires_at < $1', [now]);
  await pool.query(`delete from slack_wait where until < $1::timestamptz - interval '1 minute'`, [now]);
  await pool.query(`delete from slack_link_token where expires_at < $1::timestamptz - interval '1 day'`, [now]);
  await pool.query(`delete from slack_oauth_state where expires_at < $1::timestamptz - interval '1 day'`, [now]);
  await pool.query(`delete from slack_home where opened_at < $1::timestamptz - interval '14 days'`, [now]);
}

/**
 * Approvals whose copies are behind: never posted, out of date, due for another try, or held by a worker that is gone. Their
 * own jobs may be lost, or have been queued before a workspace was connected.
 */
export async function overdueApprovals(
  { pool }: Pick<Database, 'pool'>,
  now: Date,
  limit: number,
): Promise<readonly string[]> {
  const { rows } = await pool.query<{ id: string }>({
    name: 'slack-overdue',
    text: `with behind as (
        select m.approval_id as id from slack_message m
          join slack_installation i on i.id = m.installation_id and i.status = 'active'
          join approval a on a.id = m.approval_id join pause p on p.id = a.pause_id join run r on r.id = a.run_id
        where not m.settled and m.state in ('new', 'sending', 'live')
          and (m.claim is null or m.claimed_until < $1::timestamptz)
          and coalesce(m.next_try, $1::timestamptz) <= $1::timestamptz
          and (m.next_try is not null or m.state <> 'live' or m.rendered_key is distinct from (${stateKey('$1')}))
        order by m.updated_at limit $2),
      unposted as (
        select a.id from approval a
        where a.status = 'pending' and a.deadline > $1::timestamptz
          and exists (select 1 from slack_installation where status = 'active')
          and not exists (select 1 from slack_message m where m.approval_id = a.id)
        order by a.created_at desc, a.id desc limit $2)
      select id from behind union select id from unposted`,
    values: [now, limit],
  });
  return rows.map(({ id }) => id);
}

/** Makes room for a copy; true when there was none for this destination. */
export async function addCopy(
  tx: Transaction,
  copy: {
    id: string;
    approvalId: string;
    runId: string;
    installationId: string;
    kind: 'channel' | 'direct' | 'requester';
    destination: string;
    now: Date;
  },
): Promise<boolean> {
  const count = await tx.$executeRaw`
    insert into slack_message (id, approval_id, run_id, installation_id, kind, destination, created_at, updated_at)
    values (${copy.id}, ${copy.approvalId}, ${copy.runId}, ${copy.installationId}, ${copy.kind}, ${copy.destination}, ${copy.now}, ${copy.now})
    on conflict do nothing`;
  return count === 1;
}
