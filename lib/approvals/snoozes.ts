import { appendAudit } from '@/lib/audit/append';
import type { Transaction } from '@/lib/db';
import type { Approval } from '@/lib/domain/approval';
import type { AuditContext, AuditFact } from '@/lib/domain/audit';
import type { Person } from '@/lib/domain/person';
import { comesBackAt, type SnoozeOutcome, snooze } from '@/lib/domain/snooze';
import type { Services } from '@/lib/services';
import { announceApproval } from './announce';
import { queueLapse } from './queue-lapse';
import { lockApproval } from './store';

type About = Readonly<{ approvalId: string; by: Person; context: AuditContext }>;

/** Sets a request aside for this person alone; again sets another time. Null: no such approval. */
export async function snoozeApproval(
  services: Pick<Services, 'db' | 'now'>,
  input: About & { until: Date },
): Promise<SnoozeOutcome | null> {
  return services.db.prisma.$transaction(async (tx) => {
    const approval = await lockApproval(tx, input.approvalId);
    if (approval === null) return null;
    const now = services.now();
    const outcome = snooze(approval, { by: input.by, until: input.until, now });
    if (outcome.kind === 'refused') return outcome;
    const { until } = outcome;
    const key = { approvalId: approval.id, userId: input.by.id };
    await tx.approvalSnooze.upsert({
      where: { userId_approvalId: key },
      create: { ...key, until },
      update: { until },
    });
    const facts = { tool: approval.call.name, until: until.toISOString() };
    await record(tx, now, approval, input, { action: 'snooze.set', facts });
    await queueLapse(tx, approval.id);
    await announceApproval(tx, approval);
    return outcome;
  });
}

/** Brings a request back to this person at once. False: it was not set aside. */
export async function endSnooze(services: Pick<Services, 'db' | 'now'>, input: About): Promise<boolean> {
  return services.db.prisma.$transaction(async (tx) => {
    const approval = await lockApproval(tx, input.approvalId);
    if (approval === null) return false;
    const { count } = await tx.approvalSnooze.deleteMany({
      where: { approvalId: approval.id, userId: input.by.id },
    });
    if (count === 0) return false;
    const fact = { action: 'snooze.ended', facts: { tool: approval.call.name } } as const;
    await record(tx, services.now(), approval, input, fact);
    await announceApproval(tx, approval);
    return true;
  });
}

/** Forgets what is over of an approval. True: something was, and the caller announces it. */
export async function lapseSnoozes(tx: Transaction, approval: Approval, now: Date): Promise<boolean> {
  const over = now >= comesBackAt(approval) ? {} : { until: { lte: now } };
  const { count } = await tx.approvalSnooze.deleteMany({ where: { approvalId: approval.id, ...over } });
  return count > 0;
}

/** Until when a person has set a request aside; null: they have not, or it is back. */
export async function readSnooze(
  tx: Transaction,
  approval: Approval,
  person: Pick<Person, 'id'>,
  now: Date,
): Promise<Date | null> {
  const row = await tx.approvalSnooze.findUnique({
    where: { userId_approvalId: { userId: person.id, approvalId: approval.id } },
    select: { until: true },
  });
  if (row === null || approval.state.status !== 'pending') return null;
  const back = comesBackAt(approval);
  const until = row.until < back ? row.until : back;
  return until <= now ? null : until;
}

async function record(
  tx: Transaction,
  now: Date,
  approval: Approval,
  { by, context }: About,
  fact: AuditFact<'snooze'>,
): Promise<void> {
  await appendAudit(tx, now, {
    ...fact,
    actor: { type: 'person', id: by.id, name: by.name },
    targets: [{ type: 'approval', id: approval.id, name: approval.call.name }],
    context,
    runId: approval.runId,
    approvalId: approval.id,
  });
}
