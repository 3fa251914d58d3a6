import { appendAudit } from '@/lib/audit/append';
import type { Transaction } from '@/lib/db';
import { system } from '@/lib/domain/audit';
import { sha256OfCanonical } from '@/lib/domain/call-hash';
import { holdOn } from '@/lib/domain/hold';
import { functionResults, mismatches, nextPause, type Pause, type PauseEvent, readiness } from '@/lib/domain/pause';
import { continuationProfile } from '@/lib/domain/profile';
import type { CreateOutcome, ResumeRequest } from '@/lib/gemini';
import { holdsForActing } from '@/lib/holds/store';
import { newId } from '@/lib/ids';
import { enqueue } from '@/lib/queue/enqueue';
import { webhookDelivery } from '@/lib/runs/delivery';
import type { Services } from '@/lib/services';
import { announceRun } from './announce';
import { lockPause, savePause, toJson } from './store';
import { recordInteraction, refreshRun } from './sync';

const unclearText = 'Whether Gemini received the results is not known. Nothing was sent a second time.';

type Claim = Readonly<{ request: ResumeRequest; pauseId: string; runId: string; attemptId: string; attempt: number }>;

/**
 * Resumes a pause whose calls are all settled: claims it with one conditional update, sends every result in one request,
 * records what came of it. Safe to repeat at any point: whoever finds the claim taken does nothing, and the sweep turns
 * a claim whose holder is gone into `unclear`.
 */
export async function resumePause(services: Services, pauseId: string): Promise<void> {
  const claim = await claimResume(services, pauseId);
  if (claim === null) return;
  const outcome = await services.gemini.resume(claim.request);
  await recordOutcome(services, claim, outcome);
}

/** Marks a pause as unclear whose sender has vanished. Safe to repeat. */
export async function giveUpAttempt(
  services: Pick<Services, 'db' | 'env' | 'now'>,
  pauseId: string,
  attemptId: string,
): Promise<void> {
  await services.db.prisma.$transaction(async (tx) => {
    const found = await lockPause(tx, pauseId);
    if (found?.pause.resume !== 'sending' || found.pause.attemptId !== attemptId) return;
    await move(tx, services, found.pause, { type: 'answer_unclear', attemptId, message: unclearText });
    await finishAttempt(tx, services.now(), attemptId, { outcome: 'unclear', message: unclearText, childId: null });
    await auditUnclear(tx, services.now(), found.pause, await attemptNumber(tx, attemptId), unclearText);
    await refreshRun(services, tx, found.pause.runId);
  });
}

async function isHeld(
  tx: Transaction,
  runId: string,
  approvals: readonly { call: { name: string } }[],
): Promise<boolean> {
  const holds = await holdsForActing(tx);
  if (holds.length === 0) return false;
  const { agentId } = await tx.run.findUniqueOrThrow({ where: { id: runId }, select: { agentId: true } });
  return holdOn(holds, { agentId, tools: approvals.map(({ call }) => call.name) }) !== null;
}

async function claimResume(services: Services, pauseId: string): Promise<Claim | null> {
  return services.db.prisma.$transaction(async (tx) => {
    const found = await lockPause(tx, pauseId);
    if (found === null) return null;
    const { pause, approvals } = found;
    const now = services.now();
    if (pause.resume !== 'ready') return null; // another worker has it, or somebody took a decision back
    if (await isHeld(tx, pause.runId, approvals)) return null; // releasing it queues this again
    const ready = readiness(approvals, now);
    const wait =
      ready.kind === 'not_before' ? ready.at : pause.notBefore && pause.notBefore > now ? pause.notBefore : null;
    if (wait) {
      await enqueue(tx, 'pause.settle', { pauseId }, { key: `settle:${pauseId}`, runAt: wait });
      return null;
    }
    if (ready.kind !== 'go') return null;

    const broken = mismatches(approvals);
    if (broken.length > 0) {
      const message = 'A stored call does not match its hash: it was changed after it was stored. Nothing was sent.';
      await move(tx, services, pause, { type: 'record_mismatch', message });
      await appendAudit(tx, now, {
        action: 'integrity.mismatch',
        actor: system,
        targets: broken.map(({ id, call }) => ({ type: 'approval' as const, id, name: call.name })),
        context: { surface: 'worker' },
        facts: { approvals: broken.length },
        runId: pause.runId,
      });
      await refreshRun(services, tx, pause.runId);
      return null;
    }

    const run = await tx.run.findUniqueOrThrow({ where: { id: pause.runId } });
    const interaction = await tx.interaction.findUniqueOrThrow({ where: { id: pause.interactionId } });
    const attemptId = newId('att', now);
    const attempt = (await tx.resumeAttempt.count({ where: { pauseId } })) + 1;
    const results = functionResults(approvals);
    if (!(await move(tx, services, pause, { type: 'claimed', attemptId }))) return null;
    const sent = toJson(results);
    await tx.resumeAttempt.create({ data: { id: attemptId, pauseId, number: attempt, results: sent, startedAt: now } });
    await appendAudit(tx, now, {
      action: 'resume.sent',
      actor: system,
      targets: [{ type: 'interaction', id: pause.interactionId }],
      context: { surface: 'worker' },
      facts: {
        attempt,
        results: results.length,
        resultHash: sha256OfCanonical(results.map(({ callId, name, result }) => ({ callId, name, result }))),
      },
      runId: pause.runId,
    });
    const request: ResumeRequest = {
      profile: continuationProfile.parse(run.profile),
      pausedId: pause.interactionId,
      environmentId: interaction.environmentId,
      results,
      delivery: webhookDelivery(services.env, run, { attempt: attemptId }),
    };
    return { request, pauseId, runId: pause.runId, attemptId, attempt };
  });
}

async function recordOutcome(services: Services, claim: Claim, outcome: CreateOutcome): Promise<void> {
  const { pauseId, attemptId, attempt, runId } = claim;
  await services.db.prisma.$transaction(async (tx) => {
    const found = await lockPause(tx, pauseId);
    if (found === null) return;
    const { pause } = found;
    const now = services.now();
    const about = {
      actor: system,
      targets: [{ type: 'interaction' as const, id: pause.interactionId }],
      context: { surface: 'worker' as const },
      runId,
    };
    switch (outcome.kind) {
      case 'created': {
        const child = outcome.interaction.id;
        await move(tx, services, pause, { type: 'sent', attemptId, childId: child });
        await finishAttempt(tx, now, attemptId, { outcome: 'resumed', message: null, childId: child });
        // Links the child; when a webhook was faster and the child is known, or another branch exists, it says so too.
        await recordInteraction(services, tx, runId, { ...outcome.interaction, previousId: pause.interactionId });
        if (pause.childId === null) {
          await appendAudit(tx, now, {
            ...about,
            action: 'resume.confirmed',
            facts: { attempt, child, how: 'answered' },
          });
        }
        return;
      }
      case 'rate_limited': {
        const notBefore = new Date(now.getTime() + outcome.retryAfterMs);
        const waiting = await move(tx, services, pause, { type: 'rate_limited', attemptId, notBefore });
        await finishAttempt(tx, now, attemptId, {
          outcome: 'rate_limited',
          message: 'Gemini asked us to wait.',
          childId: null,
        });
        if (waiting) {
          await enqueue(tx, 'pause.settle', { pauseId }, { key: `settle:${pauseId}`, runAt: notBefore });
          const waitSeconds = Math.ceil(outcome.retryAfterMs / 1000);
          await appendAudit(tx, now, { ...about, action: 'resume.rate_limited', facts: { attempt, waitSeconds } });
        }
        break;
      }
      case 'refused':
        await move(tx, services, pause, { type: 'answer_refused', attemptId, message: outcome.message });
        await finishAttempt(tx, now, attemptId, { outcome: 'refused', message: outcome.message, childId: null });
        await appendAudit(tx, now, {
          ...about,
          action: 'resume.refused',
          facts: { attempt, message: outcome.message },
        });
        break;
      case 'missing': {
        const message =
          'Gemini no longer stores this interaction, so it cannot be resumed. The decisions stay on record.';
        await move(tx, services, pause, { type: 'interaction_missing', message });
        await finishAttempt(tx, now, attemptId, { outcome: 'lost', message: outcome.message, childId: null });
        await appendAudit(tx, now, { ...about, action: 'resume.lost', facts: { message: outcome.message } });
        break;
      }
      case 'unclear': {
        const message = `${unclearText} ${outcome.message}`;
        const unclear = await move(tx, services, pause, { type: 'answer_unclear', attemptId, message });
        await finishAttempt(tx, now, attemptId, { outcome: 'unclear', message: outcome.message, childId: null });
        if (unclear) await auditUnclear(tx, now, pause, attempt, outcome.message);
        break;
      }
    }
    await refreshRun(services, tx, runId);
  });
}

async function move(
  tx: Transaction,
  services: Pick<Services, 'now'>,
  pause: Pause,
  event: PauseEvent,
): Promise<boolean> {
  const after = nextPause(pause, event);
  if (after === null || !(await savePause(tx, pause, after, services.now()))) return false;
  await announceRun(tx, pause.runId);
  return true;
}

async function finishAttempt(
  tx: Transaction,
  now: Date,
  attemptId: string,
  result: { outcome: string; message: string | null; childId: string | null },
): Promise<void> {
  // An attempt that was given up may still be answered; an answer is never overwritten by a guess.
  await tx.resumeAttempt.updateMany({
    where: { id: attemptId, OR: [{ outcome: null }, { outcome: 'unclear' }] },
    data: { ...result, finishedAt: now },
  });
}

async function attemptNumber(tx: Transaction, attemptId: string): Promise<number> {
  return (await tx.resumeAttempt.findUniqueOrThrow({ where: { id: attemptId } })).number;
}

async function auditUnclear(tx: Transaction, now: Date, pause: Pause, attempt: number, message: string): Promise<void> {
  await appendAudit(tx, now, {
    action: 'resume.unclear',
    actor: system,
    targets: [{ type: 'interaction', id: pause.interactionId }],
    context: { surface: 'worker' },
    facts: { attempt, message },
    runId: pause.runId,
  });
}
