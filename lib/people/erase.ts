import { z } from 'zod';
import { releaseClaimsOf } from '@/lib/approvals/claims';
import { eraseCommentsOf } from '@/lib/approvals/comments';
import { appendAudit } from '@/lib/audit/append';
import { forgetEmail, forgetPerson, withoutOldWords } from '@/lib/audit/erase-store';
import { reindexEntries } from '@/lib/audit/index-entries';
import { holdSearch } from '@/lib/audit/search-store';
import type { Transaction } from '@/lib/db';
import type { AuditContext } from '@/lib/domain/audit';
import type { Person } from '@/lib/domain/person';
import { AppError } from '@/lib/errors';
import { Prisma } from '@/lib/generated/prisma/client';
import { notifyLive } from '@/lib/live/notify';
import { enqueue } from '@/lib/queue/enqueue';
import type { Services } from '@/lib/services';
import { erasedName, eraseElsewhere, eraseOwn } from './erase-store';
import { actorOf, demand, isLastAdmin } from './people';
import { lockPeople, personColumns, toPerson } from './store';

export type ErasureOutcome =
  | { kind: 'done' }
  | { kind: 'refused'; reason: 'not_found' | 'last_admin' | 'self' | 'erased'; message: string };

const refusalText = {
  not_found: 'This person is not here any more.',
  last_admin: 'This is the last active admin. Make somebody else an admin first.',
  self: 'Nobody erases themselves. Another admin can.',
  erased: 'This person is erased already.',
} as const;

const reasonSchema = z.string().trim().min(3, 'Give a reason.').max(500, 'Use at most 500 characters.');

/**
 * Erases who somebody is: the account is closed at once and keeps nothing but its id; a job takes name, addresses and
 * devices out of the history and of every other record. What they did stays, as that of an erased person, and the log
 * still verifies. Cannot be taken back. Throws `forbidden` without `people.manage`, `invalid_input` without a reason.
 */
export async function erasePerson(
  services: Pick<Services, 'db' | 'now'>,
  personId: string,
  reason: string,
  by: Person,
  context: AuditContext,
): Promise<ErasureOutcome> {
  demand(by, 'people.manage');
  const read = reasonSchema.safeParse(reason);
  if (!read.success) throw new AppError('invalid_input', read.error.issues[0]?.message ?? 'Give a reason.');
  const now = services.now();
  return services.db.prisma.$transaction(async (tx) => {
    await lockPeople(tx);
    const row = await tx.user.findUnique({ where: { id: personId }, select: { ...personColumns, erasedAt: true } });
    if (row === null) return refused('not_found');
    if (row.erasedAt !== null) return refused('erased');
    if (row.id === by.id) return refused('self');
    const person = toPerson(row, now);
    if (await isLastAdmin(tx, person)) return refused('last_admin');
    await eraseOwn(tx, person);
    await releaseClaimsOf(tx, { id: person.id, name: erasedName }, now);
    await eraseCommentsOf(tx, person.id, now);
    await tx.apiKey.updateMany({ where: { userId: person.id, revokedAt: null }, data: { revokedAt: now } });
    await tx.apiKey.updateMany({ where: { userId: person.id }, data: { name: 'Erased key' } });
    await tx.user.update({
      where: { id: person.id },
      data: {
        name: erasedName,
        email: `${person.id}@erased.invalid`,
        emailVerified: false,
        image: null,
        role: 'viewer',
        seatEndsAt: null,
        quietHours: Prisma.DbNull,
        deactivatedAt: row.deactivatedAt ?? now,
        erasedAt: now,
      },
    });
    await appendAudit(tx, now, {
      action: 'person.erased',
      actor: actorOf(by),
      targets: [{ type: 'person', id: person.id }],
      context,
      facts: { reason: read.data },
    });
    await enqueue(tx, 'person.erase', { personId: person.id, email: person.email });
    await notifyLive(tx, { type: 'people' });
    return { kind: 'done' };
  });
}

const batch = 500;

/**
 * Takes an erased person out of everything that names them, a few hundred records a transaction, and then out of the
 * pages of the database that held it. Safe to repeat: it goes on with what is left. Nothing for who was not erased.
 */
export async function finishErasure(
  services: Pick<Services, 'db' | 'now'>,
  { personId, email }: { personId: string; email: string },
): Promise<void> {
  const { db } = services;
  const person = await db.prisma.user.findUnique({ where: { id: personId }, select: { erasedAt: true } });
  if (person === null || person.erasedAt === null) return; // nobody whom `erasePerson` let go
  const entries =
    (await forgetAll(db, (tx) => forgetPerson(tx, personId, batch))) +
    (await forgetAll(db, (tx) => forgetEmail(tx, email, batch)));
  await eraseElsewhere(db.prisma, { personId, email });
  await withoutOldWords(db);
  await appendAudit(db.prisma, services.now(), {
    action: 'person.erasure_finished',
    actor: actorOf('system'),
    targets: [{ type: 'person', id: personId }],
    context: { surface: 'worker' },
    facts: { entries },
  });
}

async function forgetAll(
  { prisma }: Services['db'],
  forget: (tx: Transaction) => Promise<readonly string[]>,
): Promise<number> {
  for (let all = 0; ; ) {
    const done = await prisma.$transaction(async (tx) => {
      await holdSearch(tx);
      return reindexEntries(tx, await forget(tx));
    });
    all += done;
    if (done < batch) return all;
  }
}

function refused(reason: keyof typeof refusalText): ErasureOutcome {
  return { kind: 'refused', reason, message: refusalText[reason] };
}
