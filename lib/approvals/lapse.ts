import type { Services } from '@/lib/services';
import { announceApproval } from './announce';
import { lapseClaim } from './claims';
import { queueLapse } from './queue-lapse';
import { lapseSnoozes } from './snoozes';
import { lockApproval } from './store';

/**
 * Takes away what was said of an approval for a while only, once that is over, and tells every surface. What asks does not
 * wait for it: it goes by the times. Safe to repeat.
 */
export async function lapse(services: Pick<Services, 'db' | 'now'>, approvalId: string): Promise<void> {
  await services.db.prisma.$transaction(async (tx) => {
    const approval = await lockApproval(tx, approvalId);
    if (approval?.state.status !== 'pending') return;
    const now = services.now();
    const freed = await lapseClaim(tx, approval, now);
    const back = await lapseSnoozes(tx, approval, now);
    if (freed || back) await announceApproval(tx, approval);
    await queueLapse(tx, approvalId);
  });
}
