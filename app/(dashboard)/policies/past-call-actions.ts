'use server';

import { z } from 'zod';
import { requirePerson } from '@/lib/auth';
import type { PolicyTest } from '@/lib/domain/policy/document';
import { type PastCallRow, pastCall, pastCalls } from '@/lib/policies/past-calls';
import { services } from '@/lib/services';

/** The latest calls, of functions whose names begin with these letters. */
export async function pastCallsAction(words: string): Promise<readonly PastCallRow[]> {
  const by = await requirePerson('policies.manage');
  return pastCalls(services(), z.string().max(128).parse(words).trim(), by);
}

/** What a policy may look at of one of them; null: it is not there. */
export async function pastCallAction(approvalId: string): Promise<PolicyTest['call'] | null> {
  const by = await requirePerson('policies.manage');
  return pastCall(services(), z.string().max(100).parse(approvalId), by);
}
