import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Actor, type AuditContext, auditSentence } from '@/lib/domain/audit';
import {
  type AuditFilter,
  auditOutcomes,
  auditSurfaces,
  fits,
  needsOf,
  searchExpression,
} from '@/lib/domain/audit-search';
import type { JsonObject } from '@/lib/domain/json';
import { can, type Person } from '@/lib/domain/person';
import type { Digest } from '@/lib/domain/proof/digest';
import { readable } from '@/lib/domain/proof/entry';
import type { ExportFormat, ExportHeader } from '@/lib/domain/proof/export-lines';
import { keysOf, verifyJws } from '@/lib/domain/proof/jws';
import { leafText } from '@/lib/domain/proof/leaf';
import { subtreesOf, toHex } from '@/lib/domain/proof/merkle';
import { type CursorStatement, cursorIn } from '@/lib/domain/proof/statements';
import { type ExportWriter, exportWriter } from '@/lib/domain/proof/write-export';
import { AppError } from '@/lib/errors';
import { invalidInput } from '@/lib/http';
import { newId } from '@/lib/ids';
import { log } from '@/lib/log';
import type { Services } from '@/lib/services';
import { appendAudit } from './append';
import { checkpointWhenGrown } from './checkpoint';
import { countLeaves, type Leaf, type LeafQuery, leavesIn, personalPartsOf } from './export-store';
import { indexEntries } from './index-entries';
import { logHead, rootAt } from './proofs';
import { searched, toLines, withActor } from './queries';
import { publishedKeys, signStatement } from './signing-keys';
import { toSealed } from './store';
import { nodeHashes } from './tree-store';

type ExportServices = Pick<Services, 'db' | 'env' | 'secrets' | 'now'>;

export const exportTypes: Record<ExportFormat, string> = {
  jsonl: 'application/x-ndjson; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  ocsf: 'application/x-ndjson; charset=utf-8',
};

export const exportEndings: Record<ExportFormat, string> = { jsonl: 'jsonl', csv: 'csv', ocsf: 'ocsf.jsonl' };

const batchSize = 1_000; // leaves at a time: some megabytes, whatever the history has
const entriesAPart = 1_000; // what a broken connection costs at most, and what a changed line is narrowed down to

/** An export under way: how many entries it will have, how many the log has, and its bytes as fast as they are taken. */
export type AuditExport = Readonly<{
  id: string;
  total: number;
  size: number;
  stream: ReadableStream<Uint8Array>;
}>;

/**
 * The history up to now as a stream that verifies, in the order of the log, read batch by batch as fast as it is taken, so
 * its size does not matter. Its beginning and its end are recorded; the beginning is in it. With `cursor`, a line of an
 * export that broke off, the rest of that one. Throws `forbidden` when `by` may not read it, `invalid_input` for a cursor
 * that is none of ours.
 */
export async function exportAudit(
  services: ExportServices,
  input: {
    format: ExportFormat;
    filter: AuditFilter;
    by: Person | null; // null: a key of no person, whose scope was checked
    actor: Actor;
    context: AuditContext;
    cursor?: string | undefined;
  },
): Promise<AuditExport> {
  const { format, by, actor, context } = input;
  if (by !== null && !can(by, 'audit.read'))
    throw new AppError('forbidden', 'Only auditors and admins read the history.');
  const from = input.cursor === undefined ? null : await parsedCursor(services, input.cursor, format);
  const filter = await withActor(services, from === null ? input.filter : storedFilter.parse(from.statement.filter));
  const id = from?.statement.export ?? newId('exp', services.now());
  const about = { actor, targets: [{ type: 'audit' as const, id: 'audit' }], context };
  await appendAudit(services.db.prisma, services.now(), {
    ...about,
    action: 'audit.exported',
    facts: { format, export: id, filter: JSON.stringify(filterJson(filter)), from: from?.statement.next ?? 0 },
  });
  await checkpointWhenGrown(services);
  if (needsOf(filter).length > 0) await indexEntries(services);

  const head = from === null ? await startOf(services, id, filter) : await continued(services, from.statement);
  const checkpoint = await checkpointOf(services, head.header.tree_size);
  const writer = exportWriter({
    format,
    header: head.header,
    root: head.root,
    sign: async (statement) => (await signStatement(services, { ...statement })).jws,
    digest: nodeDigest,
    from,
  });
  const chunks = exportChunks(services, {
    writer,
    filter,
    size: head.header.tree_size,
    next: from?.statement.next ?? 0,
    async end() {
      await appendAudit(services.db.prisma, services.now(), {
        ...about,
        action: 'audit.export_finished',
        facts: { format, export: id, entries: writer.entries() },
      });
      return writer.end(checkpoint);
    },
  });
  return { id, total: head.header.total, size: head.header.tree_size, stream: streamed(chunks, format) };
}

async function* exportChunks(
  services: ExportServices,
  {
    writer,
    filter,
    size,
    next,
    end,
  }: { writer: ExportWriter; filter: AuditFilter; size: number; next: number; end: () => Promise<string> },
): AsyncGenerator<string> {
  const query = leafQuery(filter);
  let gapFrom = next;
  let inPart = 0;
  yield writer.begin();
  for (let from = next; from < size; from += batchSize) {
    const to = Math.min(from + batchSize, size);
    const leaves = await fitting(services, await leavesIn(services.db, { from, to }, query), filter);
    const gaps = await gapsBefore(services, leaves, gapFrom);
    const personal = await personalPartsOf(
      services.db,
      leaves.map(({ row }) => row.id),
    );
    let text = '';
    for (const [place, { index, hash, row }] of leaves.entries()) {
      const gap = gaps[place];
      if (gap !== null && gap !== undefined) text += writer.gap(gap.from, gap.to, gap.nodes);
      const entry = toSealed(row);
      const parts = personal.get(row.id) ?? [];
      const sentence = auditSentence(row.action, readable(entry, parts).facts);
      text += writer.entry({ leafIndex: index, leaf: leafText(entry), hash, personal: parts, sentence });
      gapFrom = index + 1;
      inPart += 1;
      if (inPart < entriesAPart) continue;
      inPart = 0;
      text += await writer.cursor(gapFrom);
    }
    if (text !== '') yield text;
  }
  if (gapFrom < size) {
    const nodes = await nodeHashes(services.db.prisma, subtreesOf({ from: gapFrom, to: size }));
    yield writer.gap(gapFrom, size, nodes.map(toHex));
  }
  yield await end();
}

/** For each leaf what was left out right before it, with the hashes that cover it; one query for all. */
async function gapsBefore(
  { db }: Pick<Services, 'db'>,
  leaves: readonly Leaf[],
  start: number,
): Promise<readonly ({ from: number; to: number; nodes: readonly string[] } | null)[]> {
  const ranges = leaves.map(({ index }, place) => {
    const before = leaves[place - 1];
    return { from: before === undefined ? start : before.index + 1, to: index };
  });
  const subtrees = ranges.map(subtreesOf);
  const hashes = await nodeHashes(db.prisma, subtrees.flat());
  let at = 0;
  return ranges.map((range, place) => {
    const count = subtrees[place]?.length ?? 0;
    const nodes = hashes.slice(at, at + count).map(toHex);
    at += count;
    return count === 0 ? null : { ...range, nodes };
  });
}

/** What the search does not know yet is looked at one by one. */
async function fitting(
  { db }: Pick<Services, 'db'>,
  leaves: readonly Leaf[],
  filter: AuditFilter,
): Promise<readonly Leaf[]> {
  const unknown = needsOf(filter).length === 0 ? [] : leaves.filter(({ searched }) => !searched);
  if (unknown.length === 0) return leaves;
  const lines = await toLines(
    db.prisma,
    unknown.map(({ row }) => row),
  );
  const unfit = new Set(lines.filter((line) => !fits(searched(line), filter)).map(({ id }) => id));
  return leaves.filter(({ row }) => !unfit.has(row.id));
}

async function startOf(
  services: ExportServices,
  id: string,
  filter: AuditFilter,
): Promise<{ header: ExportHeader; root: string }> {
  const newest = await services.db.prisma.auditCheckpoint.findFirst({ orderBy: { id: 'desc' } });
  const { log: origin } = await logHead(services.db.prisma);
  if (newest === null) throw new Error('the log has no checkpoint');
  const size = Number(newest.size);
  const total = await countLeaves(services.db, size, leafQuery(filter));
  const made_at = services.now().toISOString();
  const header = { export: id, log: origin, tree_size: size, filter: filterJson(filter), total, made_at };
  return { header, root: toHex(newest.root) };
}

async function continued(
  services: ExportServices,
  statement: CursorStatement,
): Promise<{ header: ExportHeader; root: string }> {
  const { export: id, log: origin, tree_size, filter, total, root } = statement;
  if (toHex(await rootAt(services.db.prisma, tree_size)) !== root) {
    throw new AppError('conflict', 'The log is not the one any more that this export was made of.');
  }
  // The time stands in the first line, which the file has already.
  return { header: { export: id, log: origin, tree_size, filter, total, made_at: '' }, root };
}

async function checkpointOf({ db }: Pick<Services, 'db'>, size: number): Promise<string> {
  const row = await db.prisma.auditCheckpoint.findFirst({
    where: { size: BigInt(size) },
    orderBy: { id: 'desc' },
    select: { jws: true },
  });
  if (row === null) throw new Error(`the checkpoint of ${size} entries is gone`);
  return row.jws;
}

/** A cursor that we signed for an export of this log and format. */
async function parsedCursor(
  services: ExportServices,
  jws: string,
  format: ExportFormat,
): Promise<{ jws: string; statement: CursorStatement }> {
  const signed = await verifyJws(jws, (await keysOf(await publishedKeys(services))) ?? new Map());
  const statement = signed.kind === 'valid' ? cursorIn(signed.payload) : null;
  if (statement === null || statement.log !== (await logHead(services.db.prisma)).log) {
    const message = 'Not a cursor of an export. Give the last one in your file exactly as it stands there.';
    throw invalidInput([{ path: '/cursor', message }]);
  }
  if (statement.format !== format) {
    throw invalidInput([{ path: '/format', message: `This cursor goes on with an export as ${statement.format}.` }]);
  }
  return { jws, statement };
}

function leafQuery(filter: AuditFilter): LeafQuery {
  const needs = needsOf(filter);
  return {
    from: filter.from ?? null,
    to: filter.to ?? null,
    expression: needs.length === 0 ? null : searchExpression(needs),
  };
}

function filterJson(filter: AuditFilter): JsonObject {
  const { from, to, ...rest } = filter;
  const texts = Object.entries(rest).filter((pair): pair is [string, string] => Boolean(pair[1]));
  return {
    ...Object.fromEntries(texts),
    ...(from ? { from: from.toISOString() } : {}),
    ...(to ? { to: to.toISOString() } : {}),
  };
}

const text = z.string().optional();
const instant = z.iso
  .datetime()
  .transform((value) => new Date(value))
  .optional();
const storedFilter = z.strictObject({
  ...{ text, action: text, actor: text, target: text, agent: text, tool: text, run: text, approval: text },
  ...{ outcome: z.enum(auditOutcomes).optional(), surface: z.enum(auditSurfaces).optional() },
  ...{ from: instant, to: instant },
});

function nodeDigest(): Digest {
  const hash = createHash('sha256');
  return { update: (bytes) => void hash.update(bytes), hex: () => hash.digest('hex') };
}

function streamed(chunks: AsyncGenerator<string>, format: ExportFormat): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await chunks.next();
          if (done) controller.close();
          else controller.enqueue(encoder.encode(value));
        } catch (error) {
          // The status is long sent: a cut connection is the one way left to say that this is not all.
          log.error({ err: error, format }, 'audit.export_failed');
          controller.error(error);
        }
      },
      async cancel() {
        await chunks.return(undefined);
      },
    },
    { highWaterMark: 1 },
  );
}
