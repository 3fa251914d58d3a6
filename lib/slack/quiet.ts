import type { Approval } from '@/lib/domain/approval';
import { quietUntil } from '@/lib/domain/quiet-hours';
import { toQuietHours } from '@/lib/people/quiet-hours';
import type { Services } from '@/lib/services';
import type { Copy } from './store';

/**
 * Until when nothing new is sent to whom a copy belongs; null: now. Channels are never quiet, and whoever the escalation asked
 * as the one on call is asked at any hour.
 */
export async function copyQuietUntil(
  services: Pick<Services, 'db'>,
  copy: Pick<Copy, 'kind' | 'installationId' | 'destination'>,
  approval: Pick<Approval, 'requirement'>,
  now: Date,
): Promise<Date | null> {
  if (copy.kind !== 'direct' && copy.kind !== 'requester') return null;
  const { installationId, destination } = copy;
  const link = await services.db.prisma.slackUserLink.findUnique({
    where: { installationId_slackUserId: { installationId, slackUserId: destination } },
    select: { user: { select: { email: true, quietHours: true } } },
  });
  if (link === null) return null;
  const { email, quietHours } = link.user;
  if (approval.requirement.handling.onCall.includes(`@${email.toLowerCase()}`)) return null;
  return quietUntil(toQuietHours(quietHours), now);
}
