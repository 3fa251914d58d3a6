import { z } from 'zod';
import type { Transaction } from '@/lib/db';
import type { JsonObject } from '@/lib/domain/json';
import { jsonObject } from '@/lib/domain/profile';
import {
  type OpenEntry,
  type PersonalData,
  type ReadableEntry,
  readableEntry,
  type SealedEntry,
} from '@/lib/domain/proof/leaf';
import type { Prisma } from '@/lib/generated/prisma/client';

/** An entry on its way into the log, with what it says of people. */
export type NewEntry = Omit<OpenEntry, 'version'> &
  Readonly<{
    personal: Readonly<Record<string, string>>;
    rows: readonly Readonly<{ subject: string; data: PersonalData; salt: Uint8Array }>[];
  }>;

export type EntryRow = Prisma.AuditEntryGetPayload<Record<string, never>>;

/** What of a row is hashed. */
export type LeafRow = Omit<EntryRow, 'seq'>;

/** Inserts entries, in their order, and what they say of people: one statement. */
export async function insertEntries(tx: Transaction, entries: readonly NewEntry[]): Promise<void> {
  const given = entries.map(({ rows, ...entry }) => ({
    ...entry,
    rows: rows.map(({ subject, data, salt }) => ({ subject, data, salt: Buffer.from(salt).toString('base64') })),
  }));
  await tx.$executeRaw`
    with given as (
      select entry, place from jsonb_array_elements(${JSON.stringify(given)}::jsonb) with ordinality as given (entry, place)),
    kept as (
      insert into audit_entry (id, action, occurred_at, actor_type, actor_id, actor_name, targets, context, metadata,
        personal, run_id, approval_id)
      select entry->>'id', entry->>'action', (entry->>'occurredAt')::timestamptz, entry->'actor'->>'type',
        entry->'actor'->>'id', entry->'actor'->>'name', entry->'targets', entry->'context', entry->'metadata',
        entry->'personal', entry->>'runId', entry->>'approvalId'
      from given order by place)
    insert into audit_personal (entry_id, subject, salt, data)
    select entry->>'id', said->>'subject', decode(said->>'salt', 'base64'), said->'data'
    from given cross join jsonb_array_elements(entry->'rows') as said`;
}

/** A row as the log hashes it. Throws on one that is none of ours. */
export function toSealed(row: LeafRow): SealedEntry {
  return {
    version: row.version,
    id: row.id,
    action: row.action,
    occurredAt: row.occurredAt,
    actor: { type: row.actorType, id: row.actorId, ...(row.actorName === null ? {} : { name: row.actorName }) },
    targets: targetsColumn.parse(row.targets),
    context: jsonObject.parse(row.context) as JsonObject,
    metadata: jsonObject.parse(row.metadata) as JsonObject,
    runId: row.runId,
    approvalId: row.approvalId,
    personal: personalColumn.parse(row.personal),
  };
}

/** Entries as people read them, in the order of the rows, with what is still known of people. */
export async function readEntries<Row extends EntryRow>(
  tx: Transaction,
  rows: readonly Row[],
): Promise<readonly (ReadableEntry & { row: Row })[]> {
  const sealed = rows.map(toSealed);
  const told = sealed.filter(({ personal }) => Object.keys(personal).length > 0).map(({ id }) => id);
  const found =
    told.length === 0
      ? []
      : await tx.auditPersonal.findMany({
          where: { entryId: { in: told } },
          select: { entryId: true, subject: true, data: true },
        });
  const byEntry = new Map<string, Map<string, PersonalData>>();
  for (const { entryId, subject, data } of found) {
    const present = byEntry.get(entryId) ?? new Map<string, PersonalData>();
    byEntry.set(entryId, present.set(subject, personalColumnData.parse(data)));
  }
  return rows.map((row, place) => {
    const entry = sealed[place] ?? toSealed(row);
    return { ...readableEntry(entry, byEntry.get(row.id) ?? new Map()), row };
  });
}

const targetsColumn = z.array(z.object({ type: z.string(), id: z.string(), name: z.string().exactOptional() }));
const personalColumn = z.record(z.string(), z.string());
const named = z.object({ name: z.string() });
const personalColumnData = z.object({
  actor: named.exactOptional(),
  targets: z.record(z.string(), named).exactOptional(),
  context: jsonObject.exactOptional(),
  metadata: jsonObject.exactOptional(),
}) as z.ZodType<PersonalData>;
