import { appendAudit } from '@/lib/audit/append';
import { batched } from '@/lib/batched';
import type { Database } from '@/lib/db';
import { type SyncOutcome, syncInteraction } from '@/lib/runs/sync';
import type { Services } from '@/lib/services';
import { isAboutData } from './delivery-store';
import { type EventOutcome, markProcessed, mayLookUp, waitingEvent } from './store';

/**
 * Looks at a stored event. An interaction's event is only a hint to read the interaction; everything else is kept and
 * shown. Safe to repeat. Throws when the interaction cannot be read yet, so that the queue tries again later.
 */
export async function processEvent(services: Services, eventId: string): Promise<void> {
  const event = await waitingEvent(services, eventId);
  if (event === null) return;
  const { type, scheme, interactionId, known } = event;
  const done = (outcome: string, message: string | null, runId: string | null) =>
    finish(services, { id: eventId, type, scheme, outcome, message, runId });

  if (type === null) return done('unreadable', 'The body is not JSON, or names no type.', null);
  if (interactionId === null) {
    return done('kept', type.startsWith('interaction.') ? 'The event names no interaction.' : null, null);
  }
  // Google signs dynamic deliveries for any customer: only what our own key can read is ours.
  const trusted = scheme === 'v1';
  if (!trusted && known === null && !(await mayLookUp(services, { interactionId, runToken: event.runToken }))) {
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
    known,
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

type Finished = EventOutcome & Readonly<{ type: string | null; scheme: string }>;

const largestBatch = 64;
const writers = new WeakMap<Database, (event: Finished) => Promise<void>>();

/** Many events are looked at at once, and each says little: what is done by the same moment is written together. */
function finish(services: Pick<Services, 'db' | 'now'>, event: Finished): Promise<void> {
  const { db } = services;
  const writer =
    writers.get(db) ??
    batched<Finished>((events) => writeFinished(services, events), { largest: largestBatch, isAboutOne: isAboutData });
  writers.set(db, writer);
  return writer(event);
}

async function writeFinished({ db, now }: Pick<Services, 'db' | 'now'>, events: readonly Finished[]): Promise<void> {
  const at = now();
  await db.prisma.$transaction(async (tx) => {
    const marked = await markProcessed(tx, at, events); // another worker may have been faster
    await appendAudit(
      tx,
      at,
      ...events
        .filter(({ id }) => marked.has(id))
        .map(({ id, type, scheme, outcome, runId }) => ({
          action: 'event.received' as const,
          actor: { type: 'gemini' as const, id: 'gemini', name: 'Gemini' },
          targets: [{ type: 'event' as const, id }],
          context: { surface: 'webhook' as const },
          facts: { type, scheme, outcome },
          ...(runId === null ? {} : { runId }),
        })),
    );
  });
}
