import { log } from '@/lib/log';
import type { Services } from '@/lib/services';
import { dueRuns } from './store';
import { ReadLater, syncInteraction } from './sync';

const batchSize = 100;

/**
 * Queues a reading of every unfinished run whose time has come, for missed deliveries and for ends that have no event.
 * Any number of workers may do this at once: each run is taken by one of them and given its next time in the same step.
 */
export async function queueDueReadings(services: Pick<Services, 'db' | 'now' | 'env'>): Promise<number> {
  const queued = await dueRuns(services, batchSize);
  if (queued > 0) log.info({ queued }, 'reconcile.queued');
  return queued;
}

/** Reads one interaction because its time has come. What cannot be read now is read at its next time. */
export async function reconcileInteraction(services: Services, interactionId: string): Promise<void> {
  try {
    await syncInteraction(services, { interactionId, trusted: true, firstHeardAt: services.now() });
  } catch (error) {
    if (!(error instanceof ReadLater)) throw error;
  }
}
