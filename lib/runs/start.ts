import { lockRun, toJson } from '@/lib/approvals/store';
import { recordInteraction } from '@/lib/approvals/sync';
import { appendAudit } from '@/lib/audit/append';
import type { Transaction } from '@/lib/db';
import type { Actor, AuditContext } from '@/lib/domain/audit';
import { type Interaction, textsOf } from '@/lib/domain/interaction';
import type { Json, JsonObject } from '@/lib/domain/json';
import type { Person } from '@/lib/domain/person';
import { type ContinuationProfile, continuationProfile, targetOf } from '@/lib/domain/profile';
import type { RunStatus } from '@/lib/domain/run';
import { AppError } from '@/lib/errors';
import { newId, newToken } from '@/lib/ids';
import { notifyLive } from '@/lib/live/notify';
import { enqueue } from '@/lib/queue/enqueue';
import type { Services } from '@/lib/services';
import { webhookDelivery } from './delivery';

/** What a run is made of: a named agent, or a profile of its own. */
export type RunSource = Readonly<{ agent: string } | { profile: ContinuationProfile }>;

export type StartRun = Readonly<{
  source: RunSource;
  input: Json;
  requester: string | null;
  metadata: JsonObject;
  by: Person | null; // the person whom the key belongs to
  actor: Actor;
  context: AuditContext;
  idempotencyKey: string | null; // unique to the caller; the same again answers with the same run
}>;

export type StartedRun = Readonly<{ id: string; interactionId: string | null; status: RunStatus; repeated: boolean }>;

/**
 * Starts a run at Gemini and keeps its profile. The run is stored before the request leaves, as `unclear`, so a crash in
 * between leaves an honest trace. Throws `AppError`: `invalid_input` for an unknown agent, `rate_limited` and
 * `upstream_failed` when Gemini said no and nothing was started.
 */
export async function startRun(services: Services, input: StartRun): Promise<StartedRun> {
  const prepared = await services.db.prisma.$transaction((tx) => prepare(services, tx, input));
  if (prepared.kind === 'repeated') return prepared.run;
  const { run, profile } = prepared;
  const outcome = await services.gemini.start(profile, input.input, webhookDelivery(services.env, run));

  return services.db.prisma
    .$transaction(async (tx) => {
      await lockRun(tx, run.id);
      const now = services.now();
      const about = {
        actor: input.actor,
        targets: [{ type: 'run' as const, id: run.id }],
        context: input.context,
        runId: run.id,
      };
      switch (outcome.kind) {
        case 'created': {
          const { id } = outcome.interaction;
          await tx.run.update({
            where: { id: run.id },
            data: { status: 'running', message: null, rootInteractionId: id },
          });
          await appendAudit(tx, now, {
            ...about,
            action: 'run.started',
            facts: { agent: run.agentName, requester: run.requester },
          });
          await recordInteraction(services, tx, run.id, outcome.interaction);
          // An event that overtook this answer waits for a run to belong to.
          if ((await tx.webhookEvent.count({ where: { interactionId: id, processedAt: null } })) > 0) {
            await enqueue(tx, 'interaction.sync', { interactionId: id, runId: run.id }, { key: `read:${id}` });
          }
          return { id: run.id, interactionId: id, status: 'running', repeated: false };
        }
        case 'unclear': {
          const present = await tx.run.findUniqueOrThrow({ where: { id: run.id } });
          if (present.rootInteractionId !== null) {
            // Its first event was faster than our timeout, and has told what we do not know.
            const status = present.status as RunStatus;
            return { id: run.id, interactionId: present.rootInteractionId, status, repeated: false };
          }
          await tx.run.update({ where: { id: run.id }, data: { message: `${unclearStart} ${outcome.message}` } });
          await appendAudit(tx, now, { ...about, action: 'run.start_unclear', facts: { message: outcome.message } });
          await notifyLive(tx, { type: 'run', id: run.id });
          return { id: run.id, interactionId: null, status: 'unclear', repeated: false };
        }
        case 'rate_limited':
        case 'refused':
        case 'missing': {
          const message = outcome.kind === 'rate_limited' ? 'Gemini asked us to wait.' : outcome.message;
          // The key is freed: the caller may correct the request, or wait, and send it again.
          await tx.run.update({
            where: { id: run.id },
            data: { status: 'failed', message, endedAt: now, idempotencyKey: null },
          });
          await appendAudit(tx, now, { ...about, action: 'run.start_refused', facts: { message } });
          await notifyLive(tx, { type: 'run', id: run.id });
          return { failure: outcome, runId: run.id };
        }
      }
    })
    .then((result) => {
      if (!('failure' in result)) return result as StartedRun;
      if (result.failure.kind === 'rate_limited') {
        const seconds = Math.ceil(result.failure.retryAfterMs / 1000);
        throw new AppError('rate_limited', `Gemini asks to wait ${seconds} s. Nothing was started.`, {
          retry_after_seconds: seconds,
          run_id: result.runId,
        });
      }
      throw new AppError('upstream_failed', `Gemini refused to start the run: ${result.failure.message}`, {
        run_id: result.runId,
      });
    });
}

const unclearStart = 'Whether Gemini started this run is not known. Nothing was sent a second time.';

type PreparedRun = Readonly<{ id: string; token: string; requester: string | null; agentName: string | null }>;

async function prepare(
  services: Services,
  tx: Transaction,
  input: StartRun,
): Promise<{ kind: 'repeated'; run: StartedRun } | { kind: 'new'; run: PreparedRun; profile: ContinuationProfile }> {
  const { agentId, agentName, profile } = await resolveSource(tx, input.source);
  const now = services.now();
  const run = { id: newId('run', now), token: newToken(), agentName, ...(await requesterOf(tx, input)) };
  const { count } = await tx.run.createMany({
    data: {
      id: run.id,
      agentId,
      origin: 'started',
      status: 'unclear',
      message: unclearStart,
      token: run.token,
      requester: run.requester,
      requesterUserId: run.requesterUserId,
      starterUserId: input.by?.id ?? null,
      metadata: toJson(input.metadata),
      profile: toJson(profile),
      input: toJson({ input: input.input }),
      title: titleOf(input.input) ?? agentName ?? targetOf(profile),
      idempotencyKey: input.idempotencyKey,
      createdAt: now,
    },
    skipDuplicates: true,
  });
  if (count === 1) return { kind: 'new', run, profile };
  const first = await tx.run.findUniqueOrThrow({ where: { idempotencyKey: input.idempotencyKey ?? '' } });
  return {
    kind: 'repeated',
    run: { id: first.id, interactionId: first.rootInteractionId, status: first.status as RunStatus, repeated: true },
  };
}

/** The profile that a run is to carry, and its agent if it has one. Throws `AppError` for an unknown agent. */
export async function resolveSource(
  tx: Transaction,
  source: RunSource,
): Promise<{ agentId: string | null; agentName: string | null; profile: ContinuationProfile }> {
  if ('profile' in source) return { agentId: null, agentName: null, profile: source.profile };
  const agent = await tx.agent.findFirst({
    where: { OR: [{ name: source.agent }, { id: source.agent }], archivedAt: null },
  });
  if (agent === null) {
    throw new AppError(
      'invalid_input',
      `There is no agent named “${source.agent}”. Name an agent of the Agents page, or send a model or agent_id with its tools.`,
      {
        errors: [{ path: '/agent', message: 'No such agent.' }],
      },
    );
  }
  return { agentId: agent.id, agentName: agent.name, profile: continuationProfile.parse(agent.profile) };
}

/** Who asked for the run: as told, else the key's person; and whom that means among the people here. */
export async function requesterOf(
  tx: Transaction,
  input: { requester: string | null; by: Person | null },
): Promise<{ requester: string | null; requesterUserId: string | null }> {
  if (input.requester === null) return { requester: input.by?.email ?? null, requesterUserId: input.by?.id ?? null };
  const person = await tx.user.findUnique({
    where: { email: input.requester.trim().toLowerCase() },
    select: { id: true },
  });
  return { requester: input.requester, requesterUserId: person?.id ?? null };
}

/** The same for a run that another program started. Gemini sometimes leaves out what was asked: then null. */
export function askedIn(interaction: Interaction): string | null {
  const asked = interaction.steps.find((step) => step.type === 'user_input');
  return asked === undefined ? null : titleOf([asked as Json]);
}

/** The first words of what the agent was asked, for lists. */
export function titleOf(input: Json): string | null {
  const items = Array.isArray(input) ? input : [input];
  const text = items
    .flatMap((item: Json) =>
      typeof item === 'object' && item !== null && 'content' in item ? textsOf(item.content as Json) : textsOf(item),
    )
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim();
  if (text === '') return null;
  const points = [...text];
  return points.length > 140 ? `${points.slice(0, 139).join('')}…` : text;
}
