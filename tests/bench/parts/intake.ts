import { execute } from '@/lib/launch/database.mjs';
import type { DeliveryPlan } from '../deliveries';
import type { Figure } from '../figures';
import { type LoadResult, runLoad } from '../load';
import type { Options } from '../options';
import { familyOf, processorMs } from '../processes';
import { inScope } from '../scope';
import {
  freshDatabase,
  pause,
  type Server,
  simulatedGemini,
  startBaseline,
  startBuiltApp,
  webhookSecret,
} from '../servers';
import { median, percentile } from '../statistics';

const connections = 32;
const perSecond = 200;
const poolSize = 4; // lib/db.ts: the pool of the intake

/**
 * Webhook intake of the built app beside a bare Next.js route handler that does one INSERT: same machine, same database
 * server, taking turns. Throughput without answers held back; latency at 200 a second with the worker at work on them:
 * one delivery in four tells of an interaction that nobody has heard of, which opens a run and an approval, the others
 * of one that is known. Every job reads its interaction at the simulated Gemini.
 */
export async function measureIntake(benchUrl: string, options: Options): Promise<readonly Figure[]> {
  return inScope(async (scope) => {
    const databaseUrl = await freshDatabase(scope, benchUrl, 'intake');
    await execute(databaseUrl, baselineTable);
    await execute(databaseUrl, anAgent);
    const gemini = await simulatedGemini(scope);
    const known = await pausedInteractions(gemini.url, knownInteractions);
    const bare = await startBaseline(scope, { databaseUrl, poolSize });
    const app = await startBuiltApp(scope, { databaseUrl, geminiUrl: gemini.url });
    // A third one whose jobs nobody takes tells what storing costs from what the jobs cost.
    const aloneUrl = await freshDatabase(scope, benchUrl, 'intake_alone');
    const alone = await startBuiltApp(scope, {
      databaseUrl: aloneUrl,
      geminiUrl: null,
      worker: 'none',
      log: 'app-alone',
    });
    const intake = (server: Server): string => `${server.url}/api/webhooks/gemini`;
    const doors = { bare: `${bare.url}/insert`, app: intake(app), alone: intake(alone) };
    const pids = { bare: bare.pid, app: app.pid, alone: alone.pid };
    const workerPid = familyOf(app.pid).find((pid) => pid !== app.pid) ?? app.pid;

    const trivial: DeliveryPlan = { type: 'batch.succeeded', secret: webhookSecret, interactionIds: [] };
    const telling = (interactionIds: readonly string[]): DeliveryPlan => ({
      type: 'interaction.requires_action',
      secret: webhookSecret,
      interactionIds,
    });
    const seconds = options.quick ? 2 : 6;
    const settle = () => Promise.all([drained(databaseUrl), execute(aloneUrl, dropJobs)]);
    const closed = (door: Door, plan: DeliveryPlan) =>
      runLoad({ kind: 'closed', url: doors[door], connections, seconds, plan }).finally(settle);
    const open = async (door: Door, plan: DeliveryPlan): Promise<Steady> => {
      const jobsBefore = await jobsDone(databaseUrl);
      const before = { web: processorMs(pids[door]), worker: processorMs(workerPid) };
      const load = await runLoad({ kind: 'open', url: doors[door], perSecond, seconds: seconds * 2, plan });
      const web = since(before.web, processorMs(pids[door])) / load.answered;
      const jobs = (await jobsDone(databaseUrl)) - jobsBefore;
      const worker = since(before.worker, processorMs(workerPid)) / jobs;
      await settle();
      return { load, jobsASecond: jobs / load.seconds, web, worker };
    };

    // The first requests of a process compile what later ones run.
    for (const url of Object.values(doors))
      await runLoad({ kind: 'closed', url, connections, seconds: 2, plan: telling(known) });
    await settle();

    const rounds: Round[] = [];
    for (let round = 0; round < options.rounds; round++) {
      const fresh = await pausedInteractions(gemini.url, (perSecond * seconds * 2) / 4);
      const mixed = telling(
        fresh.flatMap((id, place) => [id, ...[1, 2, 3].map((n) => known[(3 * place + n) % known.length] ?? id)]),
      );
      const order: readonly Door[] = round % 2 === 0 ? ['bare', 'app', 'alone'] : ['app', 'alone', 'bare'];
      const taken = async <T>(measure: (door: Door) => Promise<T>): Promise<Record<Door, T>> => {
        const results: Partial<Record<Door, T>> = {};
        for (const door of order) results[door] = await measure(door);
        return results as Record<Door, T>;
      };
      rounds.push({
        measured: await taken((door) => closed(door, trivial)),
        busy: await closed('app', telling(known)),
        steady: await taken((door) => open(door, mixed)),
      });
    }
    return figures(rounds);
  });
}

type Door = 'bare' | 'app' | 'alone';
type Steady = Readonly<{ load: LoadResult; jobsASecond: number; web: number; worker: number }>;
type Round = Readonly<{
  measured: Readonly<Record<Door, LoadResult>>;
  busy: LoadResult;
  steady: Readonly<Record<Door, Steady>>;
}>;

/** NaN where the system does not tell. */
const since = (before: number | null, after: number | null): number =>
  before === null || after === null ? Number.NaN : after - before;

function figures(rounds: readonly Round[]): readonly Figure[] {
  const of = (value: (round: Round) => number): number => median(rounds.map(value));
  const rate = ({ answered, seconds }: LoadResult): number => answered / seconds;
  const at = (p: number, { load }: Steady): number => percentile(load.latencies, p);
  const part = 'intake';
  const both = `medians of ${rounds.length} rounds, taking turns`;
  return [
    { part, what: 'throughput, bare route handler', value: of((r) => rate(r.measured.bare)), unit: '/s', note: both },
    {
      part,
      what: 'throughput, webhook intake',
      value: of((r) => rate(r.measured.app)),
      unit: '/s',
      note: 'worker at work on the jobs',
    },
    {
      part,
      what: 'throughput, share of bare',
      value: of((r) => (100 * rate(r.measured.app)) / rate(r.measured.bare)),
      unit: '%',
      goal: { atLeast: 70 },
    },
    {
      part,
      what: 'throughput without a worker, share of bare',
      value: of((r) => (100 * rate(r.measured.alone)) / rate(r.measured.bare)),
      unit: '%',
      note: 'what storing alone costs',
    },
    {
      part,
      what: 'throughput, jobs read at Gemini, share of bare',
      value: of((r) => (100 * rate(r.busy)) / rate(r.measured.bare)),
      unit: '%',
      note: 'the simulated Gemini runs on the same machine',
    },
    ...[0.5, 0.95, 0.99].flatMap((p): Figure[] => [
      { part, what: `p${p * 100} at ${perSecond}/s, bare`, value: of((r) => at(p, r.steady.bare)), unit: 'ms' },
      {
        part,
        what: `p${p * 100} at ${perSecond}/s, worker busy`,
        value: of((r) => at(p, r.steady.app)),
        unit: 'ms',
        ...(p === 0.99 ? { goal: { below: 50 } } : {}),
      },
    ]),
    {
      part,
      what: `p99 at ${perSecond}/s, worker busy, ratio to bare`,
      value: of((r) => at(0.99, r.steady.app) / at(0.99, r.steady.bare)),
      unit: '×',
      goal: { atMost: 1.5 },
    },
    {
      part,
      what: `p99 at ${perSecond}/s without a worker, ratio to bare`,
      value: of((r) => at(0.99, r.steady.alone) / at(0.99, r.steady.bare)),
      unit: '×',
    },
    { part, what: 'jobs done meanwhile', value: of((r) => r.steady.app.jobsASecond), unit: '/s' },
    ...(
      [
        ['processor time a delivery, bare', (r) => r.steady.bare.web],
        ['processor time a delivery, web process', (r) => r.steady.app.web],
        ['processor time a delivery, web process without a worker', (r) => r.steady.alone.web],
        ['processor time a job, worker process', (r) => r.steady.app.worker],
      ] satisfies [string, (round: Round) => number][]
    ).flatMap(([what, value]): Figure[] =>
      Number.isFinite(of(value)) ? [{ part, what, value: of(value), unit: 'ms' }] : [],
    ),
  ];
}

const model = 'gemini-3-flash-preview';

const baselineTable = `create table baseline_delivery (
  id text primary key, received_at timestamptz not null default now(), raw_body bytea not null)`;

const knownInteractions = 40;

/** Adopts the runs that the deliveries tell of: their calls become approvals. */
const anAgent = `insert into agent (id, name, target, adopt_foreign, profile)
  values ('agt_bench', 'Shop', '${model}', true, '{"model": "${model}"}')`;

/** The events that were looked at so far. */
async function jobsDone(databaseUrl: string): Promise<number> {
  const [row] = await execute(
    databaseUrl,
    'select count(*)::int as done from webhook_event where processed_at is not null',
  );
  return Number(row?.done ?? 0);
}

/** Interactions that wait for a decision, so that a job finds one to read, as it would at Gemini. */
async function pausedInteractions(geminiUrl: string, count: number): Promise<readonly string[]> {
  const ids: string[] = [];
  while (ids.length < count) ids.push(...(await someInteractions(geminiUrl, Math.min(40, count - ids.length))));
  return ids;
}

async function someInteractions(geminiUrl: string, count: number): Promise<readonly string[]> {
  const script = '@sim {"calls":[{"name":"refund_order","arguments":{"order":"A-1","amount":12.5}}],"final":"Done."}';
  return Promise.all(
    Array.from({ length: count }, async () => {
      const answer = await fetch(`${geminiUrl}/v1beta/interactions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-goog-api-key': 'bench' },
        body: JSON.stringify({
          model,
          input: script,
          background: true,
          store: true,
          tools: [tool],
        }),
      });
      const { id } = (await answer.json()) as { id?: string };
      if (id === undefined) throw new Error(`The simulated Gemini refused an interaction: ${answer.status}`);
      return id;
    }),
  );
}

const tool = {
  type: 'function',
  name: 'refund_order',
  description: 'Refunds an order.',
  parameters: { type: 'object', properties: { order: { type: 'string' }, amount: { type: 'number' } } },
};

const drainWithinMs = 5_000;
const dropJobs = 'delete from graphile_worker._private_jobs where locked_at is null';

/** Waits for the queue to be empty, so that no server is measured under another one's jobs; what takes too long is dropped. */
async function drained(databaseUrl: string): Promise<void> {
  for (const end = Date.now() + drainWithinMs; ; await pause(100)) {
    const [row] = await execute(databaseUrl, 'select count(*)::int as jobs from graphile_worker.jobs');
    if (row?.jobs === 0) return;
    if (Date.now() > end) await execute(databaseUrl, dropJobs);
  }
}
