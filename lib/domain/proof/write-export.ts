import { type Digest, utf8 } from './digest';
import {
  chainAfter,
  type EntryRecord,
  type ExportFormat,
  type ExportHeader,
  type ExportRecord,
  preamble,
  renderRecord,
} from './export-lines';
import type { CursorStatement, ExportSummary, ManifestStatement } from './statements';

/** Writes the lines of one export and keeps the hash of all that it wrote. Each function gives the text to send next. */
export type ExportWriter = Readonly<{
  /** The beginning of the file; nothing when it goes on from a cursor. */
  begin: () => string;
  entry: (record: Omit<EntryRecord, 'kind'>) => string;
  gap: (from: number, to: number, nodes: readonly string[]) => string;
  /** Ends a part: an interrupted file can go on from here with entry number `next` of the log. */
  cursor: (next: number) => Promise<string>;
  end: (checkpoint: string) => Promise<string>;
  entries: () => number;
}>;

export function exportWriter({
  format,
  header,
  root,
  sign,
  digest,
  from = null,
}: {
  format: ExportFormat;
  header: ExportHeader;
  root: string; // hex, of the tree of `header.tree_size`
  sign: (statement: CursorStatement | ManifestStatement) => Promise<string>;
  digest: () => Digest;
  from?: Readonly<{ jws: string; statement: CursorStatement }> | null;
}): ExportWriter {
  let hash = chainAfter(from?.statement.sha256 ?? null, digest());
  let entries = from?.statement.entries ?? 0;
  const written = (text: string): string => {
    hash.update(utf8(text));
    return text;
  };
  const rendered = (record: ExportRecord): string => {
    const line = renderRecord(format, record, header.log);
    if (line === null) throw new Error('A leaf of the log is no entry');
    return line;
  };
  const summary = (): ExportSummary => ({
    export: header.export,
    format,
    log: header.log,
    tree_size: header.tree_size,
    root,
    filter: header.filter,
    total: header.total,
    entries,
    sha256: hash.hex(),
  });
  // The file has this line already.
  if (from !== null) written(rendered({ kind: 'cursor', jws: from.jws }));

  return {
    begin: () => (from === null ? written(preamble(format) + rendered({ kind: 'header', header })) : ''),
    entry(record) {
      entries += 1;
      return written(rendered({ kind: 'entry', ...record }));
    },
    gap: (start, to, nodes) => written(rendered({ kind: 'gap', from: start, to, nodes })),
    async cursor(next) {
      const statement: CursorStatement = { type: 'countersign.export-part', next, ...summary() };
      hash = chainAfter(statement.sha256, digest());
      return written(rendered({ kind: 'cursor', jws: await sign(statement) }));
    },
    async end(checkpoint) {
      const jws = await sign({ type: 'countersign.export', ...summary() });
      return rendered({ kind: 'manifest', jws, checkpoint });
    },
    entries: () => entries,
  };
}
