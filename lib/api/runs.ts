import type { z } from 'zod';
import { sha256OfCanonical } from '@/lib/domain/call-hash';
import type { Json } from '@/lib/domain/json';
import { type ContinuationProfile, continuationProfile, jsonObject } from '@/lib/domain/profile';
import type { Prisma } from '@/lib/generated/prisma/client';
import { invalidInput } from '@/lib/http';
import type { RunSource, StartedRun } from '@/lib/runs/start';
import type { Services } from '@/lib/services';
import { approvalAnswer, approvalAnswerParts, resumeAnswer } from './approvals';
import { after, cursorOf, parseCursor } from './cursor';
import type {
  RunAnswer,
  RunSummary,
  registerRunBody,
  runPage,
  runsQuery,
  StartedRunAnswer,
  startRunBody,
} from './schemas';

type RunBody = z.output<typeof startRunBody> | z.output<typeof registerRunBody>;

/** What a request says the run is made of. */
export function sourceOf(body: RunBody): RunSource {
  if (body.agent !== undefined) return { agent: body.agent };
  const { model, agent_id, tools, system_instruction, generation_config, agent_config, environment } = body;
  const profile = { model, agent_id, tools, system_instruction, generation_config, agent_config, environment };
  return { profile: continuationProfile.parse(profile) };
}

/** A run that was started or registered, as the API tells it. */
export function startedAnswer({ id, interactionId, status }: StartedRun): StartedRunAnswer {
  return { id, interaction_id: interactionId, status };
}

/**
 * A repeated Idempotency-Key stands for the same request. Throws `invalid_input` when the run that it started was asked
 * something else, or made of something else.
 */
export async function mustBeSameRequest(
  services: Pick<Services, 'db'>,
  runId: string,
  body: z.output<typeof startRunBody>,
): Promise<void> {
  const run = await services.db.prisma.run.findUniqueOrThrow({ where: { id: runId }, include: { agent: true } });
  const source = sourceOf(body);
  const sameSource =
    'agent' in source
      ? source.agent === run.agentId || source.agent === run.agent?.name
      : run.agentId === null && hashOf(source.profile) === hashOf(continuationProfile.parse(run.profile));
  const asked = { input: body.input, metadata: body.metadata ?? {} };
  const kept = { ...jsonObject.parse(run.input), metadata: run.metadata };
  const sameRequester = body.requester === undefined || body.requester === run.requester;
  if (sameSource && sameRequester && hashOf(asked) === hashOf(kept)) return;
  throw invalidInput(
    [{ path: '', message: 'Another request was sent with this Idempotency-Key.' }],
    'This Idempotency-Key was used for another request. Use a new key for each run. Nothing was started.',
  );
}

/** A page of runs, newest first. */
export async function listRuns(
  services: Pick<Services, 'db'>,
  { status, limit, cursor }: z.output<typeof runsQuery>,
): Promise<z.input<typeof runPage>> {
  const rows = await services.db.prisma.run.findMany({
    where: { ...(status ? { status } : {}), ...(cursor ? after(parseCursor(cursor)) : {}) },
    include: runParts,
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: limit + 1,
  });
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    data: shown.map(summary),
    next_cursor: rows.length > limit && last ? cursorOf({ at: last.createdAt, id: last.id }) : null,
  };
}

/** One run with its interactions and approvals; null: there is none. */
export async function readRun(services: Pick<Services, 'db'>, id: string): Promise<RunAnswer | null> {
  const row = await services.db.prisma.run.findUnique({
    where: { id },
    include: {
      ...runParts,
      interactions: {
        orderBy: [{ position: 'asc' }, { firstSeenAt: 'asc' }],
        select: {
          id: true,
          previousId: true,
          status: true,
          outputText: true,
          created: true,
          pause: { select: { resumeStatus: true, message: true } },
        },
      },
      approvals: { include: approvalAnswerParts, orderBy: [{ createdAt: 'asc' }, { position: 'asc' }, { id: 'asc' }] },
    },
  });
  if (row === null) return null;
  return {
    ...summary(row),
    interactions: row.interactions.map((interaction) => ({
      id: interaction.id,
      previous_id: interaction.previousId,
      status: interaction.status,
      output_text: interaction.outputText,
      resume: interaction.pause && resumeAnswer(interaction.pause),
      created_at: interaction.created?.toISOString() ?? null,
    })),
    approvals: row.approvals.map(approvalAnswer),
  };
}

const runParts = { agent: { select: { id: true, name: true } } } satisfies Prisma.RunInclude;

function summary(row: Prisma.RunGetPayload<{ include: typeof runParts }>): RunSummary {
  return {
    id: row.id,
    status: row.status as RunSummary['status'], // CHECK constraints hold both
    message: row.message,
    origin: row.origin as RunSummary['origin'],
    title: row.title,
    agent: row.agent,
    requester: row.requester,
    metadata: jsonObject.parse(row.metadata),
    interaction_id: row.rootInteractionId,
    created_at: row.createdAt.toISOString(),
    ended_at: row.endedAt?.toISOString() ?? null,
  };
}

function hashOf(value: ContinuationProfile | object): string {
  return sha256OfCanonical(JSON.parse(JSON.stringify(value)) as Json);
}
