'use server';

import { refresh } from 'next/cache';
import { requestContext, requirePerson } from '@/lib/auth';
import { type Answer, answered } from '@/lib/people/answered';
import { changeSignInRules, signInRulesSchema } from '@/lib/people/sign-in-rules';
import { services } from '@/lib/services';

/** Changes what is asked of those who sign in. */
export async function changeSignInRulesAction(changes: unknown): Promise<Answer> {
  const by = await requirePerson('settings.manage');
  const read = signInRulesSchema.safeParse(changes);
  if (!read.success) return { ok: false, message: 'That is no value for this setting.' };
  const context = await requestContext();
  const answer = await answered(async () => {
    await changeSignInRules(services(), read.data, by, context);
    return undefined;
  }, 'Saved');
  refresh();
  return answer;
}
