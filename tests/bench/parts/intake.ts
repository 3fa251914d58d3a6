import { execute } from '@/lib/launch/database.mjs';
import type { DeliveryPlan } from '../deliveries';
import type { Figure } from '../figures';
import { type LoadResult, runLoad } from '../load';
import type { Options } from '../options';
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
 * server, taking turns. Throughput without answers held back; latency at 200 a second with the worker at work on them.
 */
export async function measureIntake(benchUrl: string, options: Options): Promise<readonly Figure[]> {
  return inScope(async (scope) => {
    const databaseUrl = await freshDatabase(scope, benchUrl, 'intake');
    await execute(databaseUrl, baselineTable);
    const gemini = await simulatedGemini(scope);
    const interactionIds = await pausedInteractions(gemini.url);
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

    const trivial: DeliveryPlan = { type: 'batch.succeeded', secret: webhookSecret, interactionIds: [] };
    const telling: DeliveryPlan = { type: 'interaction.requires_action', secret: webhookSecret, interactionIds };
    const seconds = options.quick ? 2 : 8;
    const settle = () => Promise.all([drained(databaseUrl), execute(aloneUrl, dropJobs)]);
    const closed = (url: string, plan: DeliveryPlan) =>
      runLoad({ kind: 'closed', url, connections, seconds, plan }).finally(settle);
    const open = (url: string, plan: DeliveryPlan) =>
      runLoad({ kind: 'open', url, perSecond, seconds: seconds * 2, plan }).finally(settle);

    // The first requests of a process compile what later ones run.
    for (const url of Object.values(doors))
      await runLoad({ kind: 'closed', url, connections, seconds: 2, plan: telling });
    await settle();

    const rounds: Round[] = [];
    for (let round = 0; round < options.rounds; round++) {
      const measured = {
        bare: await closed(doors.bare, trivial),
        app: await closed(doors.app, trivial),
        alone: await closed(doors.alone, trivial),
      };
      const busy = await closed(doors.app, telling);
      const steady = {
        bare: await open(doors.bare, telling),
        app: await open(doors.app, telling),
        alone: await open(doors.alone, telling),
      };
      const light = await open(doors.app, trivial);
      rounds.push({ measured, busy, steady, light });
    }
    return figures(rounds);
  });
}

type Loads = Readonly<{ bare: LoadResult; app: LoadResult; alone: LoadResult }>;
type Round = Readonly<{ measured: Loads; busy: LoadResult; steady: Loads; light: LoadResult }>;

function figures(rounds: readonly Round[]): readonly Figure[] {
  const of = (value: (round: Round) => number): number => median(rounds.map(value));
  const rate = ({ answered, seconds }: LoadResult): number => answered / seconds;
  const at = (p: number) => (load: LoadResult) => percentile(load.latencies, p);
  const part = 'intake';
  const quoted = 'quoted; jobs of batch events, worker in the app';
  return [
    { part, what: 'throughput, bare route handler', value: of((r) => rate(r.measured.bare)), unit: '/s' },
    { part, what: 'throughput, webhook intake', value: of((r) => rate(r.measured.app)), unit: '/s', note: quoted },
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
      what: 'throughput, worker reading interactions',
      value: of((r) => rate(r.busy)),
      unit: '/s',
      note: 'the simulated Gemini runs on the same machine',
    },
    ...[0.5, 0.95, 0.99].flatMap((p): Figure[] => [
      { part, what: `p${p * 100} at ${perSecond}/s, bare`, value: of((r) => at(p)(r.steady.bare)), unit: 'ms' },
      {
        part,
        what: `p${p * 100} at ${perSecond}/s, worker busy`,
        value: of((r) => at(p)(r.steady.app)),
        unit: 'ms',
        ...(p === 0.99 ? { goal: { below: 50 }, note: 'quoted; jobs read interactions' } : {}),
      },
    ]),
    {
      part,
      what: `p99 at ${perSecond}/s, ratio to bare`,
      value: of((r) => at(0.99)(r.steady.app) / at(0.99)(r.steady.bare)),
      unit: '×',
      goal: { atMost: 1.5 },
    },
    {
      part,
      what: `p99 at ${perSecond}/s, jobs of batch events`,
      value: of((r) => at(0.99)(r.light)),
      unit: 'ms',
    },
    {
      part,
      what: `p99 at ${perSecond}/s without a worker, ratio to bare`,
      value: of((r) => at(0.99)(r.steady.alone) / at(0.99)(r.steady.bare)),
      unit: '×',
    },
  ];
}

const baselineTable = `create table baseline_delivery (
  id text primary key, received_at timestamptz not null default now(), raw_body bytea not null)`;

const knownInteractions = 40;

/** Interactions that wait for a decision, so that a job finds one to read, as it would at Gemini. */
async function pausedInteractions(geminiUrl: string): Promise<readonly string[]> {
  const script = '@sim {"calls":[{"name":"refund_order","arguments":{"order":"A-1","amount":12.5}}],"final":"Done."}';
  return Promise.all(
    Array.from({ length: knownInteractions }, async () => {
      const answer = await fetch(`${geminiUrl}/v1beta/interactions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-goog-api-key': 'bench' },
        body: JSON.stringify({
          model: 'gemini-3-flash-preview',
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
