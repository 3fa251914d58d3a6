'use server';

import { z } from 'zod';
import { inboxEntry, type LineKind } from '@/components/approvals/inbox-line';
import type { InboxEntry } from '@/components/approvals/inbox-list';
import { findRows } from '@/lib/approvals/queries';
import { requirePerson } from '@/lib/auth';
import { services } from '@/lib/services';

const ids = z.array(z.string().min(1).max(100)).max(100);
const list = z.object({ kind: z.enum(['open', 'done']), selectable: z.boolean() });

/** What became of rows that are still on show but have left the list, made for that list. */
export async function findRowsAction(
  shownIn: { kind: LineKind; selectable: boolean },
  shown: readonly string[],
): Promise<readonly InboxEntry[]> {
  await requirePerson('approvals.read');
  const { kind, selectable } = list.parse(shownIn);
  const rows = await findRows(services(), ids.parse(shown));
  return rows.map((row) => inboxEntry({ row, kind, selectable, gone: true }));
}
