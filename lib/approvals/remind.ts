import { appendAudit } from '@/lib/audit/append';
import type { Transaction } from '@/lib/db';
import { type Approval, liveVotes } from '@/lib/domain/approval';
import { system } from '@/lib/domain/audit';
import { isReminderDue, nextReminder } from '@/lib/domain/reminder';
import { enqueue } from '@/lib/queue/enqueue';
import type { Services } from '@/lib/services';
import { announceApproval } from './announce';
import { eligiblePeople } from './eligible-people';
import { lockApproval } from './store';

/**
 * Reminds those who may still decide, when that is due, and queues the next time. Late, after hours without a worker, it is one
 * reminder, not one for each that was missed. Safe to repeat: what was reminded of is not due any more.
 */
export async function remindApproval(services: Pick<Services, 'db' | 'now'>, approvalId: string): Promise<void> {
  await services.db.prisma.$transaction(async (tx) => {
    const approval = await lockApproval(tx, approvalId);
    const now = services.now();
    // After the deadline nothing is left to remind of; when the rule keeps it open, that queues the next reminder.
    if (approval === null || now >= approval.deadline) return;
    const last = await lastReminder(tx, approvalId);
    const due = isReminderDue(approval, last, now);
    if (due) await remind(tx, approval, now);
    await queueNext(tx, approval, due ? now : last);
  });
}

/** Queues the next reminder, if there is one; again when the deadline has moved. */
export async function queueReminder(tx: Transaction, approval: Approval): Promise<void> {
  await queueNext(tx, approval, await lastReminder(tx, approval.id));
}

async function remind(tx: Transaction, approval: Approval, now: Date): Promise<void> {
  const voted = new Set(liveVotes(approval).map(({ by }) => by.id));
  const people = (await eligiblePeople(tx, approval, now)).filter(({ id }) => !voted.has(id));
  await tx.approval.update({ where: { id: approval.id }, data: { remindedAt: now } });
  if (people.length === 0) return;
  await appendAudit(tx, now, {
    action: 'approval.reminded',
    actor: system,
    targets: [{ type: 'approval', id: approval.id, name: approval.call.name }],
    context: { surface: 'worker' },
    facts: { tool: approval.call.name, people: people.length },
    runId: approval.runId,
    approvalId: approval.id,
  });
  await announceApproval(tx, approval);
}

async function queueNext(tx: Transaction, approval: Approval, last: Date | null): Promise<void> {
  if (approval.state.status !== 'pending') return;
  const runAt = nextReminder(approval, last);
  if (runAt === null) return;
  await enqueue(tx, 'approval.remind', { approvalId: approval.id }, { key: `remind:${approval.id}`, runAt });
}

async function lastReminder(tx: Transaction, id: string): Promise<Date | null> {
  const row = await tx.approval.findUniqueOrThrow({ where: { id }, select: { remindedAt: true } });
  return row.remindedAt;
}
