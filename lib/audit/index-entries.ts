import type { Transaction } from '@/lib/db';
import { termsOf } from '@/lib/domain/audit-search';
import { enqueue } from '@/lib/queue/enqueue';
import type { Services } from '@/lib/services';
import { type AuditLine, searched, toLines } from './queries';
import { alreadySearched, hasUnsearched, markSearched, nextToSearch, saveTerms, searchedUpTo } from './search-store';
import { settledBefore } from './tree-store';

const batch = 500;
const shiftMs = 10_000; // a long way is gone in several jobs: others must get their turn

/**
 * Makes the entries searchable that are not yet, in the order of the log. Two at once take turns by doing nothing. After
 * some seconds the rest is left to a job that this one queues.
 */
export async function indexEntries({ db }: Pick<Services, 'db'>): Promise<void> {
  for (const end = performance.now() + shiftMs; performance.now() < end; ) {
    if ((await indexBatch({ db })) < batch) return;
  }
  await queueIndexing({ db });
}

/** Queues the making searchable of what waits for it, if anything does. */
export async function queueIndexing({ db }: Pick<Services, 'db'>): Promise<void> {
  if (await hasUnsearched(db.prisma)) await enqueue(db.prisma, 'audit.index', {}, { key: 'audit.index' });
}

/** Makes entries searchable anew, after what they say has become less. How many there were. */
export async function reindexEntries(tx: Transaction, ids: readonly string[]): Promise<number> {
  if (ids.length === 0) return 0;
  const rows = await tx.auditEntry.findMany({ where: { id: { in: [...ids] } } });
  const known = await alreadySearched(
    tx,
    rows.map(({ seq }) => seq),
  );
  await saveLines(
    tx,
    await toLines(
      tx,
      rows.filter(({ seq }) => known.has(seq)),
    ),
  );
  return ids.length;
}

/** Makes the next few hundred entries searchable; how many there were. */
export async function indexBatch({ db }: Pick<Services, 'db'>): Promise<number> {
  return db.prisma.$transaction(async (tx) => {
    const upTo = await searchedUpTo(tx, { lock: true });
    if (upTo === null) return 0;
    const next = await nextToSearch(tx, upTo, await settledBefore(tx), batch);
    const last = next.at(-1);
    if (last === undefined) return 0;
    const rows = await tx.auditEntry.findMany({
      where: { seq: { in: next.filter(({ known }) => !known).map(({ sequence }) => sequence) } },
    });
    await saveLines(tx, await toLines(tx, rows));
    await markSearched(tx, last);
    return next.length;
  });
}

async function saveLines(tx: Transaction, lines: readonly AuditLine[]): Promise<void> {
  await saveTerms(
    tx,
    lines.map((line) => ({ sequence: line.sequence, at: line.occurredAt, terms: termsOf(searched(line)) })),
  );
}
