import { z } from 'zod';
import { cursorOf, pageFrom, parseCursor } from '@/lib/approvals/cursor';
import { resumeView, runActivity } from '@/lib/approvals/queries';
import { approvalParts, toApproval, toPause } from '@/lib/approvals/store';
import { isJsonObject, type Json } from '@/lib/domain/json';
import { can, type Person } from '@/lib/domain/person';
import { continuationProfile, jsonObject, targetOf } from '@/lib/domain/profile';
import { runOrigins, runStatuses } from '@/lib/domain/run';
import type { Services } from '@/lib/services';
import { loadChain, maskFor } from './chain';
import { conversationOf, rawSteps } from './conversation';
import { type RunFilter, runRows } from './list-store';
import { candidatesFor, startsBehind } from './settle-start';
import type { InteractionView, RunRow, RunView, Spent } from './views';

const pageSize = 50;

/** One page of runs, newest first. An unreadable cursor means the first page. */
export async function listRuns(
  services: Pick<Services, 'db'>,
  request: { filter: RunFilter; after?: string | undefined; before?: string | undefined },
): Promise<{ rows: readonly RunRow[]; newer: string | null; older: string | null }> {
  const after = parseCursor(request.after);
  const before = after ? null : parseCursor(request.before);
  const from = after
    ? { side: 'after' as const, position: after }
    : before
      ? { side: 'before' as const, position: before }
      : null;
  const found = await runRows(services.db, { filter: request.filter, limit: pageSize, from });
  return pageFrom(found, pageSize, from?.side ?? null, (row) => cursorOf({ at: row.createdAt, id: row.id }));
}

/** The agents that runs can be filtered by, archived ones last. */
export async function agentChoices(services: Pick<Services, 'db'>): Promise<readonly { id: string; name: string }[]> {
  return services.db.prisma.agent.findMany({
    orderBy: [{ archivedAt: { sort: 'asc', nulls: 'first' } }, { name: 'asc' }],
    take: 200,
    select: { id: true, name: true },
  });
}

/** The functions that runs can be filtered by. */
export async function toolChoices(services: Pick<Services, 'db'>): Promise<readonly string[]> {
  const tools = await services.db.prisma.tool.findMany({ orderBy: { name: 'asc' }, take: 500, select: { name: true } });
  return tools.map(({ name }) => name);
}

/** A run with its whole chain: what was asked, said, called, decided and sent. Null: there is no such run. */
export async function findRun(services: Pick<Services, 'db'>, id: string, viewer: Person): Promise<RunView | null> {
  const { prisma } = services.db;
  const run = await prisma.run.findUnique({ where: { id }, include: { agent: { select: { id: true, name: true } } } });
  if (run === null) return null;
  const startUnclear = run.status === 'unclear' && run.rootInteractionId === null;
  const [chain, interactions, activity, candidates, mayComeFrom] = await Promise.all([
    loadChain(prisma, id),
    prisma.interaction.findMany({
      where: { runId: id },
      select: {
        id: true,
        position: true,
        previousId: true,
        status: true,
        usage: true,
        errors: true,
        created: true,
        updated: true,
        firstSeenAt: true,
        missingSince: true,
        pause: {
          include: {
            attempts: { orderBy: { number: 'asc' } },
            approvals: { orderBy: { position: 'asc' }, include: approvalParts },
          },
        },
      },
    }),
    runActivity(prisma, id),
    startUnclear ? candidatesFor(services, run) : null,
    run.origin === 'foreign' ? startsBehind(services, run) : [],
  ]);
  const masks = maskFor(chain.masks);
  const items = conversationOf(chain.parts, chain.question, masks);
  const rows = new Map(interactions.map((row) => [row.id, row]));
  const profile = continuationProfile.safeParse(run.profile);
  const views = chain.parts.flatMap((part): InteractionView[] => {
    const row = rows.get(part.id);
    if (row === undefined) return [];
    const { pause } = row;
    const calls = pause?.approvals.map(toApproval) ?? [];
    return [
      {
        id: row.id,
        position: row.position,
        status: row.status,
        created: row.created,
        firstSeenAt: row.firstSeenAt,
        items: items.filter((item) => item.interactionId === row.id),
        raw: {
          id: row.id,
          status: row.status,
          previous_interaction_id: row.previousId,
          created: row.created?.toISOString() ?? null,
          updated: row.updated?.toISOString() ?? null,
          steps: rawSteps(part.steps, masks),
          usage: isJsonObject(row.usage) ? jsonObject.parse(row.usage) : null,
          errors: (row.errors ?? []) as Json,
        },
        spent: spentIn(row),
        usage: usageOf(row.usage),
        errors: errorTexts(row.errors),
        missing: row.missingSince !== null,
        pause: pause && {
          id: pause.id,
          calls: calls.flatMap((call) => part.decisions.get(call.call.id) ?? []),
          resume: resumeView(toPause(pause), calls, pause.attempts.length),
          attempts: pause.attempts.map(({ number, startedAt, finishedAt, outcome, message }) => ({
            number,
            startedAt,
            finishedAt,
            outcome,
            message,
          })),
          extraChildren: pause.extraChildren,
        },
      },
    ];
  });
  const totals = views.flatMap(({ usage }) =>
    usage.filter(({ label }) => label === 'Total').map(({ tokens }) => tokens),
  );
  return {
    id: run.id,
    title: run.title,
    status: z.enum(runStatuses).parse(run.status),
    message: run.message,
    origin: z.enum(runOrigins).parse(run.origin),
    agent: run.agent,
    target: profile.success ? targetOf(profile.data) : null,
    tools: profile.success ? profile.data.tools.map((tool) => tool.name ?? tool.type) : [],
    requester: run.requester,
    metadata: jsonObject.catch({}).parse(run.metadata),
    input: isJsonObject(run.input) ? ((run.input as { input?: Json }).input ?? null) : null,
    createdAt: run.createdAt,
    endedAt: run.endedAt,
    nextReadAt: run.nextReadAt,
    erased: { steps: run.stepsErasedAt, results: run.resultsErasedAt },
    totalTokens: totals.length > 0 ? totals.reduce((sum, tokens) => sum + tokens, 0) : null,
    spent: {
      atGeminiMs: sumOf(views.map(({ spent }) => spent.atGeminiMs)),
      waitingMs: sumOf(views.map(({ spent }) => spent.waitingMs)),
    },
    maySettle: can(viewer, 'resume.settle'),
    candidates,
    mayComeFrom,
    interactions: views,
    activity,
  };
}

const ended = new Set(['completed', 'failed', 'cancelled', 'incomplete', 'budget_exceeded']);

// Gemini works from the creation of an interaction until it stops, for calls or for good; people have what lies between
// the pause and the moment at which the last call was decided. Clocks differ a little: nothing takes less than no time.
function spentIn(row: {
  status: string;
  created: Date | null;
  updated: Date | null;
  firstSeenAt: Date;
  pause: {
    openedAt: Date;
    attempts: readonly { startedAt: Date }[];
    approvals: readonly { decidedAt: Date | null }[];
  } | null;
}): Spent {
  const { pause } = row;
  const began = row.created ?? row.firstSeenAt;
  const stopped = pause?.openedAt ?? (ended.has(row.status) ? row.updated : null);
  const decided = pause?.approvals.map(({ decidedAt }) => decidedAt?.getTime() ?? null) ?? [];
  const last = decided.reduce(
    (latest, at) => (latest === null || at === null ? null : Math.max(latest, at)),
    0 as number | null,
  );
  return {
    atGeminiMs: stopped && Math.max(0, stopped.getTime() - began.getTime()),
    waitingMs:
      pause === null || last === null || decided.length === 0 ? null : Math.max(0, last - pause.openedAt.getTime()),
  };
}

function sumOf(parts: readonly (number | null)[]): number | null {
  const known = parts.filter((part) => part !== null);
  return known.length > 0 ? known.reduce((sum, part) => sum + part, 0) : null;
}

// Gemini's names for its counts, in the order in which they add up.
const counted = [
  ['total_input_tokens', 'Input'],
  ['total_cached_tokens', 'Cached'],
  ['total_thought_tokens', 'Thought'],
  ['total_output_tokens', 'Output'],
  ['total_tool_use_tokens', 'Tools'],
  ['total_tokens', 'Total'],
] as const;

function usageOf(usage: unknown): InteractionView['usage'] {
  if (!isJsonObject(usage)) return [];
  return counted.flatMap(([name, label]) => {
    const tokens = (usage as Record<string, unknown>)[name];
    return typeof tokens === 'number' && (tokens > 0 || label === 'Total') ? [{ label, tokens }] : [];
  });
}

function errorTexts(errors: unknown): readonly string[] {
  const read = z.array(z.object({ code: z.string().nullable(), message: z.string().nullable() })).safeParse(errors);
  return read.success
    ? read.data.map(({ code, message }) => [code, message].filter((part) => part !== null).join(': '))
    : [];
}

/** Whether anything was ever started, registered or heard of here. */
export async function anyRun(services: Pick<Services, 'db'>): Promise<boolean> {
  return (await services.db.prisma.run.findFirst({ select: { id: true } })) !== null;
}
