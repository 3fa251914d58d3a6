'use server';

import { refresh } from 'next/cache';
import { requestContext, requirePerson } from '@/lib/auth';
import { discover } from '@/lib/oidc/discovery';
import { oidcService, saveService, serviceSchema } from '@/lib/oidc/service';
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

export type ServiceAnswer = Readonly<{ ok: boolean; message: string; errors: Readonly<Record<string, string>> }>;

/** Sets the sign-in service up, or changes it; else says what is wrong, field by field. */
export async function saveServiceAction(input: unknown): Promise<ServiceAnswer> {
  const by = await requirePerson('settings.manage');
  const read = serviceSchema.safeParse(input);
  if (!read.success) {
    const errors = Object.fromEntries(read.error.issues.map((issue) => [String(issue.path[0]), issue.message]));
    return { ok: false, message: 'Some fields are not right yet.', errors };
  }
  const context = await requestContext();
  const answer = await answered(() => saveService(services(), read.data, by, context), 'Saved');
  refresh();
  return { ...answer, errors: {} };
}

/** Asks the service what it says of itself. */
export async function testServiceAction(): Promise<Answer> {
  await requirePerson('settings.manage');
  const service = await oidcService(services());
  if (service === null) return { ok: false, message: 'Save the service first.' };
  const found = await discover(services(), service, { anew: true });
  if (found.kind === 'away') return { ok: false, message: `The service could not be asked. ${found.message}` };
  const missing = ['authorization_endpoint', 'token_endpoint', 'jwks_uri'].filter((name) => !(name in found.server));
  return missing.length > 0
    ? { ok: false, message: `The service answers, but does not name its ${missing.join(', ')}.` }
    : { ok: true, message: 'The service answers and says all that is needed. Now sign in with it in another browser.' };
}
