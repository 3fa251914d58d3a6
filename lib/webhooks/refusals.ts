import { log } from '@/lib/log';
import type { Services } from '@/lib/services';

const flushMs = 1_000;

// Counted here and written once a second: a flood of bad signatures must not become a flood of transactions. What a
// crash loses is a second of counting.
const counts = new Map<string, number>();
let flushIsDue = false;

/** What the reasons begin with for what claimed to come from Slack. */
export const slackRefusal = 'slack.';

/** Counts a delivery that was refused, and why. */
export function countRefusal(services: Pick<Services, 'db' | 'now'>, reason: string): void {
  counts.set(reason, (counts.get(reason) ?? 0) + 1);
  if (flushIsDue) return;
  flushIsDue = true;
  setTimeout(() => {
    flushIsDue = false;
    void flush(services);
  }, flushMs);
}

async function flush(services: Pick<Services, 'db' | 'now'>): Promise<void> {
  const batch = [...counts];
  counts.clear();
  try {
    await services.db.pool.query({
      name: 'count-refusals',
      text: `insert into webhook_refusal (minute, reason, count)
             select date_trunc('minute', $1::timestamptz), reason, count
             from unnest($2::text[], $3::int[]) as refused (reason, count)
             on conflict (minute, reason) do update set count = webhook_refusal.count + excluded.count`,
      values: [services.now(), batch.map(([reason]) => reason), batch.map(([, count]) => count)],
    });
  } catch (error) {
    log.warn({ err: error }, 'webhook.refusals_not_counted');
  }
}
