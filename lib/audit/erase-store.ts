import type { Database, Transaction } from '@/lib/db';
import { newId } from '@/lib/ids';

/** Forgets what some entries say of a person, at most `limit` of them, and names those entries. */
export async function forgetPerson(tx: Transaction, personId: string, limit: number): Promise<readonly string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    delete from audit_personal where (entry_id, subject) in (
      select entry_id, subject from audit_personal where subject = ${personId} limit ${limit})
    returning entry_id as id`;
  return rows.map(({ id }) => id);
}

/** The same for entries that hold an e-mail address without knowing whose it is, such as that of a run's requester. */
export async function forgetEmail(tx: Transaction, email: string, limit: number): Promise<readonly string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    delete from audit_personal where (entry_id, subject) in (
      select entry_id, subject from audit_personal
      where subject = '-' and strpos(lower(data::text), lower(${email})) > 0 limit ${limit})
    returning entry_id as id`;
  return rows.map(({ id }) => id);
}

/** Forgets all that entries before an instant say of people, at most `limit` rows, and names those entries. */
export async function forgetBefore(tx: Transaction, firstKept: string, limit: number): Promise<readonly string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    delete from audit_personal where (entry_id, subject) in (
      select entry_id, subject from audit_personal where entry_id < ${firstKept} order by entry_id, subject limit ${limit})
    returning entry_id as id`;
  return rows.map(({ id }) => id);
}

/** The smallest id that an entry from this instant on can have: ids begin with their time. */
export function firstKeptEntry(before: Date): string {
  return newId('aud', before).slice(0, 'aud_'.length + 10);
}

/**
 * Takes what was forgotten out of the files of the database too: an index keeps its words until it is made again, and a
 * table its rows until it is swept. Neither keeps anybody waiting.
 */
export async function withoutOldWords({ pool }: Pick<Database, 'pool'>): Promise<void> {
  await pool.query('vacuum audit_personal');
  await pool.query('vacuum audit_search');
  await pool.query('reindex index concurrently audit_search_terms_idx');
}
