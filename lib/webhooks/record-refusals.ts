import { appendAudit } from '@/lib/audit/append';
import { type AuditRecord, system } from '@/lib/domain/audit';
import type { Services } from '@/lib/services';
import { slackRefusal } from './refusals';

const settledMs = 2 * 60_000; // a minute is over, and every process has written what it counted in it
const mostAtOnce = 100;

/**
 * Puts the refused deliveries of the minutes that are over into the history: one entry for each minute and reason, so that
 * a flood cannot fill it. Safe to repeat and to run at once with itself.
 */
export async function recordRefusals(services: Pick<Services, 'db' | 'now'>): Promise<void> {
  const now = services.now();
  const over = { recorded: false, minute: { lt: new Date(now.getTime() - settledMs) } };
  if ((await services.db.prisma.webhookRefusal.findFirst({ where: over, select: { reason: true } })) === null) return;
  await services.db.prisma.$transaction(async (tx) => {
    const rows = await tx.webhookRefusal.findMany({
      where: over,
      orderBy: [{ minute: 'asc' }, { reason: 'asc' }],
      take: mostAtOnce,
    });
    const records: AuditRecord[] = [];
    for (const { minute, reason, count } of rows) {
      const { count: taken } = await tx.webhookRefusal.updateMany({
        where: { minute, reason, recorded: false },
        data: { recorded: true },
      });
      if (taken === 0) continue; // another worker was faster
      const slack = reason.startsWith(slackRefusal);
      records.push({
        action: 'event.refused',
        actor: system,
        targets: [],
        context: { surface: slack ? 'slack' : 'webhook' },
        facts: {
          sender: slack ? 'Slack' : 'Gemini',
          reason: slack ? reason.slice(slackRefusal.length) : reason,
          count,
          minute: minute.toISOString(),
        },
      });
    }
    await appendAudit(tx, now, ...records);
  });
}
