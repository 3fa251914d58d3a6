import { appendAudit } from '@/lib/audit/append';
import type { Transaction } from '@/lib/db';
import type { AuditContext } from '@/lib/domain/audit';
import type { Person } from '@/lib/domain/person';
import { type QuietHours, quietWords } from '@/lib/domain/quiet-hours';
import { quietHoursSchema } from '@/lib/domain/quiet-hours-schema';
import { Prisma } from '@/lib/generated/prisma/client';
import type { Services } from '@/lib/services';

/** What is stored of quiet hours; what cannot be read counts as none. */
export function toQuietHours(stored: unknown): QuietHours | null {
  const parsed = quietHoursSchema.safeParse(stored);
  return parsed.success ? parsed.data : null;
}

/** When a person is not to be written to; null: at no time. */
export async function quietHoursOf(tx: Transaction, personId: string): Promise<QuietHours | null> {
  const row = await tx.user.findUnique({ where: { id: personId }, select: { quietHours: true } });
  return toQuietHours(row?.quietHours);
}

export type QuietHoursOutcome =
  | { kind: 'done'; message: string }
  | { kind: 'refused'; message: string; errors: Readonly<Record<string, string>> };

/** Sets one's own quiet hours, or with null that there are none. What is wrong with them comes back as words by their names. */
export async function setQuietHours(
  services: Pick<Services, 'db' | 'now'>,
  by: Person,
  wanted: unknown,
  context: AuditContext,
): Promise<QuietHoursOutcome> {
  const parsed = quietHoursSchema.nullable().safeParse(wanted);
  if (!parsed.success) {
    const errors = Object.fromEntries(parsed.error.issues.map(({ path, message }) => [String(path[0]), message]));
    return { kind: 'refused', message: 'These are no quiet hours.', errors };
  }
  const quiet = parsed.data;
  await services.db.prisma.$transaction(async (tx) => {
    const before = await quietHoursOf(tx, by.id);
    if (JSON.stringify(before) === JSON.stringify(quiet)) return;
    await tx.user.update({ where: { id: by.id }, data: { quietHours: quiet ?? Prisma.DbNull } });
    await appendAudit(tx, services.now(), {
      action: 'person.quiet_hours_set',
      actor: { type: 'person', id: by.id, name: by.name },
      targets: [{ type: 'person', id: by.id, name: by.name }],
      context,
      facts: { quiet: quiet === null ? 'none' : quietWords(quiet) },
    });
  });
  return { kind: 'done', message: quiet === null ? 'You have no quiet hours now.' : 'Saved.' };
}
