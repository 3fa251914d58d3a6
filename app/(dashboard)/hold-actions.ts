'use server';

import { refresh } from 'next/cache';
import { z } from 'zod';
import { requestContext, requirePerson } from '@/lib/auth';
import { type HoldScope, holdScopes } from '@/lib/domain/hold';
import { hold, release } from '@/lib/holds/holds';
import { type Answer, answered } from '@/lib/people/answered';
import { services } from '@/lib/services';

const input = z.object({ scope: z.enum(holdScopes), key: z.string().max(300), reason: z.string().max(10_000) });

/** Stops a function, an agent or everything. */
export async function holdAction(scope: HoldScope, key: string, reason: string): Promise<Answer> {
  return change(hold, scope, key, reason);
}

/** Releases what was stopped. */
export async function releaseAction(scope: HoldScope, key: string, reason: string): Promise<Answer> {
  return change(release, scope, key, reason);
}

async function change(act: typeof hold, scope: HoldScope, key: string, reason: string): Promise<Answer> {
  const by = await requirePerson('settings.manage');
  const read = input.parse({ scope, key, reason });
  const context = await requestContext();
  const answer = await answered(() => act(services(), read, by, context));
  refresh();
  return answer;
}
