import { announceRun } from '@/lib/approvals/announce';
import { lockRun, savePause, toJson, toPause } from '@/lib/approvals/store';
import { readingHash, recordInteraction, refreshRun, supersedePending } from '@/lib/approvals/sync';
import { appendAudit } from '@/lib/audit/append';
import type { Transaction } from '@/lib/db';
import { system } from '@/lib/domain/audit';
import type { Interaction } from '@/lib/domain/interaction';
import { nextPause } from '@/lib/domain/pause';
import { continuationProfile, targetOf } from '@/lib/domain/profile';
import { newId, newToken } from '@/lib/ids';
import type { Services } from '@/lib/services';
import { workspaceSettings } from '@/lib/settings/settings';
import { askedIn } from './start';
import { type RunOfReading, runsOfReading } from './store';

export type SyncOutcome =
  | { kind: 'synced'; runId: string }
  | { kind: 'foreign'; runId: string; message: string } // shown, read-only
  | { kind: 'ignored'; message: string } // by setting
  | { kind: 'not_ours' } // our key does not find it
  | { kind: 'refused'; message: string }; // Gemini will not let us read it

export type SyncRequest = Readonly<{
  interactionId: string;
  runToken?: string | null;
  trusted: boolean; // heard of by a signature that only our own webhook has
  firstHeardAt: Date;
  /** What was stored of it before this reading; the hash says which reading changes nothing any more. */
  known?: Readonly<{ runId: string; origin: string; message: string | null; readingHash: string | null }> | null;
}>;

// Known fault at Gemini: background runs that answer 404 for minutes. Ours are kept longer than a stranger's hint.
const lostAfterMs = 10 * 60_000;
const forgetAfterMs = 3 * 60_000;

/** Gemini, or the network to it, has a bad moment: the queue tries again. */
export class ReadLater extends Error {
  override readonly name = 'ReadLater';
}

/**
 * Reads an interaction and does what follows from it, for a run that we know or one that we now hear of. The reading is
 * the truth, whatever hint led here; doing it twice changes nothing. Throws `ReadLater` when it is worth another try.
 */
export async function syncInteraction(services: Services, request: SyncRequest): Promise<SyncOutcome> {
  const read = await services.gemini.read(request.interactionId);
  switch (read.kind) {
    case 'unavailable':
      throw new ReadLater(`Gemini could not be read: ${read.message}`);
    case 'refused':
      return { kind: 'refused', message: `Gemini refused the reading (${read.status}): ${read.message}` };
    case 'missing':
      return missing(services, request);
    case 'read':
      if (request.known && request.known.readingHash === readingHash(read.interaction)) return settled(request.known);
      return services.db.prisma.$transaction((tx) => place(services, tx, request, read.interaction));
  }
}

function settled(run: { runId: string; origin: string; message: string | null }): SyncOutcome {
  return run.origin === 'foreign'
    ? { kind: 'foreign', runId: run.runId, message: run.message ?? foreignText }
    : { kind: 'synced', runId: run.runId };
}

async function place(
  services: Services,
  tx: Transaction,
  request: SyncRequest,
  interaction: Interaction,
): Promise<SyncOutcome> {
  const run = await runOf(tx, request, interaction);
  if (run !== null) {
    await lockRun(tx, run.runId);
    if (!run.rooted) {
      await tx.run.updateMany({
        where: { id: run.runId, rootInteractionId: null },
        data: { rootInteractionId: interaction.id },
      });
    }
    await recordInteraction(services, tx, run.runId, interaction);
    return settled(run);
  }
  if (await mayBeStarting(services, tx, request, interaction)) {
    throw new ReadLater('A run of ours on this model is being started; this may be its first event.');
  }
  return adopt(services, tx, interaction);
}

// In this order: the interaction itself, the chain that it continues, the token of the run in the delivery's address.
async function runOf(tx: Transaction, request: SyncRequest, interaction: Interaction): Promise<RunOfReading | null> {
  const found = await runsOfReading(tx, {
    interactionId: interaction.id,
    previousId: interaction.previousId,
    runToken: request.runToken ?? null,
  });
  const known = found.find(({ by }) => by === 'interaction') ?? found.find(({ by }) => by === 'previous');
  if (known) return known;
  const run = found.find(({ by }) => by === 'token');
  // A run whose start is unclear learns its first interaction from its own address; a later stranger does not fit in.
  return run && (!run.rooted || interaction.previousId !== null) ? run : null;
}

// A create is given up after 30 s; by then its answer is recorded, or will never be.
const startAnswerMs = 60_000;

// The event of a fast first turn may overtake the answer to its own start. Taken for a stranger's, it would stand in the
// way of its run for ever.
async function mayBeStarting(
  services: Services,
  tx: Transaction,
  request: SyncRequest,
  interaction: Interaction,
): Promise<boolean> {
  const heard = request.firstHeardAt.getTime();
  if (interaction.previousId !== null || services.now().getTime() - heard >= startAnswerMs) return false;
  const starting = await tx.run.findMany({
    where: { status: 'unclear', rootInteractionId: null, createdAt: { gt: new Date(heard - startAnswerMs) } },
    select: { profile: true },
    take: 100,
  });
  return starting.some(({ profile }) => targetOf(continuationProfile.parse(profile)) === interaction.target);
}

const foreignText =
  'Another program started this run, and no agent here has a profile for it. It is shown, and cannot be resumed from here: Gemini does not tell the tools that it was started with.';

async function adopt(services: Services, tx: Transaction, interaction: Interaction): Promise<SyncOutcome> {
  const settings = await workspaceSettings(tx);
  if (settings.foreignRuns === 'ignore')
    return { kind: 'ignored', message: 'Runs of other programs are ignored, by setting.' };
  const agent =
    settings.foreignRuns === 'adopt' && interaction.target !== null
      ? await tx.agent.findFirst({
          where: { target: interaction.target, adoptForeign: true, archivedAt: null },
          orderBy: { createdAt: 'asc' },
        })
      : null;
  const now = services.now();
  const runId = newId('run', now);
  // Two workers may hear of it at once: the unique root interaction lets one of them create the run.
  const { count } = await tx.run.createMany({
    data: {
      id: runId,
      agentId: agent?.id ?? null,
      origin: agent ? 'adopted' : 'foreign',
      status: 'running',
      token: newToken(),
      metadata: {},
      ...(agent ? { profile: toJson(continuationProfile.parse(agent.profile)) } : {}),
      title: askedIn(interaction) ?? agent?.name ?? interaction.target ?? 'Unknown model',
      rootInteractionId: interaction.id,
      createdAt: interaction.created ?? now,
    },
    skipDuplicates: true,
  });
  if (count === 0) {
    const winner = await tx.run.findUniqueOrThrow({
      where: { rootInteractionId: interaction.id },
      select: { id: true, origin: true },
    });
    await lockRun(tx, winner.id);
    await recordInteraction(services, tx, winner.id, interaction); // this reading may be the newer one
    return winner.origin === 'foreign'
      ? { kind: 'foreign', runId: winner.id, message: foreignText }
      : { kind: 'synced', runId: winner.id };
  }
  const about = {
    actor: system,
    targets: [{ type: 'run' as const, id: runId }],
    context: { surface: 'webhook' as const },
    runId,
  };
  await appendAudit(
    tx,
    now,
    agent
      ? { ...about, action: 'run.adopted', facts: { agent: agent.name } }
      : { ...about, action: 'run.seen', facts: { reason: 'no agent has a profile for it' } },
  );
  await lockRun(tx, runId);
  await recordInteraction(services, tx, runId, interaction);
  if (agent) return { kind: 'synced', runId };
  await tx.run.update({ where: { id: runId }, data: { message: foreignText } });
  return { kind: 'foreign', runId, message: foreignText };
}

async function missing(services: Services, request: SyncRequest): Promise<SyncOutcome> {
  const { db, now } = services;
  const known = await db.prisma.interaction.findUnique({ where: { id: request.interactionId } });
  const at = now();
  if (known === null) {
    // Fresh interactions may take a moment to be readable; after that it is somebody else's.
    const fresh = at.getTime() - request.firstHeardAt.getTime() < forgetAfterMs;
    if (fresh && (request.trusted || (await isOurToken(db.prisma, request.runToken)))) {
      throw new ReadLater('Gemini does not find the interaction yet.');
    }
    return { kind: 'not_ours' };
  }
  const since = known.missingSince ?? at;
  const lost = at.getTime() - since.getTime() >= lostAfterMs;
  await db.prisma.$transaction(async (tx) => {
    await lockRun(tx, known.runId);
    await tx.interaction.update({ where: { id: known.id }, data: { missingSince: since, lastReadAt: at } });
    const later = await tx.interaction.findFirst({
      where: { runId: known.runId, position: { gt: known.position } },
      select: { id: true },
    });
    // An earlier link of a chain may outlive its retention while the run goes on.
    if (lost && later === null) await loseRun(services, tx, known.runId, known.id);
    else await refreshRun(services, tx, known.runId);
  });
  return { kind: 'synced', runId: known.runId };
}

async function isOurToken(tx: Transaction, token: string | null | undefined): Promise<boolean> {
  return Boolean(token) && (await tx.run.count({ where: { token: token ?? '' } })) > 0;
}

async function loseRun(services: Services, tx: Transaction, runId: string, interactionId: string): Promise<void> {
  const now = services.now();
  const message = 'Gemini no longer stores this interaction: it was deleted, or its retention has passed.';
  const row = await tx.pause.findUnique({ where: { interactionId } });
  const pause = row && toPause(row);
  const gone = pause && nextPause(pause, { type: 'interaction_missing', message });
  if (pause && gone && (await savePause(tx, pause, gone, now))) await supersedePending(tx, now, pause.id, message);
  const { count } = await tx.run.updateMany({
    where: { id: runId, endedAt: null },
    data: { status: 'lost', message, endedAt: now, nextReadAt: null },
  });
  if (count === 0) return;
  await appendAudit(tx, now, {
    action: 'run.lost',
    actor: system,
    targets: [{ type: 'run', id: runId }],
    context: { surface: 'worker' },
    facts: { message },
    runId,
  });
  await announceRun(tx, runId);
}
