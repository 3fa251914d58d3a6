import type { Transaction } from '@/lib/db';
import { auditSentence } from '@/lib/domain/audit';
import { type AuditFilter, fits, needsOf, type SearchedEntry, searchExpression } from '@/lib/domain/audit-search';
import type { ReadableEntry } from '@/lib/domain/proof/leaf';
import type { Services } from '@/lib/services';
import { type AuditPlace, allPlaces, type LogPlace, searchedPlaces, searchedUpTo, unsearched } from './search-store';
import { type EntryRow, readEntries } from './store';

/** One line of history, as pages and the API show it. */
export type AuditLine = Omit<SearchedEntry, 'agentId'> &
  Readonly<{
    sequence: bigint;
    id: string;
    version: number;
    erased: boolean; // something that it said of somebody was erased
    agent: Readonly<{ id: string; name: string }> | null; // of its run
  }>;

export type AuditPage = Readonly<{
  lines: readonly AuditLine[]; // newest first
  newer: AuditPlace | null; // where a page of newer lines ends
  older: AuditPlace | null; // where a page of older lines begins
}>;

/** One page of history, newest first: that at the head, or the one on either side of a place. */
export async function listAudit(
  services: Pick<Services, 'db'>,
  filter: AuditFilter,
  page: { limit: number; before?: AuditPlace | null | undefined; after?: AuditPlace | null | undefined },
): Promise<AuditPage> {
  const { limit } = page;
  const after = page.after ?? null;
  const before = after === null ? (page.before ?? null) : null;
  const places = await findPlaces(services, filter, { limit: limit + 1, before, after });
  const shown = places.slice(0, limit);
  const newestFirst = after === null ? shown : shown.toReversed();
  const goesOn = places.length > limit;
  const [first, last] = [newestFirst[0], newestFirst.at(-1)];
  return {
    lines: await linesAt(services, newestFirst),
    newer: first !== undefined && (before !== null || (after !== null && goesOn)) ? first : null,
    older: last !== undefined && (after !== null || goesOn) ? last : null,
  };
}

/** How many lines newer than a place fit, counted up to `most`. */
export async function countNewer(
  services: Pick<Services, 'db'>,
  filter: AuditFilter,
  after: AuditPlace,
  most: number,
): Promise<number> {
  return (await findPlaces(services, filter, { limit: most, before: null, after })).length;
}

/** A line by its id; null: there is none. */
export async function findAuditLine(services: Pick<Services, 'db'>, id: string): Promise<AuditLine | null> {
  const row = await services.db.prisma.auditEntry.findUnique({ where: { id } });
  if (row === null) return null;
  const [line] = await toLines(services.db.prisma, [row]);
  return line ?? null;
}

/** What a search knows of a line. */
export function searched(line: AuditLine): SearchedEntry {
  return { ...line, agentId: line.agent?.id ?? null };
}

type Wanted = { limit: number; before: AuditPlace | null; after: AuditPlace | null };

/** The places of what fits, in the order asked for: from the search, and from what the search does not know yet. */
async function findPlaces(
  services: Pick<Services, 'db'>,
  filter: AuditFilter,
  { limit, before, after }: Wanted,
): Promise<readonly AuditPlace[]> {
  const wanted = await withActor(services, filter);
  const needs = needsOf(wanted);
  const query = { from: wanted.from, to: wanted.to, before, after, limit };
  if (needs.length === 0) return allPlaces(services.db, query);
  // In this order, so that what becomes searchable in between is found twice rather than not at all.
  const late = await unsearchedPlaces(services, wanted, { limit, before, after });
  const known = await searchedPlaces(services.db, { ...query, expression: searchExpression(needs) });
  const way = after === null ? -1 : 1;
  const all = new Map([...late, ...known].map((place) => [place.sequence, place]));
  return [...all.values()].toSorted((one, other) => way * comparePlaces(one, other)).slice(0, limit);
}

const lateBatch = 500;
const mostLate = 10_000; // beyond it the worker is far behind, which its health says; a search must end all the same

async function unsearchedPlaces(
  { db }: Pick<Services, 'db'>,
  filter: AuditFilter,
  { limit, before, after }: Wanted,
): Promise<readonly AuditPlace[]> {
  const upTo = await searchedUpTo(db.prisma);
  if (upTo === null) return [];
  const found: AuditPlace[] = [];
  let behind: LogPlace | null = null;
  for (let looked = 0; looked < mostLate && found.length < limit; looked += lateBatch) {
    const batch = await unsearched(db.prisma, upTo, behind, lateBatch);
    for (const line of await linesAt({ db }, batch)) {
      const place = { at: line.occurredAt, sequence: line.sequence };
      if (before !== null && comparePlaces(place, before) >= 0) continue;
      if (after !== null && comparePlaces(place, after) <= 0) continue;
      if (fits(searched(line), filter)) found.push(place);
    }
    behind = batch.at(-1) ?? null;
    if (batch.length < lateBatch) break;
  }
  return found;
}

function comparePlaces(one: AuditPlace, other: AuditPlace): number {
  return one.at.getTime() - other.at.getTime() || Number(one.sequence - other.sequence);
}

async function linesAt(
  { db }: Pick<Services, 'db'>,
  places: readonly { sequence: bigint }[],
): Promise<readonly AuditLine[]> {
  if (places.length === 0) return [];
  const sequences = places.map(({ sequence }) => sequence);
  const rows = await db.prisma.auditEntry.findMany({ where: { seq: { in: sequences } } });
  const bySequence = new Map(rows.map((row) => [row.seq, row]));
  return toLines(
    db.prisma,
    sequences.flatMap((sequence) => bySequence.get(sequence) ?? []),
  );
}

/** People are known by their addresses too. */
export async function withActor({ db }: Pick<Services, 'db'>, filter: AuditFilter): Promise<AuditFilter> {
  const { actor } = filter;
  if (!actor?.includes('@')) return filter;
  const person = await db.prisma.user.findUnique({
    where: { email: actor.trim().toLowerCase() },
    select: { id: true },
  });
  return { ...filter, actor: person?.id ?? actor };
}

/** Rows as lines, in their order. */
export async function toLines(tx: Transaction, rows: readonly EntryRow[]): Promise<readonly AuditLine[]> {
  const runIds = [...new Set(rows.flatMap(({ runId }) => runId ?? []))];
  const approvalIds = [...new Set(rows.flatMap(({ approvalId }) => approvalId ?? []))];
  const [entries, runs, approvals] = await Promise.all([
    readEntries(tx, rows),
    runIds.length === 0
      ? []
      : tx.run.findMany({
          where: { id: { in: runIds }, agentId: { not: null } },
          select: { id: true, agent: { select: { id: true, name: true } } },
        }),
    approvalIds.length === 0
      ? []
      : tx.approval.findMany({ where: { id: { in: approvalIds } }, select: { id: true, name: true } }),
  ]);
  const agents = new Map(runs.map(({ id, agent }) => [id, agent]));
  const tools = new Map(approvals.map(({ id, name }) => [id, name]));
  return entries.map((entry) => ({
    ...toLine(entry),
    agent: agents.get(entry.row.runId ?? '') ?? null,
    tool: tools.get(entry.row.approvalId ?? '') ?? null,
  }));
}

function toLine({
  row,
  actor,
  targets,
  context,
  facts,
  erased,
}: ReadableEntry & { row: EntryRow }): Omit<AuditLine, 'agent' | 'tool'> {
  return {
    sequence: row.seq,
    id: row.id,
    action: row.action,
    sentence: auditSentence(row.action, facts),
    occurredAt: row.occurredAt,
    actor,
    targets,
    context,
    facts,
    version: row.version,
    runId: row.runId,
    approvalId: row.approvalId,
    erased,
  };
}
