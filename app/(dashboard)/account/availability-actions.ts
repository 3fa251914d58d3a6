'use server';

import { refresh } from 'next/cache';
import { requestContext, requirePerson } from '@/lib/auth';
import { type QuietHoursOutcome, setQuietHours } from '@/lib/people/quiet-hours';
import { services } from '@/lib/services';

/** Sets one's own quiet hours; null: none. */
export async function setQuietHoursAction(wanted: unknown): Promise<QuietHoursOutcome> {
  const by = await requirePerson();
  const outcome = await setQuietHours(services(), by, wanted, await requestContext());
  refresh();
  return outcome;
}
