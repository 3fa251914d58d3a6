import { appendAudit } from '@/lib/audit/append';
import type { Actor, AuditContext } from '@/lib/domain/audit';
import { notifyLive } from '@/lib/live/notify';
import { enqueue } from '@/lib/queue/enqueue';
import type { Services } from '@/lib/services';

/**
 * Queues a stored event to be looked at again, as if it had just come. Safe: what the look finds is read from Gemini, and
 * the same reading again changes nothing. False: no such event.
 */
export async function replayEvent(
  services: Pick<Services, 'db' | 'now'>,
  input: { eventId: string; actor: Actor; context: AuditContext },
): Promise<boolean> {
  const { eventId, actor, context } = input;
  return services.db.prisma.$transaction(async (tx) => {
    const event = await tx.webhookEvent.findUnique({ where: { id: eventId }, select: { type: true, runId: true } });
    if (event === null) return false;
    await tx.webhookEvent.update({
      where: { id: eventId },
      data: { processedAt: null, outcome: null, message: null },
    });
    await enqueue(tx, 'event.process', { eventId });
    await appendAudit(tx, services.now(), {
      action: 'event.replayed',
      actor,
      targets: [{ type: 'event', id: eventId }],
      context,
      facts: { type: event.type },
      ...(event.runId ? { runId: event.runId } : {}),
    });
    await notifyLive(tx, { type: 'event', id: eventId });
    return true;
  });
}
