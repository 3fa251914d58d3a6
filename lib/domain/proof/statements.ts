import { isJsonObject, type Json, type JsonObject } from '../json';
import { hashFromHex } from './merkle';

/** What we sign. Each says in `type` what it is, so that none can stand in the place of another. */
export type CheckpointStatement = Readonly<{
  type: 'countersign.checkpoint';
  log: string;
  size: number;
  root: string; // hex
  time: string; // RFC 3339
}>;

export type ReceiptStatement = Readonly<{
  type: 'countersign.receipt';
  log: string;
  approval: string;
  interaction: string; // Gemini's id
  call_id: string;
  tool: string;
  call_hash: string;
  decision: string;
  decided_by: 'people' | 'rule' | 'clock';
  arguments_hash: string; // of the arguments that the model proposed
  executed_arguments_hash?: string; // of those that people agreed on; only of an approved call
  voters: readonly ReceiptVoter[];
  rule: string;
  policy_version: number;
  decided_at: string;
  iat: number; // seconds, RFC 7519
}>;

export type ReceiptVoter = Readonly<{
  id: string;
  verdict: string;
  at: string;
  surface: string;
  passkey?: string; // `assertionHash` of what their passkey signed
}>;

/** Ends an export: what the file is of, and the hash of its bytes. */
export type ManifestStatement = Readonly<{ type: 'countersign.export' } & ExportSummary>;

/** Stands inside an export, after each part: where it can be gone on from, and the hash of its bytes up to there. */
export type CursorStatement = Readonly<{ type: 'countersign.export-part'; next: number } & ExportSummary>;

export type ExportSummary = Readonly<{
  export: string;
  format: string;
  log: string;
  tree_size: number;
  root: string;
  filter: JsonObject;
  total: number; // entries that the whole file is to have
  entries: number; // entries so far
  sha256: string; // see `chain` in export-lines.ts
}>;

/** The signed statement as what it says it is; null when it is another, or not whole. */
export function checkpointIn(payload: JsonObject): CheckpointStatement | null {
  const { type, log, size, root, time } = payload;
  if (type !== 'countersign.checkpoint' || typeof log !== 'string' || typeof time !== 'string') return null;
  if (!isCount(size) || hashFromHex(root) === null || typeof root !== 'string') return null;
  return { type, log, size, root, time };
}

export function receiptIn(payload: JsonObject): ReceiptStatement | null {
  if (payload.type !== 'countersign.receipt') return null;
  const texts = [
    ...['log', 'approval', 'interaction', 'call_id', 'tool', 'call_hash'],
    ...['decision', 'decided_by', 'arguments_hash', 'rule', 'decided_at'],
  ];
  if (!texts.every((name) => typeof payload[name] === 'string')) return null;
  const executed = payload.executed_arguments_hash;
  if (executed !== undefined && typeof executed !== 'string') return null;
  if (typeof payload.policy_version !== 'number' || typeof payload.iat !== 'number') return null;
  if (!Array.isArray(payload.voters) || !payload.voters.every(isVoter)) return null;
  return payload as ReceiptStatement;
}

export function manifestIn(payload: JsonObject): ManifestStatement | null {
  return payload.type === 'countersign.export' && isSummary(payload) ? (payload as ManifestStatement) : null;
}

export function cursorIn(payload: JsonObject): CursorStatement | null {
  if (payload.type !== 'countersign.export-part' || !isCount(payload.next)) return null;
  return isSummary(payload) ? (payload as CursorStatement) : null;
}

function isSummary(payload: JsonObject): boolean {
  return (
    ['export', 'format', 'log'].every((name) => typeof payload[name] === 'string') &&
    ['tree_size', 'total', 'entries'].every((name) => isCount(payload[name])) &&
    ['root', 'sha256'].every((name) => hashFromHex(payload[name]) !== null) &&
    isJsonObject(payload.filter)
  );
}

function isVoter(value: Json): boolean {
  if (!isJsonObject(value)) return false;
  if (value.passkey !== undefined && hashFromHex(value.passkey) === null) return false;
  return ['id', 'verdict', 'at', 'surface'].every((name) => typeof value[name] === 'string');
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
