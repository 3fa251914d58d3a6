import { z } from 'zod';
import { can, type Person } from '@/lib/domain/person';
import { AppError } from '@/lib/errors';
import { newId } from '@/lib/ids';
import type { Services } from '@/lib/services';
import { parseAuditAddress } from './address';

/** A filter of the history under a name: a bookmark of its address, kept for one person. */
export type SavedView = Readonly<{ id: string; name: string; query: string }>;

const most = 50; // a person has to choose from the list

/** The person's own views, by name. */
export async function listViews({ db }: Pick<Services, 'db'>, by: Person): Promise<readonly SavedView[]> {
  demandReading(by);
  return db.prisma.auditView.findMany({
    where: { userId: by.id },
    orderBy: { name: 'asc' },
    select: { id: true, name: true, query: true },
  });
}

const viewInput = z.object({
  name: z.string().trim().min(1, 'Give the view a name.').max(60, 'Use at most 60 characters.'),
  query: z.string().max(4000),
});

/**
 * Keeps a filter under a name; the same name again takes the new one. A bookmark changes nothing for anybody else, so
 * auditors may, and it is no part of the history. Throws `invalid_input` without a name, and when there are too many.
 */
export async function saveView(
  { db, now }: Pick<Services, 'db' | 'now'>,
  input: { name: string; query: string },
  by: Person,
): Promise<{ kind: 'done' }> {
  demandReading(by);
  const read = viewInput.safeParse(input);
  if (!read.success) throw new AppError('invalid_input', read.error.issues[0]?.message ?? 'Give the view a name.');
  const { name } = read.data;
  // Only what the page understands is kept: no page of the list, no open entry, nothing else.
  const { values } = parseAuditAddress(Object.fromEntries(new URLSearchParams(read.data.query)));
  const query = new URLSearchParams(values).toString();
  const where = { userId_name: { userId: by.id, name } };
  if ((await db.prisma.auditView.count({ where: { userId: by.id, NOT: { name } } })) >= most) {
    throw new AppError('invalid_input', `There is room for ${most} views. Remove one first.`);
  }
  await db.prisma.auditView.upsert({
    where,
    create: { id: newId('viw', now()), userId: by.id, name, query, createdAt: now() },
    update: { query },
  });
  return { kind: 'done' };
}

/** Forgets a view of the person's own; one that is not there is forgotten already. */
export async function removeView({ db }: Pick<Services, 'db'>, id: string, by: Person): Promise<{ kind: 'done' }> {
  demandReading(by);
  await db.prisma.auditView.deleteMany({ where: { id: z.string().max(100).parse(id), userId: by.id } });
  return { kind: 'done' };
}

function demandReading(by: Person): void {
  if (!can(by, 'audit.read')) throw new AppError('forbidden', 'Only auditors and admins read the history.');
}
