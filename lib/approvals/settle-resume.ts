import { appendAudit } from '@/lib/audit/append';
import type { AuditContext } from '@/lib/domain/audit';
import { closedBy, nextPause, type ResumeStatus } from '@/lib/domain/pause';
import { can, type Person } from '@/lib/domain/person';
import { enqueue } from '@/lib/queue/enqueue';
import type { Services } from '@/lib/services';
import { lockPause, savePause } from './store';
import { refreshRun } from './sync';

export type SettleResumeOutcome =
  | { kind: 'settled'; runId: string; resume: ResumeStatus }
  | { kind: 'refused'; reason: 'not_allowed' | 'not_open'; resume: ResumeStatus };

/** What each choice may cause, in words, wherever a person is asked to choose. */
export const settleConsequences = {
  send_again:
    'The results are sent once more. If the first request did arrive, the agent goes on twice: two branches, each believing that it alone was answered.',
  close:
    'Nothing more is sent. If the first request did not arrive, the agent waits until Gemini deletes the interaction. The decisions stay on record.',
} as const;

/**
 * A person settles a resume that is unclear or was refused: send it again, or let it be. Refusals are recorded too. Null: no
 * such pause.
 */
export async function settleResume(
  services: Pick<Services, 'db' | 'env' | 'now'>,
  input: { interactionId: string; action: 'send_again' | 'close'; reason: string; by: Person; context: AuditContext },
): Promise<SettleResumeOutcome | null> {
  return services.db.prisma.$transaction(async (tx) => {
    const row = await tx.pause.findUnique({ where: { interactionId: input.interactionId }, select: { id: true } });
    const found = row && (await lockPause(tx, row.id));
    if (!found) return null;
    const { pause } = found;
    const now = services.now();
    const about = {
      actor: { type: 'person' as const, id: input.by.id, name: input.by.name },
      targets: [{ type: 'interaction' as const, id: pause.interactionId }],
      context: input.context,
      runId: pause.runId,
    };
    const refuse = async (reason: 'not_allowed' | 'not_open'): Promise<SettleResumeOutcome> => {
      const facts = { action: input.action, reason };
      await appendAudit(tx, now, { ...about, action: 'resume.settle_refused', facts });
      return { kind: 'refused', reason, resume: pause.resume };
    };
    if (!can(input.by, 'resume.settle')) return refuse('not_allowed');
    const after = nextPause(
      pause,
      input.action === 'send_again'
        ? { type: 'send_again' }
        : { type: 'closed_by_person', message: `${closedBy(input.by.name)}${input.reason}` },
    );
    if (after === null || !(await savePause(tx, pause, after, now))) return refuse('not_open');
    if (after.resume === 'ready')
      await enqueue(tx, 'pause.settle', { pauseId: pause.id }, { key: `settle:${pause.id}` });
    const facts = { action: input.action, reason: input.reason };
    await appendAudit(tx, now, { ...about, action: 'resume.settled', facts });
    await refreshRun(services, tx, pause.runId);
    return { kind: 'settled', runId: pause.runId, resume: after.resume };
  });
}
