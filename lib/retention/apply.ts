import { appendAudit } from '@/lib/audit/append';
import { withoutOldWords } from '@/lib/audit/erase-store';
import { system } from '@/lib/domain/audit';
import { enqueue } from '@/lib/queue/enqueue';
import type { Services } from '@/lib/services';
import { cutoff, retentionRules } from './rules';
import { eraseDue, type RetentionKind, retentionKinds } from './store';

const batch = 500;
const shiftMs = 10_000; // a long way is gone in several jobs: others must get their turn
const againMs = 60 * 60_000;

/**
 * Erases what the rules say is due, a few hundred records a transaction, and leaves an entry of how much. Queues itself
 * again: at once while something is left, else for the next hour.
 */
export async function applyRetention(services: Pick<Services, 'db' | 'now'>): Promise<void> {
  const { db, now } = services;
  const rules = await retentionRules(db.prisma);
  const end = performance.now() + shiftMs;
  const erased: Record<RetentionKind, number> = { events: 0, results: 0, steps: 0, personal: 0 };
  let left = false;
  for (const kind of retentionKinds) {
    const kept = rules[kind];
    if (kept === null) continue;
    const before = cutoff(kept, now());
    for (let done = batch; done >= batch; erased[kind] += done) {
      if (performance.now() > end) {
        left = true;
        break;
      }
      done = await db.prisma.$transaction((tx) => eraseDue(tx, kind, { before, now: now(), limit: batch }));
    }
  }
  if (Object.values(erased).some((count) => count > 0)) {
    await appendAudit(db.prisma, now(), {
      action: 'retention.applied',
      actor: system,
      targets: [{ type: 'setting', id: 'retention', name: 'retention' }],
      context: { surface: 'worker' },
      facts: erased,
    });
  }
  if (erased.personal > 0 && !left) await withoutOldWords(db);
  await queueRetention(services, left ? 0 : againMs);
}

/** Has the rules applied after so many milliseconds. However often it is asked for, it happens once. */
export async function queueRetention({ db, now }: Pick<Services, 'db' | 'now'>, afterMs = 0): Promise<void> {
  const runAt = new Date(now().getTime() + afterMs);
  await enqueue(db.prisma, 'retention.apply', {}, { key: 'retention.apply', runAt });
}
