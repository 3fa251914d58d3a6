import { appendAudit } from '@/lib/audit/append';
import type { Transaction } from '@/lib/db';
import { notifyLive } from '@/lib/live/notify';
import { type SyncOutcome, syncInteraction } from '@/lib/runs/sync';
import type { Services } from '@/lib/services';
import { readEnvelope } from './receive';
import { mayLookUp } from './store';

/**
 * Looks at a stored event. An interaction's event is only a hint to read the interaction; everything else is kept and
 * shown. Safe to repeat. Throws when the interaction cannot be read yet, so that the queue tries again later.
 */
export async function processEvent(services: Services, eventId: string): Promise<void> {
  const event = await services.db.prisma.webhookEvent.findUnique({ where: { id: eventId } });
  if (event === null || event.processedAt !== null) return;
  const { type, interactionId } = readEnvelope(event.rawBody);
  const done = (outcome: string, message: string | null, runId: string | null) =>
    services.db.prisma.$transaction((tx) =>
      finish(tx, services.now(), { id: eventId, type, scheme: event.scheme, outcome, message, runId }),
    );

  if (type === null) return done('unreadable', 'The body is not JSON, or names no type.', null);
  if (interactionId === null) {
    return done('kept', type.startsWith('interaction.') ? 'The event names no interaction.' : null, null);
  }
  // Google signs dynamic deliveries for any customer: only what our own key can read is ours.
  const trusted = event.scheme === 'v1';
  if (!trusted && !(await mayLookUp(services, { interactionId, runToken: event.runToken }))) {
    return done(
      'ignored',
      'Too many deliveries about interactions that nobody here knows; this one was not looked up.',
      null,
    );
  }
  const outcome = await syncInteraction(services, {
    interactionId,
    runToken: event.runToken,
    trusted,
    firstHeardAt: event.receivedAt,
  });
  await done(...described(outcome));
}

function described(outcome: SyncOutcome): [string, string | null, string | null] {
  switch (outcome.kind) {
    case 'synced':
      return ['synced', null, outcome.runId];
    case 'foreign':
      return ['foreign', outcome.message, outcome.runId];
    case 'ignored':
      return ['ignored', outcome.message, null];
    case 'not_ours':
      return ['not_ours', 'Our key does not find this interaction.', null];
    case 'refused':
      return ['refused', outcome.message, null];
  }
}

async function finish(
  tx: Transaction,
  now: Date,
  event: {
    id: string;
    type: string | null;
    scheme: string;
    outcome: string;
    message: string | null;
    runId: string | null;
  },
): Promise<void> {
  const { count } = await tx.webhookEvent.updateMany({
    where: { id: event.id, processedAt: null },
    data: { processedAt: now, outcome: event.outcome, message: event.message, runId: event.runId },
  });
  if (count === 0) return; // another worker was faster
  await appendAudit(tx, now, {
    action: 'event.received',
    actor: { type: 'gemini', id: 'gemini', name: 'Gemini' },
    targets: [{ type: 'event', id: event.id }],
    context: { surface: 'webhook' },
    facts: { type: event.type, scheme: event.scheme, outcome: event.outcome },
    ...(event.runId ? { runId: event.runId } : {}),
  });
  await notifyLive(tx, { type: 'event', id: event.id });
}
