import { isJsonObject, type JsonObject } from '../json';
import { jsonObjectIn } from './entry';

/** A receipt with all that it takes to verify it, but for the keys. */
export type ReceiptFile = Readonly<{
  format: 'countersign-receipt/1';
  receipt: string; // compact JWS
  entry: Readonly<{ leaf: string }>; // the entry of the log that names the receipt's hash
  proof: Readonly<{ leaf_index: number; tree_size: number; path: readonly string[] }>;
  checkpoint: string; // compact JWS
}>;

export const receiptFormat = 'countersign-receipt/1';

export function renderReceiptFile({ receipt, entry, proof, checkpoint }: Omit<ReceiptFile, 'format'>): string {
  const { leaf_index, tree_size, path } = proof;
  const file = {
    format: receiptFormat,
    receipt,
    entry: { leaf: entry.leaf },
    proof: { leaf_index, tree_size, path },
    checkpoint,
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

export function parseReceiptFile(text: string): ReceiptFile | null {
  const file = jsonObjectIn(text);
  if (file === null || file.format !== receiptFormat) return null;
  const { receipt, entry, proof, checkpoint } = file;
  if (typeof receipt !== 'string' || typeof checkpoint !== 'string') return null;
  if (!isJsonObject(entry) || typeof entry.leaf !== 'string') return null;
  const read = proofIn(proof);
  return read === null
    ? null
    : { format: receiptFormat, receipt, entry: { leaf: entry.leaf }, proof: read, checkpoint };
}

function proofIn(proof: unknown): ReceiptFile['proof'] | null {
  if (!isJsonObject(proof)) return null;
  const { leaf_index, tree_size, path } = proof as JsonObject;
  if (typeof leaf_index !== 'number' || typeof tree_size !== 'number' || !Array.isArray(path)) return null;
  return path.every((hash) => typeof hash === 'string') ? { leaf_index, tree_size, path } : null;
}
