import type { Json } from '../json';
import { isConsistencyFile } from './consistency-file';
import { formatOf } from './export-lines';
import { type FileLine, fileLines, LineTooLong } from './file-lines';
import type { Keys } from './jws';
import { findings, type Report } from './report';
import type { CheckpointStatement } from './statements';
import { readCheckpoints, verifyCheckpoints } from './verify-checkpoints';
import { verifyConsistencyFile } from './verify-consistency';
import { type Progress, verifyExport } from './verify-export';
import { verifyReceipt } from './verify-receipt';

export type VerifyOptions = Readonly<{
  keys: Keys | null; // null: everything but the signatures
  known?: readonly CheckpointStatement[]; // checkpoints that were kept elsewhere
  args?: Json; // what somebody is about to run, to be compared with a receipt
  onProgress?: Progress;
}>;

/**
 * Verifies a file of ours, whichever it is, with nothing but the published keys: a receipt, an export (JSON Lines, CSV,
 * OCSF), checkpoints, or the proof between two of them. An export may be of any length: its memory does not grow with it.
 */
export async function verifyFile(chunks: AsyncIterable<Uint8Array>, options: VerifyOptions): Promise<Report> {
  const { keys, known = [], args, onProgress } = options;
  try {
    const lines = fileLines(chunks);
    const first = await lines.next();
    if (first.done) return unreadable('The file is empty.');
    const all = again(first.value, lines);
    const start = first.value.text ?? '';
    const format = formatOf(start);
    if (format !== null) return await verifyExport(all, format, { keys, known, ...(onProgress ? { onProgress } : {}) });
    if (start === '{') {
      const text = await wholeText(all);
      if (isConsistencyFile(text)) return await verifyConsistencyFile(text, { keys, known });
      return await verifyReceipt(text, { keys, known, args });
    }
    if (start.startsWith('eyJ')) return await verifyCheckpoints(all, keys);
    return unreadable('The file is no receipt, export, checkpoint or proof of ours, or its first line was changed.');
  } catch (error) {
    if (error instanceof LineTooLong || error instanceof TooLarge) return unreadable(`${error.message}.`);
    throw error;
  }
}

/** The checkpoints in a file, or null with a report of what is wrong with it. */
export async function checkpointsIn(
  chunks: AsyncIterable<Uint8Array>,
  keys: Keys | null,
): Promise<{ checkpoints: readonly CheckpointStatement[] } | { report: Report }> {
  const found = findings();
  const { all } = await readCheckpoints(found, fileLines(chunks), keys);
  return found.failed() ? { report: found.report('checkpoints', 'The checkpoints given') } : { checkpoints: all };
}

class TooLarge extends Error {
  override readonly name = 'TooLarge';
}

const maxReceiptBytes = 1024 * 1024; // a receipt has a few kilobytes

async function wholeText(lines: AsyncIterable<FileLine>): Promise<string> {
  let text = '';
  for await (const line of lines) {
    text += `${line.text ?? '\ufffd'}${line.ended ? '\n' : ''}`;
    if (text.length > maxReceiptBytes) throw new TooLarge('The file is larger than any receipt');
  }
  return text;
}

async function* again(first: FileLine, rest: AsyncIterable<FileLine>): AsyncGenerator<FileLine> {
  yield first;
  yield* rest;
}

function unreadable(message: string): Report {
  const found = findings();
  found.fault({ code: 'unreadable', message });
  return found.report('unknown', 'A file');
}
