import { setImmediate as breathe } from 'node:timers/promises';
import { toJson } from '@/lib/approvals/store';
import { appendAudit } from '@/lib/audit/append';
import type { AuditContext } from '@/lib/domain/audit';
import { comparing } from '@/lib/domain/policy/comparison';
import { type CallFacts, type Policy, policyOf } from '@/lib/domain/policy/judge';
import { countWindows, type PastCall } from '@/lib/domain/policy/windows';
import { jsonObject } from '@/lib/domain/profile';
import type { ToolSettings } from '@/lib/domain/tool';
import { newId } from '@/lib/ids';
import { notifyLive } from '@/lib/live/notify';
import { actorOf, type By, demand } from '@/lib/people/people';
import { personColumns, toPerson } from '@/lib/people/store';
import { enqueue } from '@/lib/queue/enqueue';
import type { Services } from '@/lib/services';
import { workspaceSettings } from '@/lib/settings/settings';
import { toToolSettings } from '@/lib/tools/store';
import { callsAfter, type PastCallRow, startOfLast } from './backtest-store';

type BacktestServices = Pick<Services, 'db' | 'now'>;

/** How many calls are looked at, at most. */
export const mostCalls = 100_000;
const batch = 2_000;

/** Queues a trial of a draft on the newest past calls, against the policy in force. Null: that is no draft any more. */
export async function startBacktest(
  services: BacktestServices,
  input: { version: number; calls: number },
  by: By,
  context: AuditContext,
): Promise<string | null> {
  demand(by, 'policies.manage');
  return services.db.prisma.$transaction(async (tx) => {
    const draft = await tx.policyVersion.findUnique({ where: { version: input.version } });
    const published = await tx.policyVersion.findFirst({ where: { status: 'published' } });
    if (draft?.status !== 'draft' || published === null) return null;
    const now = services.now();
    const row = await tx.policyBacktest.create({
      data: {
        id: newId('pbt', now),
        version: draft.version,
        revision: draft.revision,
        against: published.version,
        wanted: Math.min(input.calls, mostCalls),
        createdAt: now,
      },
    });
    await appendAudit(tx, now, {
      action: 'policy.tried',
      actor: actorOf(by),
      targets: [{ type: 'policy', id: String(draft.version), name: `Policy version ${draft.version}` }],
      context,
      facts: { version: draft.version, against: published.version, calls: row.wanted },
    });
    await enqueue(tx, 'policy.backtest', { backtestId: row.id });
    await notifyLive(tx, { type: 'policies' });
    return row.id;
  });
}

/**
 * Runs a trial: every call is judged by both policies, with the tools, people and settings of now, and lookups over the
 * calls of the trial. Begins anew when it is run again; nothing but the trial's own row changes.
 */
export async function runBacktest(services: BacktestServices, backtestId: string): Promise<void> {
  const { prisma } = services.db;
  const trial = await prisma.policyBacktest.findUnique({ where: { id: backtestId }, include: { policy: true } });
  if (trial === null || trial.status === 'done') return;
  const against = await prisma.policyVersion.findUnique({ where: { version: trial.against } });
  if (trial.policy.revision !== trial.revision || against === null) {
    await keep(services, backtestId, { status: 'failed', message: 'The draft changed before it was tried.' });
    return;
  }
  const policies = [
    policyOf(against.document, against.version),
    policyOf(trial.policy.document, trial.version),
  ] as const;
  const result = await compare(services, policies, trial.wanted, async (done) => {
    await keep(services, backtestId, { status: 'running', done });
  });
  const finishedAt = services.now();
  await keep(services, backtestId, { status: 'done', done: result.calls, result: toJson(result), finishedAt });
}

async function keep(
  { db }: BacktestServices,
  id: string,
  data: { status: string; done?: number; message?: string; finishedAt?: Date; result?: ReturnType<typeof toJson> },
): Promise<void> {
  await db.prisma.policyBacktest.updateMany({ where: { id }, data });
  await notifyLive(db.prisma, { type: 'policies' });
}

async function compare(
  services: BacktestServices,
  [before, after]: readonly [Policy, Policy],
  wanted: number,
  progress: (done: number) => Promise<void>,
) {
  const { db } = services;
  const tools = new Map((await db.prisma.tool.findMany()).map((row) => [row.name, toToolSettings(row)]));
  const { fourEyes } = await workspaceSettings(db.prisma);
  const people = peopleIn(services);
  const windows = [before, after].map(({ document }) => countWindows(document?.lookups ?? {}));
  const tally = comparing();
  let done = 0;
  for (let from = await startOfLast(db, wanted), more = true; more; ) {
    const rows = await callsAfter(db, from, Math.min(batch, wanted - done));
    const known = await people(rows);
    for (const row of rows) {
      const past = asPast(row);
      const facts = factsOf(row, tools, known, fourEyes);
      const [one = {}, other = {}] = windows.map((window) => window.read(past));
      tally.add(
        { id: row.id, effect: row.effect },
        before.judge({ ...facts, counts: one }),
        after.judge({ ...facts, counts: other }),
      );
      for (const window of windows) window.add(past);
    }
    done += rows.length;
    const last = rows.at(-1);
    if (last) from = { at: last.created_at, id: last.id };
    more = rows.length > 0 && done < wanted;
    await progress(done);
    await breathe(); // other jobs of this worker go on meanwhile
  }
  return tally.result();
}

type Known = ReadonlyMap<string, { email: string; groups: readonly string[] }>;

function peopleIn({ db, now }: BacktestServices): (rows: readonly PastCallRow[]) => Promise<Known> {
  const known = new Map<string, { email: string; groups: readonly string[] }>();
  const asked = new Set<string>();
  return async (rows) => {
    const fresh = new Set(rows.flatMap(({ requester_user_id: id }) => (id !== null && !asked.has(id) ? [id] : [])));
    for (const id of fresh) asked.add(id);
    if (fresh.size > 0) {
      const found = await db.prisma.user.findMany({ where: { id: { in: [...fresh] } }, select: personColumns });
      for (const row of found) {
        const person = toPerson(row, now());
        if (person.active) known.set(person.id, person);
      }
    }
    return known;
  };
}

function asPast(row: PastCallRow): PastCall {
  return {
    tool: row.name,
    arguments: row.arguments,
    at: row.created_at,
    allowed: !['rejected', 'expired', 'superseded'].includes(row.status),
    agentId: row.agent_id,
    runId: row.run_id,
    requester: row.requester,
  };
}

function factsOf(
  row: PastCallRow,
  tools: ReadonlyMap<string, ToolSettings>,
  people: Known,
  fourEyes: boolean,
): Omit<CallFacts, 'counts'> {
  const { requester, requester_user_id: userId, starter_user_id: starterId } = row;
  return {
    call: { name: row.name, arguments: row.arguments },
    tool: tools.get(row.name) ?? null,
    agent: row.agent,
    run: { origin: row.origin, metadata: jsonObject.catch({}).parse(row.metadata) },
    requester:
      requester === null
        ? null
        : {
            text: requester,
            person: userId === null ? null : (people.get(userId) ?? null),
            verified: userId !== null && userId === starterId,
          },
    now: row.created_at,
    fourEyes,
  };
}
