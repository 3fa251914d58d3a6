'use server';

import { refresh } from 'next/cache';
import { z } from 'zod';
import { requestContext, requirePerson } from '@/lib/auth';
import { type Answer, answered } from '@/lib/people/answered';
import { delegate, endDelegation } from '@/lib/people/delegations';
import { services } from '@/lib/services';

const id = z.string().min(1).max(100);
const instant = z.iso.datetime().transform((text) => new Date(text));
const wanted = z.object({ fromId: id, toId: id, startsAt: instant, endsAt: instant });

/** Lets somebody vote in a person's place for a time. */
export async function delegateAction(input: {
  fromId: string;
  toId: string;
  startsAt: string;
  endsAt: string;
}): Promise<Answer> {
  const by = await requirePerson();
  const read = wanted.safeParse(input);
  if (!read.success) return { ok: false, message: 'Choose a person, and when it begins and ends.' };
  const context = await requestContext();
  const answer = await answered(() => delegate(services(), read.data, by, context));
  refresh();
  return answer;
}

/** Ends it before its time. */
export async function endDelegationAction(delegationId: string): Promise<Answer> {
  const by = await requirePerson();
  const wantedId = id.parse(delegationId);
  const context = await requestContext();
  const answer = await answered(() => endDelegation(services(), wantedId, by, context));
  refresh();
  return answer;
}
