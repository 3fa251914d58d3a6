import pg from 'pg';
import { growLog } from '@/lib/audit/grow';
import { indexBatch } from '@/lib/audit/index-entries';
import { openDatabase } from '@/lib/db';

/** How many approvals wait, however many are stored: what differs is the size of the history alone. */
const pending = 5_000;
const reviewers = 200;
const filled = ['run', 'interaction', 'pause', 'resume_attempt', 'approval', 'vote', 'audit_entry', 'audit_personal'];

/**
 * Fills an empty, migrated database as a workspace looks after a year: so many approvals, the newest 5,000 of them
 * pending, decided by 200 reviewers, one in five beside a sibling, each with its run, interactions, vote, resume and a line
 * of history, made searchable and proved. Written by SQL, a million in a few minutes; both must be multiples of ten.
 */
export async function seed(databaseUrl: string, approvals: number): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query("set synchronous_commit = off; set maintenance_work_mem = '256MB'; set timezone = 'UTC'");
    // Only a superuser, as in the embedded server, may; elsewhere the checks of each row take their time.
    await client.query('set session_replication_role = replica').catch(() => undefined);
    const restoreIndexes = await withoutIndexes(client, filled);
    await client.query(setUp, [reviewers]);
    await client.query(plan, [approvals, Math.min(pending, approvals / 2), reviewers]);
    await client.query(happened);
    for (const statement of statements) await client.query(statement);
    await restoreIndexes();
    await client.query('vacuum (analyze)');
    await takeIn(client, databaseUrl);
    await client.query('vacuum (analyze) audit_search, audit_node');
  } finally {
    await client.end();
  }
}

/** What the worker does with each entry that comes, for all of them at once. */
async function takeIn(client: pg.Client, databaseUrl: string): Promise<void> {
  const db = openDatabase(databaseUrl, { connections: 2 });
  try {
    const restoreIndexes = await withoutIndexes(client, ['audit_search']);
    await db.pool.query('set synchronous_commit = off');
    while ((await indexBatch({ db })) > 0);
    await restoreIndexes();
    await growLog({ db, now: () => new Date() });
  } finally {
    await db.close();
  }
}

/** Drops the indexes that no constraint needs; they are made again in one go, which is faster than row by row. */
async function withoutIndexes(client: pg.Client, tables: readonly string[]): Promise<() => Promise<void>> {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `
    select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition
    from pg_index i join pg_class t on t.oid = i.indrelid join pg_namespace n on n.oid = t.relnamespace
    where n.nspname = 'public' and t.relname = any($1)
      and not exists (select from pg_constraint c where c.conindid = i.indexrelid)`,
    [tables],
  );
  for (const { name } of rows) await client.query(`drop index ${name}`);
  return async () => {
    for (const { definition } of rows) await client.query(definition);
  };
}

const tools =
  "array['refund_order','send_email','delete_record','deploy_service','update_ticket','pay_invoice','book_courier','grant_access']";

const id = (prefix: string, number: string): string => `'${prefix}_' || lpad(to_hex(${number}), 26, '0')`;

const instant = (time: string): string => `to_char(${time}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const setUp = `
  with people as (
    insert into "user" (id, name, email, email_verified, role)
    select ${id('usr', 'n')}, 'Reviewer ' || n, 'reviewer' || n || '@example.com', true, 'reviewer'
    from generate_series(0, $1::int - 1) n),
  agents as (
    insert into agent (id, name, profile, target)
    select ${id('agt', 'n')}, 'Agent ' || n, '{"model":"gemini-3-flash-preview","tools":[]}', 'gemini-3-flash-preview'
    from generate_series(0, 11) n)
  insert into tool (name, tier, masked_fields, risk_fields)
  select name, 1 + (place::int % 3), '{}', '{amount}' from unnest(${tools}) with ordinality as known (name, place)`;

// Approval i, its run (one in five approvals shares the run of the one before), its times and what became of it.
const plan = `
  create temp table plan as
  select i, i - (i + 1) / 5 as run, (i % 5 = 4)::int as position, created,
    case when open then null else created + interval '1 minute' * (1 + i * 7919 % 240) end as decided,
    case when open then 'pending' when lot < 74 then 'approved' when lot < 86 then 'rejected' when lot < 90 then 'answered'
         when lot < 96 then 'expired' else 'superseded' end as status,
    not open and lot between 66 and 73 as by_rule, (i * 31 % $3::bigint) as reviewer,
    (${tools})[(1 + i % 8)::int] as tool, 1 + i % 8 % 3 as tier, md5(i::text) || md5((i + 1)::text) as hash
  from (
    select i, i * 7919 % 100 as lot, i >= $1::bigint - $2::bigint as open,
      case when i >= $1::bigint - $2::bigint then now() - interval '40 hours' * ($1::bigint - i) / $2::bigint
           else now() - interval '40 hours' - interval '365 days' * ($1::bigint - $2::bigint - i) / ($1::bigint - $2::bigint) end as created
    from generate_series(0, $1::bigint - 1) i) numbered`;

// What the history tells of approval i. Lot 0 to 999 of an entry, spread over all of time.
const happened = `
  create temp table happened as
  select *, case
      when action in ('vote.cast', 'vote.refused', 'approval.viewed', 'sign_in.succeeded', 'sign_in.failed', 'key.created') then 'person'
      when action = 'approval.decided' and status in ('approved', 'rejected', 'answered') and not by_rule then 'person'
      when action = 'event.received' then 'gemini' else 'system' end as kind,
    action in ('sign_in.succeeded', 'sign_in.failed', 'key.created') as alone
  from (
    select *, case when lot < 220 then 'event.received' when lot < 420 then 'approval.opened' when lot < 560 then 'vote.cast'
        when lot < 740 then case when status = 'pending' then 'approval.opened' else 'approval.decided' end
        when lot < 820 then 'approval.viewed' when lot < 890 then 'resume.sent' when lot < 950 then 'resume.confirmed'
        when lot < 970 then 'run.ended' when lot < 985 then 'sign_in.succeeded' when lot < 992 then 'sign_in.failed'
        when lot < 998 then 'vote.refused' else 'key.created' end as action
    from (select *, i * 6007 % 1000 as lot from plan) drawn) named`;

const decidedByPeople = `status in ('approved', 'rejected', 'answered') and not by_rule`;
const callArguments = `jsonb_build_object('order', 'A-' || i, 'amount', (i % 900) + 0.5, 'note', 'As agreed on the phone')`;

const statements = [
  `insert into run (id, agent_id, origin, status, token, requester, metadata, profile, input, title, root_interaction_id,
     created_at, updated_at, ended_at)
   select ${id('run', 'run')}, ${id('agt', 'run % 12')}, 'started',
     case when status = 'pending' then 'paused' when run % 40 = 0 then 'failed' when run % 90 = 0 then 'cancelled' else 'completed' end,
     'token-' || run, 'shop' || run % 50 || '@example.com', '{}',
     '{"model":"gemini-3-flash-preview","tools":[{"type":"function","name":"refund_order","parameters":{"type":"object"}}]}',
     jsonb_build_object('input', 'Please look after order A-' || i), 'Please look after order A-' || i, 'v1_' || run || '_0',
     created, coalesce(decided, created), case when status = 'pending' then null else decided + interval '1 minute' end
   from plan where position = 0`,
  `insert into interaction (id, run_id, position, status, steps, created, updated, first_seen_at, last_read_at)
   select 'v1_' || run || '_0', ${id('run', 'run')}, 0, 'requires_action',
     jsonb_build_array(
       jsonb_build_object('type', 'user_input', 'content', jsonb_build_array(jsonb_build_object('type', 'text', 'text', 'Please look after order A-' || i))),
       jsonb_build_object('type', 'function_call', 'id', 'call-0', 'name', tool, 'arguments', ${callArguments})),
     created, created, created, created
   from plan where position = 0`,
  `insert into interaction (id, run_id, previous_id, position, status, steps, output_text, created, updated, first_seen_at, last_read_at)
   select 'v1_' || run || '_1', ${id('run', 'run')}, 'v1_' || run || '_0', 1, 'completed',
     '[{"type":"model_output","content":[{"type":"text","text":"It is done."}]}]', 'It is done.', decided, decided, decided, decided
   from plan where position = 0 and status <> 'pending'`,
  `insert into pause (id, run_id, interaction_id, resume_status, version, child_id, extra_children, opened_at, updated_at)
   select ${id('pau', 'run')}, ${id('run', 'run')}, 'v1_' || run || '_0',
     case when status = 'pending' then 'waiting' else 'resumed' end, case when status = 'pending' then 1 else 4 end,
     case when status = 'pending' then null else 'v1_' || run || '_1' end, '{}', created, coalesce(decided, created)
   from plan where position = 0`,
  `insert into resume_attempt (id, pause_id, number, results, started_at, finished_at, outcome, child_id)
   select ${id('att', 'run')}, ${id('pau', 'run')}, 1, '[]', decided, decided, 'resumed', 'v1_' || run || '_1'
   from plan where position = 0 and status <> 'pending'`,
  `insert into approval (id, pause_id, run_id, interaction_id, position, call_id, name, arguments, call_hash, tier, effect,
     rule, rule_reason, policy_version, approvals_needed, rejections_needed, four_eyes, fulfilment, masked_fields,
     risk_fields, deadline, deadline_source, on_timeout, status, version, created_at, decided_at, decision)
   select ${id('apr', 'i')}, ${id('pau', 'run')}, ${id('run', 'run')}, 'v1_' || run || '_0', position, 'call-' || position, tool,
     ${callArguments}, hash, tier, 'Call ' || tool, 'Tier ' || tier, 'It costs money; one person must decide.', 1, 1, 1, true,
     'answer', '{}', '{amount}', case when status = 'pending' then now() + interval '1 hour' * (1 + i % 24) else created + interval '1 day' end,
     'retention', 'reject', status, case when status = 'pending' then 1 else 2 end, created, decided,
     case when status = 'pending' then null
       when status = 'expired' then jsonb_build_object('status', status, 'at', ${instant('decided')})
       when status = 'superseded' then jsonb_build_object('status', status, 'at', ${instant('decided')}, 'why', 'Another program resumed it.')
       else jsonb_build_object('status', status, 'at', ${instant('decided')}, 'undoUntil', null,
         'by', case when by_rule then jsonb_build_object('kind', 'rule', 'rule', 'Tier 0', 'policyVersion', 1)
           else jsonb_build_object('kind', 'people', 'voters', jsonb_build_array(
             jsonb_build_object('id', ${id('usr', 'reviewer')}, 'name', 'Reviewer ' || reviewer))) end)
         || case status
           when 'approved' then jsonb_build_object('arguments', ${callArguments}, 'changed', false, 'note', null)
           when 'rejected' then '{"reason":"This order was refunded already.","next":"stop"}'::jsonb
           else '{"result":"Refunded by hand.","note":null}'::jsonb end
     end
   from plan`,
  `insert into vote (id, approval_id, user_id, user_name, verdict, call_hash, arguments_hash, reason, next, result, surface, cast_at)
   select ${id('vot', 'i')}, ${id('apr', 'i')}, ${id('usr', 'reviewer')}, 'Reviewer ' || reviewer,
     case status when 'approved' then 'approve' when 'rejected' then 'reject' else 'answer' end, hash, hash,
     case status when 'rejected' then 'This order was refunded already.' end, case status when 'rejected' then 'stop' end,
     case status when 'answered' then '"Refunded by hand."'::jsonb end, (array['web', 'slack', 'api'])[(1 + i % 3)::int], decided
   from plan where ${decidedByPeople}`,
  // What happened, a million lines of it: mostly deliveries, requests, votes and what came of them, and of everything else
  // some. Those of people say so beside the entry, as the log keeps it.
  `insert into audit_entry (id, action, occurred_at, actor_type, actor_id, actor_name, targets, context, metadata, personal, run_id, approval_id)
   select ${id('aud', 'i')}, action, coalesce(decided, created) + interval '1 second' * (i % 50),
     case kind when 'person' then 'person' when 'gemini' then 'gemini' else 'system' end,
     case kind when 'person' then ${id('usr', 'reviewer')} when 'gemini' then 'gemini' else 'countersign' end,
     case kind when 'person' then null when 'gemini' then 'Gemini' else 'Countersign' end,
     case when alone then jsonb_build_array(jsonb_build_object('type', 'person', 'id', ${id('usr', 'reviewer')}))
       else jsonb_build_array(jsonb_build_object('type', 'approval', 'id', ${id('apr', 'i')}, 'name', tool)) end,
     jsonb_build_object('surface', case kind when 'person' then (array['web', 'slack', 'api'])[(1 + i % 3)::int] when 'gemini' then 'webhook' else 'worker' end),
     case
       when action in ('approval.decided', 'approval.opened') then
         jsonb_build_object('status', status, 'tool', tool, 'tier', tier, 'callHash', hash, 'argumentsHash', hash, 'rule', 'Tier ' || tier, 'policyVersion', 1)
       when action = 'vote.cast' then jsonb_build_object('verdict', 'approve', 'argumentsHash', hash, 'changed', false, 'settled', true)
       when action = 'vote.refused' then '{"verdict":"approve","reason":"already_closed"}'
       when action = 'event.received' then '{"type":"interaction.requires_action","scheme":"v1","outcome":"synced"}'
       when action = 'resume.sent' then jsonb_build_object('attempt', 1, 'results', 1, 'resultHash', hash)
       when action = 'resume.confirmed' then jsonb_build_object('attempt', 1, 'child', 'v1_' || run || '_1', 'how', 'answered')
       when action = 'run.ended' then '{"status":"completed"}'
       when action = 'sign_in.failed' then '{"method":"password","reason":"wrong_password"}'
       when action = 'key.created' then jsonb_build_object('scopes', 'runs', 'prefix', 'csk_' || i)
       else jsonb_build_object('tool', tool, 'method', 'password') end,
     case kind when 'person' then jsonb_build_object(${id('usr', 'reviewer')}, hash) else '{}' end,
     case when alone then null else ${id('run', 'run')} end, case when alone then null else ${id('apr', 'i')} end
   from happened`,
  `insert into audit_personal (entry_id, subject, salt, data)
   select ${id('aud', 'i')}, ${id('usr', 'reviewer')}, decode(hash, 'hex'), jsonb_build_object(
     'actor', jsonb_build_object('name', 'Reviewer ' || reviewer),
     'context', jsonb_build_object('ip', '198.51.100.' || i % 200, 'userAgent', 'Mozilla/5.0 (X11; Linux x86_64) Firefox/143.0'))
   from happened where kind = 'person'`,
];
