import { jsonObjectIn } from './entry';

/** The proof that the log of an older checkpoint is the beginning of the log of a newer one. */
export type ConsistencyFile = Readonly<{
  format: 'countersign-consistency/1';
  older: string; // compact JWS
  newer: string; // compact JWS
  path: readonly string[]; // hex, RFC 6962 §2.1.2
}>;

export const consistencyFormat = 'countersign-consistency/1';

export function renderConsistencyFile({ older, newer, path }: Omit<ConsistencyFile, 'format'>): string {
  return `${JSON.stringify({ format: consistencyFormat, older, newer, path }, null, 2)}\n`;
}

/** Whether this is meant to be such a file, whole or not. */
export function isConsistencyFile(text: string): boolean {
  return jsonObjectIn(text)?.format === consistencyFormat;
}

export function parseConsistencyFile(text: string): ConsistencyFile | null {
  const file = jsonObjectIn(text);
  if (file === null || file.format !== consistencyFormat) return null;
  const { older, newer, path } = file;
  if (typeof older !== 'string' || typeof newer !== 'string' || !Array.isArray(path)) return null;
  if (!path.every((hash) => typeof hash === 'string')) return null;
  return { format: consistencyFormat, older, newer, path };
}
