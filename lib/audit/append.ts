import type { Transaction } from '@/lib/db';
import type { AuditRecord } from '@/lib/domain/audit';
import { storable } from '@/lib/domain/json';
import { personalText, splitRecord } from '@/lib/domain/proof/leaf';
import { newId } from '@/lib/ids';
import { commitment, newSalt } from './hashes';
import { insertEntries, type NewEntry } from './store';

/**
 * Writes history in the caller's transaction, in one statement: it stands if, and only if, the change does. What it says of
 * people is kept beside the entries, which hold commitments to it. No lock is taken; a job puts entries into the tree.
 * Returns the ids of the entries, in the order of the records.
 */
export async function appendAudit(
  tx: Transaction,
  now: Date,
  ...records: readonly AuditRecord[]
): Promise<readonly string[]> {
  const entries = records.map((record) => sealed(record, now));
  if (entries.length > 0) await insertEntries(tx, entries);
  return entries.map(({ id }) => id);
}

function sealed(record: AuditRecord, now: Date): NewEntry {
  const { open, personal } = splitRecord(storable(record));
  const rows = [...personal].map(([subject, data]) => ({ subject, data, salt: newSalt() }));
  return {
    id: newId('aud', now),
    occurredAt: now,
    ...open,
    personal: Object.fromEntries(
      rows.map(({ subject, data, salt }) => [subject, commitment(salt, personalText(data))]),
    ),
    rows,
  };
}
