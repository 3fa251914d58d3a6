'use server';

import { z } from 'zod';
import { findRows } from '@/lib/approvals/queries';
import type { InboxRow } from '@/lib/approvals/views';
import { requirePerson } from '@/lib/auth';
import { services } from '@/lib/services';

const ids = z.array(z.string().min(1).max(100)).max(100);

/** What became of rows that are still on show but have left the list. */
export async function findRowsAction(shown: readonly string[]): Promise<readonly InboxRow[]> {
  await requirePerson('approvals.read');
  return findRows(services(), ids.parse(shown));
}
