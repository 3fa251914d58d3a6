import { enqueue } from '@/lib/queue/enqueue';
import type { Services } from '@/lib/services';

const openedLatelyMs = 60 * 60_000;
const debounceMs = 2_000;
const mostHomes = 50;

/** Queues the Homes of those who looked at theirs lately; several changes in two seconds become one. */
export async function queueHomesOf({ db, now }: Pick<Services, 'db' | 'now'>): Promise<void> {
  const at = now();
  const homes = await db.prisma.slackHome.findMany({
    where: { openedAt: { gt: new Date(at.getTime() - openedLatelyMs) } },
    orderBy: { openedAt: 'desc' },
    take: mostHomes,
    select: { installationId: true, slackUserId: true },
  });
  for (const { installationId, slackUserId } of homes) {
    await enqueue(
      db.prisma,
      'slack.home',
      { installationId, slackUserId },
      { key: `slack-home:${installationId}:${slackUserId}`, runAt: new Date(at.getTime() + debounceMs) },
    );
  }
}
