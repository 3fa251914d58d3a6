'use server';

import { APIError } from 'better-auth/api';
import type { Route } from 'next';
import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { z } from 'zod';
import { auth } from '@/lib/auth';
import { isServiceOnly, secondStepIn } from '@/lib/people/authentication';
import { nextPath } from '@/lib/people/next-path';
import { personOfPasskey, signInOptions } from '@/lib/people/passkeys';
import { mustUseService } from '@/lib/people/sign-in-rules';
import { services } from '@/lib/services';
import { keepToken } from './second-step/token';

export type SignInState = Readonly<{ message: string; email: string }>;

const form = z.object({
  email: z.string().trim().toLowerCase().min(1).max(320),
  password: z.string().min(1).max(128),
  next: z.string().optional(),
});

/** Signs in and goes to `next`; else says why not, in words that do not tell whether the address is known. */
export async function signInAction(_previous: SignInState, data: FormData): Promise<SignInState> {
  const email = String(data.get('email') ?? '').slice(0, 320);
  const read = form.safeParse(Object.fromEntries(data));
  if (!read.success) return { message: 'Type your e-mail address and your password.', email };
  try {
    await auth().api.signInEmail({
      body: { email: read.data.email, password: read.data.password },
      headers: await headers(),
    });
  } catch (error) {
    if (!(error instanceof APIError)) throw error;
    const token = secondStepIn(error);
    if (token !== null) {
      await keepToken(token);
      redirect(`/sign-in/second-step?next=${encodeURIComponent(nextPath(read.data.next))}` as Route);
    }
    return { message: refusal(error), email };
  }
  redirect(nextPath(read.data.next) as Route);
}

/** What the browser needs to sign in with any passkey that it has for this site. */
export async function passkeyOptionsAction(): Promise<unknown> {
  return signInOptions(services());
}

/** Signs in with a passkey that was used in the browser; else says why not. */
export async function passkeySignInAction(response: unknown, next: string): Promise<string> {
  const personId = await personOfPasskey(services(), response);
  if (personId === null) return 'This passkey is not known here any more. Sign in with your password.';
  if (await mustUseService(services().db.prisma, personId)) return serviceOnlyText;
  try {
    await auth().api.startSession({ body: { personId, method: 'passkey' }, headers: await headers() });
  } catch (error) {
    if (!(error instanceof APIError)) throw error;
    return 'This account is deactivated. An admin can let you in again.';
  }
  redirect(nextPath(next) as Route);
}

/** Ends this session and goes to the sign-in page. */
export async function signOutAction(): Promise<void> {
  await auth().api.signOut({ headers: await headers() });
  redirect('/sign-in' as Route);
}

const serviceOnlyText = 'Here people sign in with the account of their organisation. Use the button below.';

function refusal(error: APIError): string {
  if (isServiceOnly(error)) return serviceOnlyText;
  if (error.status === 'TOO_MANY_REQUESTS') return error.body?.message ?? 'Too many attempts. Try again in a minute.';
  // Said only to whoever knows the password.
  if (error.body?.code === 'FAILED_TO_CREATE_SESSION') {
    return 'This account is deactivated. An admin can let you in again.';
  }
  return 'The e-mail address or the password is not right.';
}
