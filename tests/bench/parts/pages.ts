import http from 'node:http';
import { execute } from '@/lib/launch/database.mjs';
import type { Figure } from '../figures';
import type { Options } from '../options';
import { apiKey, signIn } from '../people';
import { inScope, type Scope } from '../scope';
import { seed } from '../seed';
import { freshDatabase, startBuiltApp } from '../servers';
import { percentile } from '../statistics';

const small = 10_000;
const million = 1_000_000;

const agentId = `agt_${'7'.padStart(26, '0')}`;

/** What is read. `needs` picks the approvals whose pages are opened, each one of them in turn. */
const reads = [
  { what: '/inbox', path: '/inbox' },
  { what: '/inbox?tab=team', path: '/inbox?tab=team' },
  { what: '/inbox?tab=done', path: '/inbox?tab=done' },
  { what: '/runs', path: '/runs' },
  { what: '/runs by function', path: '/runs?tool=pay_invoice' },
  { what: '/runs by requester', path: '/runs?requester=shop7@example.com' },
  { what: '/audit', path: '/audit' },
  { what: 'an entry with its inclusion proof', path: '/audit/entries/', needs: 'true', of: 'audit_entry', proof: true },
  { what: '/approvals/[id], pending', path: '/approvals/', needs: "status = 'pending'" },
  { what: '/approvals/[id], decided', path: '/approvals/', needs: "status = 'approved'" },
  ...(
    [
      ['nothing', ''],
      ['action', 'action=approval.decided'],
      ['a rare action', 'action=key.created'],
      ['person', 'actor=reviewer17@example.com'],
      ['function', 'tool=pay_invoice'],
      ['agent', `agent=${agentId}`],
      ['outcome', 'outcome=rejected'],
      ['surface', 'surface=slack'],
      ['time', 'from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z'],
      ['a word', 'q=refund'],
      ['two words', 'q=reviewer+voted'],
      ['a rare word', 'q=wrong_password'],
      ['an address', 'q=198.51.100.77'],
      ['person, function, outcome', 'actor=reviewer17@example.com&tool=pay_invoice&outcome=rejected'],
      ['agent, word, surface', `agent=${agentId}&q=approve&surface=slack`],
      ['what does not go together', 'action=approval.decided&surface=webhook'],
      ['words that are not there', 'q=nowhere+to+be+found'],
    ] as const
  ).map(
    ([what, query]) => ({ what: `audit by ${what}`, path: `/api/v1/audit?limit=50&${query}`, audit: true }) as const,
  ),
] as const;

const belowMs = 100;
const auditBelowMs = 300;
const proofBelowMs = 50;
const flat = 1.5; // "flat in the table's size": a hundred times the rows, at most half as long again

/** Server time of the pages that list and show approvals, with a short and a long history, the two apps taking turns. */
export async function measurePages(benchUrl: string, options: Options): Promise<readonly Figure[]> {
  return inScope(async (scope) => {
    const large = options.quick ? 100_000 : million;
    const sizes = { small: await filledApp(scope, benchUrl, small), large: await filledApp(scope, benchUrl, large) };
    const times = reads.map(() => ({ small: [] as number[], large: [] as number[] }));
    const count = options.quick ? 20 : 40 * options.rounds;
    for (let turn = -5; turn < count; turn++) {
      for (const [place, read] of reads.entries()) {
        for (const size of turn % 2 === 0 ? (['small', 'large'] as const) : (['large', 'small'] as const)) {
          const time = await sizes[size](read, Math.abs(turn));
          if (turn >= 0) times[place]?.[size].push(time); // the first ones compile what the others run
        }
      }
    }
    return reads.flatMap((read, place) => figures(read, times[place] ?? { small: [], large: [] }, large));
  });
}

type Read = (typeof reads)[number];
type ReadPage = (read: Read, turn: number) => Promise<number>;

function figures(read: Read, times: { small: number[]; large: number[] }, large: number): readonly Figure[] {
  const part = 'inbox';
  const at = `${read.what} at ${large.toLocaleString('en')}`;
  const middle = { small: percentile(times.small, 0.5), large: percentile(times.large, 0.5) };
  return [
    { part, what: `${at}, p50`, value: middle.large, unit: 'ms' },
    {
      part,
      what: `${at}, p95`,
      value: percentile(times.large, 0.95),
      unit: 'ms',
      goal: { below: 'audit' in read ? auditBelowMs : 'proof' in read ? proofBelowMs : belowMs },
    },
    {
      part,
      what: `${read.what}, p50 over that at ${small.toLocaleString('en')}`,
      value: middle.large / middle.small,
      unit: '×',
      goal: { atMost: flat },
      note: `${middle.small.toFixed(1)} ms`,
    },
  ];
}

async function filledApp(scope: Scope, benchUrl: string, approvals: number): Promise<ReadPage> {
  const name = `${approvals / 1000}k`;
  const databaseUrl = await freshDatabase(scope, benchUrl, name);
  console.log(`  storing ${approvals.toLocaleString('en')} approvals …`);
  await seed(databaseUrl, approvals);
  const app = await startBuiltApp(scope, { databaseUrl, geminiUrl: null, log: `app-${name}` });
  const cookie = await signIn(app, databaseUrl);
  const authorization = `Bearer ${await apiKey(scope, databaseUrl)}`;
  const ids = new Map<string, readonly string[]>();
  for (const read of reads) if ('needs' in read) ids.set(read.what, await someIds(databaseUrl, read));
  const agent = new http.Agent({ keepAlive: true });
  scope.onEnd(async () => agent.destroy());
  return (read, turn) => {
    const known = 'needs' in read ? (ids.get(read.what) ?? []) : [];
    const path = read.path + (known[turn % known.length] ?? '');
    return timeOf(app.url + path, agent, 'audit' in read ? { authorization } : { cookie });
  };
}

const chosen = 40;

async function someIds(
  databaseUrl: string,
  { needs, of = 'approval' }: { needs: string; of?: string },
): Promise<readonly string[]> {
  const rows = await execute(
    databaseUrl,
    `select id from (select id, row_number() over (order by id) as place, count(*) over () as total
       from ${of} where ${needs}) numbered
     where place % greatest(1, total / ${chosen}) = 0 limit ${chosen}`,
  );
  return rows.map(({ id }) => String(id));
}

/** From the request to the last byte of the answer, over a connection that is open already. */
function timeOf(url: string, agent: http.Agent, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const since = performance.now();
    const request = http.get(url, { agent, headers, timeout: 60_000 }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${url} answered ${response.statusCode}.`));
      response.resume();
      response.once('end', () => resolve(performance.now() - since));
    });
    request.once('timeout', () => request.destroy(new Error(`${url} did not answer within a minute.`)));
    request.once('error', reject);
  });
}
