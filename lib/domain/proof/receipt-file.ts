import { isJsonObject, type JsonObject } from '../json';
import { jsonObjectIn } from './entry';
import { assertionIn, type PasskeyAssertion } from './passkey-vote';

/** A receipt with all that it takes to verify it, but for the keys. */
export type ReceiptFile = Readonly<{
  format: 'countersign-receipt/1';
  receipt: string; // compact JWS
  entry: Readonly<{ leaf: string }>; // the entry of the log that names the receipt's hash
  proof: Readonly<{ leaf_index: number; tree_size: number; path: readonly string[] }>;
  checkpoint: string; // compact JWS
  passkeys: readonly PasskeyAssertion[]; // what voters signed, where the receipt names it; the member is left out without
}>;

export const receiptFormat = 'countersign-receipt/1';

export function renderReceiptFile(file: Omit<ReceiptFile, 'format'>): string {
  const { receipt, entry, proof, checkpoint, passkeys } = file;
  const { leaf_index, tree_size, path } = proof;
  const written = {
    format: receiptFormat,
    receipt,
    entry: { leaf: entry.leaf },
    proof: { leaf_index, tree_size, path },
    checkpoint,
    ...(passkeys.length > 0 ? { passkeys: passkeys.map((one) => assertionIn(one) ?? one) } : {}),
  };
  return `${JSON.stringify(written, null, 2)}\n`;
}

export function parseReceiptFile(text: string): ReceiptFile | null {
  const file = jsonObjectIn(text);
  if (file === null || file.format !== receiptFormat) return null;
  const { receipt, entry, proof, checkpoint } = file;
  if (typeof receipt !== 'string' || typeof checkpoint !== 'string') return null;
  if (!isJsonObject(entry) || typeof entry.leaf !== 'string') return null;
  const read = proofIn(proof);
  const passkeys = passkeysIn(file.passkeys ?? []);
  if (read === null || passkeys === null) return null;
  return { format: receiptFormat, receipt, entry: { leaf: entry.leaf }, proof: read, checkpoint, passkeys };
}

function passkeysIn(passkeys: unknown): ReceiptFile['passkeys'] | null {
  if (!Array.isArray(passkeys)) return null;
  const read = passkeys.map(assertionIn).filter((one) => one !== null);
  return read.length === passkeys.length ? read : null;
}

function proofIn(proof: unknown): ReceiptFile['proof'] | null {
  if (!isJsonObject(proof)) return null;
  const { leaf_index, tree_size, path } = proof as JsonObject;
  if (typeof leaf_index !== 'number' || typeof tree_size !== 'number' || !Array.isArray(path)) return null;
  return path.every((hash) => typeof hash === 'string') ? { leaf_index, tree_size, path } : null;
}
