import { isJsonObject, type JsonObject } from '../json';
import { hmacHex } from './digest';
import { type PersonalData, personalText, type ReadableEntry, readableEntry, type SealedEntry } from './leaf';
import { hashFromHex } from './merkle';

/** What is said of one subject beside an entry, with the salt (hex) that its commitment needs. */
export type PersonalPart = Readonly<{ subject: string; salt: string; data: JsonObject }>;

/** The entry in the text of a leaf; null when it is none. Its hash, not this, says whether it is the right one. */
export function parseLeaf(text: string): SealedEntry | null {
  const leaf = jsonObjectIn(text);
  if (leaf === null) return null;
  const { version, id, action, occurred_at: at, actor, targets, context, metadata, personal } = leaf;
  const { run_id: runId = null, approval_id: approvalId = null } = leaf;
  if (typeof version !== 'number' || typeof id !== 'string' || typeof action !== 'string') return null;
  if (typeof at !== 'string' || Number.isNaN(Date.parse(at)) || !isParty(actor)) return null;
  if (!Array.isArray(targets) || !targets.every(isParty)) return null;
  if (!isJsonObject(context) || !isJsonObject(metadata) || !isJsonObject(personal)) return null;
  if (!Object.values(personal).every((value) => typeof value === 'string')) return null;
  if (!isTextOrNull(runId) || !isTextOrNull(approvalId)) return null;
  return {
    version,
    id,
    action,
    occurredAt: new Date(at),
    actor,
    targets,
    context: context as JsonObject,
    metadata: metadata as JsonObject,
    runId,
    approvalId,
    personal: personal as Readonly<Record<string, string>>,
  };
}

/** The subjects of whom something is said that the entry does not stand for. */
export function falsePersonal(entry: SealedEntry, parts: readonly PersonalPart[]): readonly string[] {
  const seen = new Set<string>();
  return parts
    .filter(({ subject, salt, data }) => {
      const key = hashFromHex(salt);
      const doubled = seen.has(subject);
      seen.add(subject);
      if (doubled || key === null || !Object.hasOwn(entry.personal, subject)) return true;
      return hmacHex(key, personalText(data)) !== entry.personal[subject];
    })
    .map(({ subject }) => subject);
}

/** How an entry reads with what is said of people beside it. */
export function readable(entry: SealedEntry, parts: readonly PersonalPart[]): ReadableEntry {
  return readableEntry(entry, new Map(parts.map(({ subject, data }) => [subject, data as PersonalData])));
}

export function jsonObjectIn(text: string): JsonObject | null {
  try {
    const read: unknown = JSON.parse(text);
    return isJsonObject(read) ? (read as JsonObject) : null;
  } catch {
    return null;
  }
}

function isParty(value: unknown): value is { type: string; id: string; name?: string } {
  return (
    isJsonObject(value) &&
    typeof value.type === 'string' &&
    typeof value.id === 'string' &&
    (value.name === undefined || typeof value.name === 'string')
  );
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}
