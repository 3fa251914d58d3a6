import { lockRun } from '@/lib/approvals/store';
import { recordInteraction } from '@/lib/approvals/sync';
import { appendAudit } from '@/lib/audit/append';
import type { Transaction } from '@/lib/db';
import type { AuditContext } from '@/lib/domain/audit';
import { bareId, type Interaction } from '@/lib/domain/interaction';
import { can, type Person } from '@/lib/domain/person';
import { continuationProfile, targetOf } from '@/lib/domain/profile';
import { notifyLive } from '@/lib/live/notify';
import { enqueue } from '@/lib/queue/enqueue';
import type { Services } from '@/lib/services';

/** What a person makes of a start whose outcome is unclear: it is this interaction, or it never was. */
export type StartSettlement = Readonly<{ action: 'take_up'; interactionId: string } | { action: 'not_started' }>;

export type SettleStartOutcome = { kind: 'settled' } | { kind: 'refused'; message: string };

/**
 * A person settles a start that is unclear. `take_up` makes an interaction that Gemini has the run's own, with the profile
 * that it was to be started with; a run that was shown as another program's goes up in it. `not_started` ends the run as
 * failed. Refusals are recorded too. Null: no such run.
 */
export async function settleStart(
  services: Services,
  input: Readonly<{ runId: string; settlement: StartSettlement; reason: string; by: Person; context: AuditContext }>,
): Promise<SettleStartOutcome | null> {
  const { settlement } = input;
  const read = settlement.action === 'take_up' ? await services.gemini.read(bareId(settlement.interactionId)) : null;
  return services.db.prisma.$transaction(async (tx): Promise<SettleStartOutcome | null> => {
    const now = services.now();
    const about = {
      actor: { type: 'person' as const, id: input.by.id, name: input.by.name },
      targets: [{ type: 'run' as const, id: input.runId }],
      context: input.context,
      runId: input.runId,
    };
    const refuse = async (message: string): Promise<SettleStartOutcome> => {
      await appendAudit(tx, now, {
        ...about,
        action: 'run.start_settle_refused',
        facts: { action: settlement.action, message },
      });
      return { kind: 'refused', message };
    };
    const interactionId = read?.kind === 'read' ? read.interaction.id : null;
    const holder = interactionId === null ? null : await runHolding(tx, interactionId);
    // Always in the same order, so that no two who do this can wait for each other.
    for (const id of [input.runId, ...(holder === null ? [] : [holder.id])].sort()) await lockRun(tx, id);
    const run = await tx.run.findUnique({
      where: { id: input.runId },
      select: { status: true, rootInteractionId: true, profile: true },
    });
    if (run === null) return null;
    if (!can(input.by, 'resume.settle')) return refuse('Your role does not let you settle this. An admin can.');
    if (run.status !== 'unclear' || run.rootInteractionId !== null) {
      return refuse('What became of this start is known by now.');
    }
    if (settlement.action === 'not_started') {
      await tx.run.update({
        where: { id: input.runId },
        data: {
          status: 'failed',
          endedAt: now,
          idempotencyKey: null, // the caller may send it again
          message: `${input.by.name} found that Gemini never started it: ${input.reason}`,
        },
      });
    } else {
      if (read?.kind === 'missing') return refuse('Gemini does not find this interaction with our key.');
      if (read?.kind !== 'read') return refuse(`Gemini could not be read: ${read?.message ?? 'no answer'}`);
      const { interaction } = read;
      if (interaction.previousId !== null) return refuse('It continues another interaction, so no start made it.');
      const target = targetOf(continuationProfile.parse(run.profile));
      if (interaction.target !== null && interaction.target !== target) {
        return refuse(`It runs on ${interaction.target}, and this run was to run on ${target}.`);
      }
      if (holder !== null && holder.origin !== 'foreign') {
        return refuse('It belongs to another run here, which can be decided.');
      }
      if (holder !== null) await takeOver(tx, holder.id, input.runId);
      await makeRoot(services, tx, input.runId, interaction);
    }
    await appendAudit(tx, now, {
      ...about,
      action: 'run.start_settled',
      facts: {
        action: settlement.action,
        interaction: interactionId,
        fromRun: holder?.id ?? null,
        reason: input.reason,
      },
    });
    await notifyLive(tx, { type: 'run', id: input.runId });
    return { kind: 'settled' };
  });
}

/** Runs of other programs that may be what an unclear start became: heard of first within minutes of it. */
export async function candidatesFor(
  services: Pick<Services, 'db'>,
  run: Readonly<{ createdAt: Date }>,
): Promise<readonly Readonly<{ runId: string; interactionId: string; title: string; createdAt: Date }>[]> {
  const rows = await services.db.prisma.run.findMany({
    where: { origin: 'foreign', rootInteractionId: { not: null }, createdAt: windowAfter(run.createdAt) },
    orderBy: { createdAt: 'asc' },
    take: 5,
    select: { id: true, rootInteractionId: true, title: true, createdAt: true },
  });
  return rows.flatMap(({ id, rootInteractionId, ...rest }) =>
    rootInteractionId === null ? [] : [{ runId: id, interactionId: rootInteractionId, ...rest }],
  );
}

/** Starts of ours with an unclear outcome that a run of another program may come from. */
export async function startsBehind(
  services: Pick<Services, 'db'>,
  foreign: Readonly<{ createdAt: Date }>,
): Promise<readonly Readonly<{ runId: string; title: string }>[]> {
  const rows = await services.db.prisma.run.findMany({
    where: { status: 'unclear', rootInteractionId: null, createdAt: windowBefore(foreign.createdAt) },
    orderBy: { createdAt: 'desc' },
    take: 3,
    select: { id: true, title: true },
  });
  return rows.map(({ id, title }) => ({ runId: id, title }));
}

// Gemini's clock may be behind ours, and a start that hangs is given up within a minute.
const clockSkewMs = 60_000;
const longestStartMs = 5 * 60_000;
const windowAfter = (start: Date) => ({
  gte: new Date(start.getTime() - clockSkewMs),
  lte: new Date(start.getTime() + longestStartMs),
});
const windowBefore = (seen: Date) => ({
  gte: new Date(seen.getTime() - longestStartMs),
  lte: new Date(seen.getTime() + clockSkewMs),
});

async function runHolding(tx: Transaction, interactionId: string): Promise<{ id: string; origin: string } | null> {
  const found = await tx.interaction.findUnique({
    where: { id: interactionId },
    select: { run: { select: { id: true, origin: true } } },
  });
  return found?.run ?? null;
}

/** A foreign run has no requests: what it holds are readings. */
async function takeOver(tx: Transaction, from: string, to: string): Promise<void> {
  // What was read before the profile was known is read anew.
  await tx.interaction.updateMany({ where: { runId: from }, data: { runId: to, readingHash: null } });
  await tx.webhookEvent.updateMany({ where: { runId: from }, data: { runId: to } });
  await tx.run.delete({ where: { id: from } });
}

async function makeRoot(services: Services, tx: Transaction, runId: string, interaction: Interaction): Promise<void> {
  await tx.run.update({
    where: { id: runId },
    data: { status: 'running', message: null, rootInteractionId: interaction.id },
  });
  await recordInteraction(services, tx, runId, interaction);
  const newest = await tx.interaction.findFirst({
    where: { runId },
    orderBy: [{ position: 'desc' }, { firstSeenAt: 'asc' }],
    select: { id: true },
  });
  if (newest !== null && newest.id !== interaction.id) {
    await enqueue(tx, 'interaction.sync', { interactionId: newest.id, runId }, { key: `read:${newest.id}` });
  }
}
