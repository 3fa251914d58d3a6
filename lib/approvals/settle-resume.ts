import { appendAudit } from '@/lib/audit/append';
import type { AuditContext } from '@/lib/domain/audit';
import { nextPause, type ResumeStatus } from '@/lib/domain/pause';
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

/** A person settles a resume that is unclear or was refused: send it again, or let it be. Null: no such pause. */
export async function settleResume(
  services: Pick<Services, 'db' | 'env' | 'now'>,
  input: { interactionId: string; action: 'send_again' | 'close'; reason: string; by: Person; context: AuditContext },
): Promise<SettleResumeOutcome | null> {
  return services.db.prisma.$transaction(async (tx) => {
    const row = await tx.pause.findUnique({ where: { interactionId: input.interactionId }, select: { id: true } });
    const found = row && (await lockPause(tx, row.id));
    if (!found) return null;
    const { pause } = found;
    if (!can(input.by, 'resume.settle')) return { kind: 'refused', reason: 'not_allowed', resume: pause.resume };
    const now = services.now();
    const after = nextPause(
      pause,
      input.action === 'send_again'
        ? { type: 'send_again' }
        : { type: 'closed_by_person', message: `Closed by ${input.by.name}: ${input.reason}` },
    );
    if (after === null || !(await savePause(tx, pause, after, now))) {
      return { kind: 'refused', reason: 'not_open', resume: pause.resume };
    }
    if (after.resume === 'ready')
      await enqueue(tx, 'pause.settle', { pauseId: pause.id }, { key: `settle:${pause.id}` });
    await appendAudit(tx, now, {
      action: 'resume.settled',
      actor: { type: 'person', id: input.by.id, name: input.by.name },
      targets: [{ type: 'interaction', id: pause.interactionId }],
      context: input.context,
      facts: { action: input.action, reason: input.reason },
      runId: pause.runId,
    });
    await refreshRun(services, tx, pause.runId);
    return { kind: 'settled', runId: pause.runId, resume: after.resume };
  });
}
