import { isJsonObject, type Json, type JsonObject } from '../json';
import type { Digest } from './digest';
import { jsonObjectIn, type PersonalPart, parseLeaf, readable } from './entry';
import { hashFromHex } from './merkle';
import { ocsfEvent } from './ocsf';

export const exportFormats = ['jsonl', 'csv', 'ocsf'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** The first record of an export: what the file is of. `total` entries will follow, so a reader knows how far it is. */
export type ExportHeader = Readonly<{
  export: string;
  log: string;
  tree_size: number;
  filter: JsonObject;
  total: number;
  made_at: string;
}>;

/** What stands in an export, one a line, whatever the format. */
export type ExportRecord =
  | Readonly<{ kind: 'header'; header: ExportHeader }>
  | EntryRecord
  | Readonly<{ kind: 'gap'; from: number; to: number; nodes: readonly string[] }> // perfect subtrees of what was left out
  | Readonly<{ kind: 'cursor'; jws: string }>
  | Readonly<{ kind: 'manifest'; jws: string; checkpoint: string }>;

export type EntryRecord = Readonly<{
  kind: 'entry';
  leafIndex: number;
  leaf: string; // RFC 8785
  hash: string; // of the leaf, hex: tells which of a million entries was changed
  personal: readonly PersonalPart[];
  sentence: string; // our words, which may be other ones next year: bound by the file's hash alone
}>;

const formatNames: Readonly<Record<ExportFormat, string>> = {
  jsonl: 'countersign-audit/1',
  csv: 'countersign-audit-csv/1',
  ocsf: 'countersign-audit-ocsf/1',
};

const columns = [
  ...['record', 'leaf_index', 'id', 'occurred_at', 'action', 'sentence', 'actor_type', 'actor_id', 'actor_name'],
  ...['run_id', 'approval_id', 'targets', 'context', 'facts', 'version', 'proof'],
] as const;

/** What a file begins with before its header: the columns of a CSV. */
export function preamble(format: ExportFormat): string {
  return format === 'csv' ? `${columns.join(',')}\r\n` : '';
}

/** The format that a file's first line is of; null: of none. */
export function formatOf(firstLine: string): ExportFormat | null {
  if (`${firstLine}\n` === preamble('csv')) return 'csv';
  const name = jsonObjectIn(firstLine)?.format;
  return exportFormats.find((format) => format !== 'csv' && formatNames[format] === name) ?? null;
}

/** A record as its line, with the line's end. The log's name is that of the header. Null: the leaf is no entry. */
export function renderRecord(format: ExportFormat, record: ExportRecord, log: string): string | null {
  return format === 'csv' ? csvRow(record) : jsonRow(format, record, log);
}

/** The record of a line without its end; null when there is none in it. Rendering it again tells what else was in it. */
export function parseRecord(format: ExportFormat, line: string): ExportRecord | null {
  if (format === 'csv') return csvRecord(line);
  const row = jsonObjectIn(line);
  if (row === null) return null;
  if (format === 'jsonl' || row.class_uid === undefined) return recordOf(row, sentenceIn(row.entry));
  const proof = isJsonObject(row.unmapped) ? row.unmapped.countersign : null;
  return isJsonObject(proof) ? recordOf(proof as JsonObject, typeof row.message === 'string' ? row.message : '') : null;
}

/**
 * The hash of an export, part by part: SHA-256 over the bytes; after each cursor, over the hash until there and the bytes
 * from the cursor's line on. So whoever goes on from a cursor need not see again what was before it.
 */
export function chainAfter(before: string | null, state: Digest): Digest {
  const hash = hashFromHex(before);
  if (hash !== null) state.update(hash);
  return state;
}

/** A cell by RFC 4180. A spreadsheet would run what begins like a formula, and names and tools may be anybody's text. */
export function csvCell(text: string): string {
  const harmless = /^[=+\-@\t＝＋－＠]/.test(text) ? `'${text}` : text;
  return /[",]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

function jsonRow(format: ExportFormat, record: ExportRecord, log: string): string | null {
  if (record.kind !== 'entry') return `${JSON.stringify(proofOf(format, record))}\n`;
  const entry = parseLeaf(record.leaf);
  if (entry === null) return null;
  const told = readable(entry, record.personal);
  const proof = proofOf(format, record);
  if (format === 'ocsf') {
    const { leafIndex, sentence } = record;
    return `${JSON.stringify(ocsfEvent(entry, told, { log, leafIndex, sentence, proof }))}\n`;
  }
  const shown = {
    id: entry.id,
    occurred_at: entry.occurredAt.toISOString(),
    action: entry.action,
    sentence: record.sentence,
    actor: told.actor,
    targets: told.targets,
    context: told.context,
    facts: told.facts,
    version: entry.version,
    run_id: entry.runId,
    approval_id: entry.approvalId,
    ...(told.erased ? { erased: true } : {}),
  };
  return `${JSON.stringify({ ...proof, entry: shown })}\n`;
}

function csvRow(record: ExportRecord): string | null {
  const cells: Partial<Record<(typeof columns)[number], string>> = {
    record: record.kind,
    proof: JSON.stringify(proofOf('csv', record)),
  };
  if (record.kind === 'entry') {
    const entry = parseLeaf(record.leaf);
    if (entry === null) return null;
    const told = readable(entry, record.personal);
    Object.assign(cells, {
      leaf_index: String(record.leafIndex),
      id: entry.id,
      occurred_at: entry.occurredAt.toISOString(),
      action: entry.action,
      sentence: record.sentence,
      actor_type: told.actor.type,
      actor_id: told.actor.id,
      actor_name: told.actor.name,
      run_id: entry.runId ?? '',
      approval_id: entry.approvalId ?? '',
      targets: JSON.stringify(told.targets),
      context: JSON.stringify(told.context),
      facts: JSON.stringify(told.facts),
      version: String(entry.version),
    });
  } else {
    // What the record is of, for whoever reads the table.
    cells.sentence = record.kind === 'gap' ? `${record.to - record.from} entries left out by the filter` : '';
    if (record.kind === 'gap') cells.leaf_index = String(record.from);
  }
  // A row is a line: a break in a name would make two. The leaf has it as it is.
  const row = columns.map((name) => csvCell((cells[name] ?? '').replaceAll(/[\r\n]+/g, ' ')));
  return `${row.join(',')}\r\n`;
}

function proofOf(format: ExportFormat, record: ExportRecord): JsonObject {
  switch (record.kind) {
    case 'header':
      return { format: formatNames[format], ...record.header };
    case 'entry': {
      const { leafIndex, hash, leaf, personal } = record;
      return { leaf_index: leafIndex, hash, leaf, personal: personal.map((part) => ({ ...part })) };
    }
    case 'gap':
      return { gap: { from: record.from, to: record.to, nodes: record.nodes } };
    case 'cursor':
      return { cursor: record.jws };
    case 'manifest':
      return { manifest: record.jws, checkpoint: record.checkpoint };
  }
}

function recordOf(row: JsonObject, sentence: string): ExportRecord | null {
  if (isJsonObject(row.gap)) return gapOf(row.gap as JsonObject);
  if (typeof row.cursor === 'string') return { kind: 'cursor', jws: row.cursor };
  if (typeof row.manifest === 'string' && typeof row.checkpoint === 'string') {
    return { kind: 'manifest', jws: row.manifest, checkpoint: row.checkpoint };
  }
  if (row.format !== undefined) return headerOf(row);
  const { leaf_index: leafIndex, leaf, hash, personal } = row;
  if (!isPlace(leafIndex) || typeof leaf !== 'string' || typeof hash !== 'string') return null;
  if (!Array.isArray(personal) || !personal.every(isPersonalPart)) return null;
  return { kind: 'entry', leafIndex, leaf, hash, personal, sentence };
}

function headerOf(row: JsonObject): ExportRecord | null {
  const { export: id, log, tree_size, filter, total, made_at } = row;
  if (typeof id !== 'string' || typeof log !== 'string' || typeof made_at !== 'string') return null;
  if (!isPlace(tree_size) || !isPlace(total) || !isJsonObject(filter)) return null;
  return { kind: 'header', header: { export: id, log, tree_size, filter: filter as JsonObject, total, made_at } };
}

function gapOf({ from, to, nodes }: JsonObject): ExportRecord | null {
  if (!isPlace(from) || !isPlace(to) || !Array.isArray(nodes)) return null;
  return nodes.every((node) => typeof node === 'string') ? { kind: 'gap', from, to, nodes } : null;
}

function csvRecord(line: string): ExportRecord | null {
  const cells = csvCells(line);
  if (cells === null || cells.length !== columns.length) return null;
  const row = jsonObjectIn(cells.at(-1) ?? '');
  return row === null ? null : recordOf(row, bare(cells[columns.indexOf('sentence')] ?? ''));
}

/** The cells of one row by RFC 4180, with the carriage return that ends it; null when it is none. */
function csvCells(line: string): string[] | null {
  if (!line.endsWith('\r')) return null;
  const cells: string[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",]*))(,|\r$)/y;
  while (cell.lastIndex < line.length) {
    const found = cell.exec(line);
    if (found === null) return null;
    cells.push(found[1] === undefined ? (found[2] ?? '') : found[1].replaceAll('""', '"'));
  }
  return cells;
}

// The mark that keeps a formula from running is put on again when the row is written again.
function bare(text: string): string {
  return /^'[=+\-@\t＝＋－＠]/.test(text) ? text.slice(1) : text;
}

function sentenceIn(entry: Json | undefined): string {
  return entry !== undefined && isJsonObject(entry) && typeof entry.sentence === 'string' ? entry.sentence : '';
}

function isPersonalPart(value: Json): value is PersonalPart {
  return (
    isJsonObject(value) &&
    typeof value.subject === 'string' &&
    typeof value.salt === 'string' &&
    value.data !== undefined &&
    isJsonObject(value.data)
  );
}

function isPlace(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
