'use server';

import { refresh } from 'next/cache';
import { z } from 'zod';
import { currentSession, requestContext, requirePerson } from '@/lib/auth';
import { endOtherSessions, endSession, setShortcuts } from '@/lib/people/account';
import { type Answer, answered } from '@/lib/people/answered';
import { createKey, keyScopes, revokeKey } from '@/lib/people/keys';
import { passwordSchema, setPassword } from '@/lib/people/people';
import { services } from '@/lib/services';

export type PasswordForm = Readonly<{
  done: boolean;
  message: string;
  errors: Readonly<Partial<Record<'current' | 'password' | 'repeated', string>>>;
}>;

/** Changes one's own password; every other session of the person ends. */
export async function changePasswordAction(_previous: PasswordForm, data: FormData): Promise<PasswordForm> {
  const by = await requirePerson();
  const text = (name: string) => String(data.get(name) ?? '').slice(0, 500);
  const fail = (errors: PasswordForm['errors'], message = ''): PasswordForm => ({ done: false, message, errors });
  const password = passwordSchema.safeParse(text('password'));
  if (!password.success) return fail({ password: password.error.issues[0]?.message ?? 'Choose another one.' });
  if (text('repeated') !== password.data) return fail({ repeated: 'This is not the same password.' });
  const keepSessionId = (await currentSession())?.id;
  const outcome = await setPassword(
    services(),
    {
      personId: by.id,
      password: password.data,
      current: text('current').slice(0, 128),
      ...(keepSessionId ? { keepSessionId } : {}),
    },
    by,
    await requestContext(),
  );
  if (outcome.kind === 'refused') {
    return outcome.reason === 'wrong_password' ? fail({ current: outcome.message }) : fail({}, outcome.message);
  }
  refresh();
  return { done: true, message: 'Your password is changed. Other sessions have ended.', errors: {} };
}

/** Ends one of one's own sessions. */
export async function endSessionAction(sessionId: string): Promise<Answer> {
  const by = await requirePerson();
  await endSession(services(), by, z.string().max(100).parse(sessionId));
  refresh();
  return { ok: true, message: 'That session has ended.' };
}

/** Ends all of one's own sessions but this one. */
export async function endOtherSessionsAction(): Promise<Answer> {
  const by = await requirePerson();
  const session = await currentSession();
  if (session !== null) await endOtherSessions(services(), by, session.id);
  refresh();
  return { ok: true, message: 'All other sessions have ended.' };
}

/** Turns single-key shortcuts on or off for oneself. */
export async function setShortcutsAction(on: boolean): Promise<void> {
  const by = await requirePerson();
  await setShortcuts(services(), by, z.boolean().parse(on));
  refresh();
}

export type CreatedKey =
  | { kind: 'untouched' }
  | { kind: 'created'; name: string; key: string }
  | {
      kind: 'failed';
      message: string;
      errors: Readonly<Partial<Record<'name' | 'scopes' | 'expires', string>>>;
      values: Readonly<{ name: string; scopes: readonly string[]; expires: string; owner: string }>;
    };

const keyForm = z.object({
  name: z.string().trim().min(1, 'Give the key a name, so that it can be told from others.').max(100),
  scopes: z.array(z.enum(keyScopes)).min(1, 'Choose at least one.'),
  expires: z.enum(['never', '30', '90', '365']),
  owner: z.enum(['me', 'nobody']),
});

const dayMs = 24 * 3600_000;

/** Makes an API key, which the answer carries this once. A key of nobody is for admins and cannot vote. */
export async function createKeyAction(_previous: CreatedKey, data: FormData): Promise<CreatedKey> {
  const by = await requirePerson('keys.manage');
  const values = {
    name: String(data.get('name') ?? '').slice(0, 200),
    scopes: data.getAll('scopes').map(String).slice(0, 10),
    expires: String(data.get('expires') ?? 'never'),
    owner: String(data.get('owner') ?? 'me'),
  };
  const read = keyForm.safeParse(values);
  if (!read.success) {
    const errors = Object.fromEntries(read.error.issues.map((issue) => [String(issue.path[0]), issue.message]));
    return { kind: 'failed', message: '', errors, values };
  }
  const { name, scopes, expires, owner } = read.data;
  const context = await requestContext();
  let key = '';
  const answer = await answered(async () => {
    const made = await createKey(services(), {
      name,
      scopes,
      ownerId: owner === 'me' ? by.id : null,
      expiresAt: expires === 'never' ? null : new Date(services().now().getTime() + Number(expires) * dayMs),
      by,
      context,
    });
    key = made.key;
    return undefined;
  });
  if (!answer.ok) return { kind: 'failed', message: answer.message, errors: {}, values };
  refresh();
  return { kind: 'created', name, key };
}

/** Ends a key at once. */
export async function revokeKeyAction(keyId: string): Promise<Answer> {
  const by = await requirePerson();
  const context = await requestContext();
  const answer = await answered(async () => {
    await revokeKey(services(), { keyId: z.string().max(100).parse(keyId), by, context });
    return undefined;
  }, 'The key is revoked.');
  refresh();
  return answer;
}
