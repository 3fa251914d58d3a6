import { auditActions, auditSentence } from '@/lib/domain/audit';
import type { JsonObject } from '@/lib/domain/json';
import type { ReadableEntry } from '@/lib/domain/proof/leaf';
import type { Prisma } from '@/lib/generated/prisma/client';
import type { Services } from '@/lib/services';
import { type EntryRow, readEntries } from './store';

/** What part of the history is meant; absent members do not limit it. */
export type AuditFilter = Readonly<{
  action?: string | undefined;
  q?: string | undefined; // part of an action's name
  actor?: string | undefined; // an id, or a person's e-mail address
  run?: string | undefined;
  approval?: string | undefined;
  from?: Date | undefined;
  to?: Date | undefined; // exclusive
}>;

/** One line of history, as pages and the API show it. */
export type AuditLine = Readonly<{
  sequence: bigint;
  id: string;
  action: string;
  sentence: string;
  occurredAt: Date;
  actor: Readonly<{ type: string; id: string; name: string }>;
  targets: readonly Readonly<{ type: string; id: string; name?: string }>[];
  context: JsonObject;
  facts: JsonObject;
  version: number;
  runId: string | null;
  approvalId: string | null;
  erased: boolean; // something that it said of somebody was erased
}>;

/** Lines newest first, those before the sequence number `before`; `more` says whether others follow. */
export async function listAudit(
  services: Pick<Services, 'db'>,
  filter: AuditFilter,
  { limit, before }: { limit: number; before?: bigint | undefined },
): Promise<{ lines: readonly AuditLine[]; more: boolean }> {
  const rows = await services.db.prisma.auditEntry.findMany({
    where: { AND: [await conditions(services, filter), before === undefined ? {} : { seq: { lt: before } }] },
    orderBy: { seq: 'desc' },
    take: limit + 1,
  });
  return { lines: await toLines(services, rows.slice(0, limit)), more: rows.length > limit };
}

/** Lines oldest first, after one sequence number and up to another: how an export walks, in batches of bounded size. */
export async function auditBatch(
  services: Pick<Services, 'db'>,
  filter: AuditFilter,
  { after, upTo, limit }: { after: bigint; upTo: bigint; limit: number },
): Promise<readonly AuditLine[]> {
  const rows = await services.db.prisma.auditEntry.findMany({
    where: { AND: [await conditions(services, filter), { seq: { gt: after, lte: upTo } }] },
    orderBy: { seq: 'asc' },
    take: limit,
  });
  return toLines(services, rows);
}

/** The newest sequence number; 0 for an empty history. */
export async function newestSequence(services: Pick<Services, 'db'>): Promise<bigint> {
  const newest = await services.db.prisma.auditEntry.findFirst({ orderBy: { seq: 'desc' }, select: { seq: true } });
  return newest?.seq ?? 0n;
}

async function conditions(services: Pick<Services, 'db'>, filter: AuditFilter): Promise<Prisma.AuditEntryWhereInput> {
  const { action, q, actor, run, approval, from, to } = filter;
  // The actions are few and known: a part of a name becomes a list of names, which an index can follow.
  const wanted = q ? auditActions.filter((name) => name.includes(q.trim().toLowerCase())) : null;
  return {
    AND: [action ? { action } : {}, wanted ? { action: { in: wanted } } : {}],
    ...(actor ? { actorId: await actorIdOf(services, actor) } : {}),
    ...(run ? { runId: run } : {}),
    ...(approval ? { approvalId: approval } : {}),
    ...(from || to ? { occurredAt: { ...(from ? { gte: from } : {}), ...(to ? { lt: to } : {}) } } : {}),
  };
}

async function actorIdOf({ db }: Pick<Services, 'db'>, actor: string): Promise<string> {
  if (!actor.includes('@')) return actor;
  const person = await db.prisma.user.findUnique({
    where: { email: actor.trim().toLowerCase() },
    select: { id: true },
  });
  return person?.id ?? actor;
}

async function toLines(services: Pick<Services, 'db'>, rows: readonly EntryRow[]): Promise<readonly AuditLine[]> {
  return (await readEntries(services.db.prisma, rows)).map(toLine);
}

function toLine({ row, actor, targets, context, facts, erased }: ReadableEntry & { row: EntryRow }): AuditLine {
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
