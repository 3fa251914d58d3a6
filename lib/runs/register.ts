import { lockRun, toJson } from '@/lib/approvals/store';
import { recordInteraction } from '@/lib/approvals/sync';
import { appendAudit } from '@/lib/audit/append';
import type { Actor, AuditContext } from '@/lib/domain/audit';
import { bareId } from '@/lib/domain/interaction';
import type { JsonObject } from '@/lib/domain/json';
import type { Person } from '@/lib/domain/person';
import { targetOf } from '@/lib/domain/profile';
import type { RunStatus } from '@/lib/domain/run';
import { AppError } from '@/lib/errors';
import { newId, newToken } from '@/lib/ids';
import type { Services } from '@/lib/services';
import { askedIn, type RunSource, requesterOf, resolveSource, type StartedRun } from './start';

export type RegisterRun = Readonly<{
  interactionId: string;
  source: RunSource;
  requester: string | null;
  metadata: JsonObject;
  by: Person | null;
  actor: Actor;
  context: AuditContext;
}>;

/**
 * Takes a run that another program started, with the profile that Gemini does not tell. The same interaction again answers
 * with the same run; a run that was so far only shown becomes resumable. Throws `AppError` when our key does not find
 * the interaction or Gemini cannot be read.
 */
export async function registerRun(services: Services, input: RegisterRun): Promise<StartedRun> {
  const interactionId = bareId(input.interactionId);
  const itself = await knownRun(services, interactionId);
  if (itself && itself.origin !== 'foreign') return repeated(itself);
  const read = await services.gemini.read(interactionId);
  if (read.kind === 'missing') {
    throw new AppError(
      'invalid_input',
      'Gemini does not find this interaction with our key. It may belong to another project, be deleted, or have outlived its retention.',
      {
        errors: [{ path: '/interaction_id', message: 'Not found at Gemini.' }],
      },
    );
  }
  if (read.kind !== 'read') throw new AppError('upstream_failed', `Gemini could not be read: ${read.message}`);

  const { previousId } = read.interaction;
  const known = itself ?? (previousId === null ? null : await knownRun(services, previousId));

  return services.db.prisma.$transaction(async (tx) => {
    if (known && known.origin !== 'foreign') {
      // It continues a run that is known: a link of that chain, not a run of its own.
      await lockRun(tx, known.id);
      await recordInteraction(services, tx, known.id, read.interaction);
      return repeated(await tx.run.findUniqueOrThrow({ where: { id: known.id } }));
    }
    const { agentId, agentName, profile } = await resolveSource(tx, input.source);
    const now = services.now();
    const fresh = newId('run', now);
    const requester = await requesterOf(tx, input);
    const kept = {
      agentId,
      origin: 'registered',
      profile: toJson(profile),
      metadata: toJson(input.metadata),
      starterUserId: input.by?.id ?? null,
      ...requester,
    };
    let runId = known?.id ?? null;
    if (runId === null) {
      const { count } = await tx.run.createMany({
        data: {
          ...kept,
          id: fresh,
          status: 'running',
          token: newToken(),
          title: askedIn(read.interaction) ?? agentName ?? targetOf(profile),
          rootInteractionId: interactionId,
          createdAt: read.interaction.created ?? now,
        },
        skipDuplicates: true,
      });
      if (count === 0) {
        // Somebody registered it, or a webhook made it known, at the same moment.
        const other = await tx.run.findUniqueOrThrow({ where: { rootInteractionId: interactionId } });
        if (other.origin !== 'foreign') {
          return { id: other.id, interactionId, status: other.status as RunStatus, repeated: true };
        }
        runId = other.id;
      }
    }
    if (runId !== null) {
      await lockRun(tx, runId);
      await tx.run.update({ where: { id: runId }, data: { ...kept, message: null } });
    }
    const id = runId ?? fresh;
    await lockRun(tx, id);
    await appendAudit(tx, now, {
      action: 'run.registered',
      actor: input.actor,
      targets: [{ type: 'run', id }],
      context: input.context,
      facts: { agent: agentName, requester: requester.requester },
      runId: id,
    });
    await recordInteraction(services, tx, id, read.interaction);
    const run = await tx.run.findUniqueOrThrow({ where: { id } });
    return { id, interactionId: run.rootInteractionId, status: run.status as RunStatus, repeated: false };
  });
}

type KnownRun = Readonly<{ id: string; origin: string; status: string; rootInteractionId: string | null }>;

async function knownRun(services: Pick<Services, 'db'>, interactionId: string): Promise<KnownRun | null> {
  const found = await services.db.prisma.interaction.findUnique({
    where: { id: interactionId },
    select: { run: { select: { id: true, origin: true, status: true, rootInteractionId: true } } },
  });
  return found?.run ?? null;
}

function repeated(run: KnownRun): StartedRun {
  return { id: run.id, interactionId: run.rootInteractionId, status: run.status as RunStatus, repeated: true };
}
