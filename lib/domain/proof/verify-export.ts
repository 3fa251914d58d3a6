import canonicalize from 'canonicalize';
import { digest, sha256, utf8 } from './digest';
import { falsePersonal, parseLeaf } from './entry';
import {
  chainAfter,
  type EntryRecord,
  type ExportFormat,
  type ExportHeader,
  type ExportRecord,
  parseRecord,
  renderRecord,
} from './export-lines';
import type { FileLine } from './file-lines';
import type { Keys } from './jws';
import { compactRange, hashFromHex, leafHash, subtreesOf, toHex } from './merkle';
import { type Fault, type Findings, findings, type Report } from './report';
import { signedStatement } from './signature';
import {
  type CheckpointStatement,
  checkpointIn,
  cursorIn,
  type ExportSummary,
  type ManifestStatement,
  manifestIn,
} from './statements';

/**
 * Verifies an export in one pass, in memory that does not grow with it: each entry against its hash, what is said of people
 * against the commitments, the order, the root that entries and gaps make, the hash of the bytes, and the signatures.
 * `known` are checkpoints that were kept elsewhere: the log must lead through each.
 */
export async function verifyExport(
  lines: AsyncIterable<FileLine>,
  format: ExportFormat,
  { keys, known, onProgress }: { keys: Keys | null; known: readonly CheckpointStatement[]; onProgress?: Progress },
): Promise<Report> {
  const found = findings();
  const state = exportState(found, format, known);
  for await (const line of lines) {
    await state.take(line, keys);
    if (line.number % 1000 === 0) await onProgress?.(state.entries(), state.total());
  }
  return state.finish(keys);
}

/** Told how many entries of how many were read; awaited, so that a page can draw it. */
export type Progress = (entries: number, total: number) => void | Promise<void>;

// How far back a line can be told to stand twice, and how many holes are kept to tell a move from a loss.
const remembered = 4096;

function exportState(found: Findings, format: ExportFormat, known: readonly CheckpointStatement[]) {
  const range = compactRange(sha256);
  const recent = new Map<number, string>();
  const holes: { from: number; to: number; line: number }[] = [];
  const boundaries = [...known].sort((one, other) => one.size - other.size);
  let hash = digest();
  let partStart = 1;
  let header: ExportHeader | null = null;
  let manifest: { statement: ManifestStatement | null; checkpoint: CheckpointStatement | null; line: number } | null =
    null;
  let lastCursor: { line: number; jws: string } | null = null;
  let entries = 0;
  let partEntries = 0; // of them, those before the present part
  let offset = 0; // how many more the signed parts so far were written with
  let erased = 0;
  let omitted = 0;
  let next = 0;
  let whole = true; // every leaf so far stood in its place, so the range can make the root
  let lastLine = 0;

  const fault = (fault: Fault) => found.fault(fault);

  async function take(line: FileLine, keys: Keys | null) {
    lastLine = line.number;
    const text = line.text;
    if (text === null || !line.ended) {
      hash.update(line.bytes);
      const what = text === null ? 'is not text (UTF-8)' : 'is cut off';
      return fault({ code: 'unreadable', message: `Line ${line.number} ${what}.`, line: line.number });
    }
    if (line.number === 1 && format === 'csv') return hash.update(line.bytes);
    if (manifest !== null) {
      return fault({
        code: 'entry_added',
        message: `Line ${line.number} stands after the end of the export.`,
        line: line.number,
      });
    }
    const record = parseRecord(format, text);
    if (record === null) {
      hash.update(line.bytes);
      return fault({ code: 'unreadable', message: `Line ${line.number} is no line of an export.`, line: line.number });
    }
    if (record.kind === 'manifest') return takeManifest(record, line, keys);
    if (record.kind === 'cursor') return takeCursor(record.jws, line, keys, text);
    hash.update(line.bytes);
    if (record.kind === 'header') return takeHeader(record.header, line, text);
    if (header === null && line.number <= (format === 'csv' ? 2 : 1)) {
      fault({ code: 'unreadable', message: 'The export has no header.', line: line.number });
    }
    if (record.kind === 'gap') return takeGap(record, line, text);
    return takeEntry(record, line, text);
  }

  function takeHeader(read: ExportHeader, line: FileLine, text: string) {
    if (header !== null) {
      return fault({ code: 'entry_added', message: `Line ${line.number} is a second header.`, line: line.number });
    }
    header = read;
    passBoundaries(); // of a log that was empty
    mustBeAsWritten({ kind: 'header', header: read }, line, text);
  }

  function takeEntry(record: EntryRecord, line: FileLine, text: string) {
    entries += 1;
    const entry = parseLeaf(record.leaf);
    const id = entry?.id ?? `at leaf ${record.leafIndex}`;
    const about = { line: line.number, entry: id, leaf: record.leafIndex };
    const bytes = leafHash(sha256, utf8(record.leaf));
    const actual = toHex(bytes);
    if (entry === null) {
      fault({
        code: 'entry_changed',
        message: `Entry ${id} (line ${line.number}) was changed: it is no entry.`,
        ...about,
      });
    } else if (actual !== record.hash) {
      fault({
        code: 'entry_changed',
        message: `Entry ${id} (line ${line.number}) was changed: it does not have the hash that stands beside it.`,
        ...about,
      });
    }
    if (entry !== null) {
      const subjects = falsePersonal(entry, record.personal);
      for (const subject of subjects) {
        fault({
          code: 'personal_changed',
          message: `What entry ${id} (line ${line.number}) says of ${person(subject)} was changed: it is not what was committed to.`,
          ...about,
        });
      }
      if (subjects.length === 0 && renderRecord(format, record, header?.log ?? '') !== `${text}\n`) {
        fault({
          code: 'readable_changed',
          message: `Line ${line.number} was changed: what it shows of entry ${id} is not what the entry says.`,
          ...about,
        });
      }
      if (Object.keys(entry.personal).some((subject) => !record.personal.some((part) => part.subject === subject))) {
        erased += 1;
      }
    }
    place(record.leafIndex, actual, about);
    if (whole) {
      range.add(bytes);
      passBoundaries();
    }
  }

  /** Says whether a leaf stands where it belongs, and moves on. */
  function place(leaf: number, hashNow: string, about: { line: number; entry: string; leaf: number }): void {
    if (leaf === next) {
      next += 1;
    } else {
      whole = false;
      if (leaf > next) {
        if (holes.length < remembered) holes.push({ from: next, to: leaf, line: about.line });
        next = leaf + 1;
      } else {
        misplaced(leaf, hashNow, about);
      }
    }
    recent.set(leaf, hashNow);
    if (recent.size > remembered) recent.delete(recent.keys().next().value ?? leaf);
  }

  function misplaced(leaf: number, hashNow: string, about: { line: number; entry: string; leaf: number }) {
    const before = recent.get(leaf);
    const where = `Entry ${about.entry} (line ${about.line})`;
    if (before === hashNow) return fault({ code: 'entry_doubled', message: `${where} stands twice.`, ...about });
    const hole = holes.findIndex(({ from, to }) => from <= leaf && leaf < to);
    const { from, to, line } = holes[hole] ?? { from: 0, to: 0, line: 0 };
    if (hole === -1) {
      return fault({
        code: 'entry_added',
        message: `${where} was added: place ${leaf} of the log is taken by another line.`,
        ...about,
      });
    }
    holes.splice(
      hole,
      1,
      ...[
        { from, to: leaf, line },
        { from: leaf + 1, to, line },
      ].filter((left) => left.from < left.to),
    );
    fault({
      code: 'entry_moved',
      message: `${where} was moved: it is number ${leaf} of the log and belongs before line ${line}.`,
      ...about,
    });
  }

  function takeGap(record: Extract<ExportRecord, { kind: 'gap' }>, line: FileLine, text: string) {
    const { from, to } = record;
    const bad = (why: string) => {
      whole = false;
      fault({ code: 'gap_changed', message: `The gap ${from}–${to} (line ${line.number}) ${why}.`, line: line.number });
    };
    mustBeAsWritten(record, line, text);
    const limit = header?.tree_size ?? 0;
    if (from >= to || to > limit) return bad('is no part of the log');
    const hashes = record.nodes.map(hashFromHex);
    const subtrees = subtreesOf({ from, to });
    if (subtrees.length !== hashes.length) return bad('does not have the hashes that cover it');
    omitted += to - from;
    if (from !== next) {
      whole = false;
      if (from > next) {
        if (holes.length < remembered) holes.push({ from: next, to: from, line: line.number });
      } else {
        bad('covers what stands elsewhere in the file');
      }
    }
    next = Math.max(next, to);
    for (const [at, subtree] of subtrees.entries()) {
      const node = hashes[at];
      if (node === null || node === undefined) return bad('has something that is no hash');
      if (!whole) continue;
      skipBoundaries(range.size() + 2 ** subtree.level);
      range.add(node, subtree.level);
      passBoundaries();
    }
  }

  async function takeCursor(jws: string, line: FileLine, keys: Keys | null, text: string): Promise<void> {
    const now = hash.hex();
    mustBeAsWritten({ kind: 'cursor', jws }, line, text);
    const name = `the cursor in line ${line.number}`;
    const statement = await signedStatement(found, { jws, keys, name, parse: cursorIn, line: line.number });
    if (statement !== null) {
      belongs(statement, name, line.number);
      if (statement.sha256 !== now) partChanged(line.number);
      countPart(statement.entries, line.number);
    }
    lastCursor = { line: line.number, jws };
    // What the cursor says, so that one changed part does not make all later ones wrong.
    hash = chainAfter(statement?.sha256 ?? now, digest());
    hash.update(line.bytes);
    partStart = line.number;
  }

  async function takeManifest(
    record: Extract<ExportRecord, { kind: 'manifest' }>,
    line: FileLine,
    keys: Keys | null,
  ): Promise<void> {
    const now = hash.hex();
    mustBeAsWritten(record, line, line.text ?? '');
    const at = line.number;
    const statement = await signedStatement(found, {
      jws: record.jws,
      keys,
      name: 'the manifest',
      parse: manifestIn,
      line: at,
    });
    const checkpoint = await signedStatement(found, {
      jws: record.checkpoint,
      keys,
      name: 'the checkpoint',
      parse: checkpointIn,
      line: at,
    });
    manifest = { statement, checkpoint, line: at };
    if (statement === null) return;
    belongs(statement, 'the manifest', at);
    if (statement.sha256 !== now) partChanged(at);
    countPart(statement.entries, at);
  }

  /** Compares with what was written before this line since the last part, so that one loss is told once. */
  function countPart(written: number, line: number): void {
    if (entries + offset !== written) {
      const [had, has] = [written - offset - partEntries, entries - partEntries];
      fault({
        code: 'count_differs',
        message: `Lines ${Math.min(partStart, line - 1)} to ${line - 1} were written with ${had} entries; here are ${has}.`,
        line: Math.min(partStart, line - 1),
      });
    }
    offset = written - entries;
    partEntries = entries;
  }

  function partChanged(line: number): void {
    const from = Math.min(partStart, line - 1);
    fault({
      code: 'part_changed',
      message: `Something in lines ${from} to ${line - 1} is not as it was written: their bytes do not have the signed hash.`,
      line: from,
    });
  }

  function belongs(summary: ExportSummary, name: string, line: number): void {
    if (header === null) return;
    const same =
      summary.export === header.export &&
      summary.log === header.log &&
      summary.tree_size === header.tree_size &&
      summary.total === header.total &&
      summary.format === format &&
      canonicalize(summary.filter) === canonicalize(header.filter);
    if (same) return;
    const other =
      summary.export === header.export ? 'says other things than the header' : `is of export ${summary.export}`;
    fault({
      code: 'other_export',
      message: `${name.charAt(0).toUpperCase()}${name.slice(1)} ${other}; this file is export ${header.export}.`,
      line,
    });
  }

  function mustBeAsWritten(record: ExportRecord, line: FileLine, text: string): void {
    if (renderRecord(format, record, header?.log ?? '') === `${text}\n`) return;
    const { number } = line;
    fault({
      code: 'not_as_written',
      message: `Line ${number} is not written as we write it: it was changed.`,
      line: number,
    });
  }

  /** Checkpoints kept elsewhere whose size is reached now: the log must have had their root. */
  function passBoundaries(): void {
    for (let first = boundaries[0]; first !== undefined && first.size <= range.size(); first = boundaries[0]) {
      boundaries.shift();
      if (first.size < range.size()) {
        found.open(`The checkpoint of ${first.size} entries lies inside what the filter left out.`);
      } else {
        fits(first, toHex(range.root()));
      }
    }
  }

  // A subtree that begins here and ends after a boundary hides it.
  function skipBoundaries(end: number): void {
    for (let first = boundaries[0]; first !== undefined && first.size < end; first = boundaries[0]) {
      boundaries.shift();
      found.open(`The checkpoint of ${first.size} entries lies inside what the filter left out.`);
    }
  }

  function fits(checkpoint: CheckpointStatement, root: string) {
    if (checkpoint.root === root) {
      return found.checked(
        `The log still begins as the checkpoint of ${checkpoint.time} says (${checkpoint.size} entries).`,
      );
    }
    fault({
      code: 'checkpoint_differs',
      message: `The first ${checkpoint.size} entries are not those of the checkpoint of ${checkpoint.time}: the log was rewritten since.`,
    });
  }

  function finish(keys: Keys | null): Report {
    for (const { from, to, line } of holes) missing(from, to, line);
    if (header === null) {
      if (lastLine <= 1) fault({ code: 'unreadable', message: 'The file has no header of an export.' });
    } else if (manifest === null) {
      fault({ code: 'incomplete', message: incompleteText(header.total), line: lastLine });
    } else {
      if (next < header.tree_size) missing(next, header.tree_size, manifest.line);
      if (next > header.tree_size) {
        fault({
          code: 'entry_added',
          message: `The file has ${next - header.tree_size} more than the ${header.tree_size} entries of the log.`,
        });
      }
      checkRoot(header, manifest.statement, manifest.checkpoint);
    }
    summarize(keys);
    return found.report('export', titleOf());
  }

  function incompleteText(total: number): string {
    const so = `The file ends before its end: ${entries} of ${total} entries are here.`;
    return lastCursor === null
      ? `${so} Make the export again.`
      : `${so} To go on, keep lines 1 to ${lastCursor.line} and append what ?cursor= gives for the cursor in line ${lastCursor.line}.`;
  }

  function missing(from: number, to: number, line: number): void {
    const which =
      to - from === 1 ? `Entry number ${from} of the log is` : `Entries number ${from} to ${to - 1} of the log are`;
    whole = false;
    fault({
      code: 'entry_missing',
      message: `${which} missing before line ${line}: removed from the file.`,
      line,
      leaf: from,
    });
  }

  function checkRoot(
    { log, tree_size: size }: ExportHeader,
    statement: ManifestStatement | null,
    checkpoint: CheckpointStatement | null,
  ): void {
    if (checkpoint !== null && (checkpoint.log !== log || checkpoint.size !== size)) {
      fault({
        code: checkpoint.log === log ? 'checkpoint_differs' : 'other_log',
        message: `The checkpoint is of ${checkpoint.size} entries of ${checkpoint.log}; this file is of ${size} entries of ${log}.`,
      });
    } else if (checkpoint !== null && statement !== null && checkpoint.root !== statement.root) {
      fault({ code: 'checkpoint_differs', message: 'The checkpoint and the manifest name different roots.' });
    }
    const signed = checkpoint?.root ?? statement?.root;
    if (!whole || range.size() !== size || signed === undefined) return;
    if (toHex(range.root()) !== signed) {
      fault({
        code: 'root_differs',
        message:
          'Entries and gaps of this file do not make the root that was signed: one of them is not that of the log.',
      });
    }
    for (const checkpoint of boundaries.splice(0)) {
      if (checkpoint.size === size) fits(checkpoint, signed);
      else
        found.open(
          `The checkpoint of ${checkpoint.time} is of ${checkpoint.size} entries; this export ends at ${size}.`,
        );
    }
  }

  function summarize(keys: Keys | null): void {
    const made = header;
    if (made === null) return;
    for (const { log, size } of known) {
      if (log !== made.log) {
        fault({
          code: 'other_log',
          message: `The checkpoint of ${size} entries is of ${log}; this file is of ${made.log}.`,
        });
      }
    }
    if (keys === null) found.open('No keys were given, so no signature was checked.');
    if (found.failed()) return;
    found.fact('Log', made.log);
    found.fact('Made', made.made_at);
    found.fact('Entries', `${entries} of ${made.tree_size} in the log`);
    if (omitted > 0) found.fact('Left out by the filter', String(omitted));
    if (Object.keys(made.filter).length > 0) found.fact('Filter', JSON.stringify(made.filter));
    found.checked(`Each of the ${entries} entries has its hash, stands in its place and was not changed.`);
    found.checked('What is said of people is what the entries commit to, or was erased.');
    found.checked('Entries and gaps together make the root of the log.');
    if (keys !== null) found.checked('Root, file and every part are signed by a published key.');
    if (erased > 0)
      found.note(
        `In ${erased} entries something said of people was erased; that it was there is proved, what it was is not.`,
      );
    if (omitted > 0) found.note('Whether the filter left out what it should: for that, export without one.');
    found.note('That the log as a whole was not replaced: for that, give a checkpoint that was kept elsewhere.');
    found.note('The sentences are our words for the entries; they are bound by the hash of the file only.');
  }

  function titleOf(): string {
    return header === null ? 'An export' : `An export of ${header.total} entries (${format.toUpperCase()})`;
  }

  return { take, finish, entries: () => entries, total: () => header?.total ?? 0 };
}

function person(subject: string): string {
  return subject === '-' ? 'somebody without an account' : subject;
}
