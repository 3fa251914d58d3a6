'use server';

import type { Route } from 'next';
import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { auth, requestContext } from '@/lib/auth';
import { recordSecondStepFailure } from '@/lib/people/authentication';
import { nextPath } from '@/lib/people/next-path';
import { signInOptions } from '@/lib/people/passkeys';
import { findSecondStep, takeSecondStep } from '@/lib/people/second-step';
import { services } from '@/lib/services';
import { dropToken, keptToken } from './token';

export type SecondStepState = Readonly<{ message: string; over: boolean }>;

/** Finishes a sign-in with a code of the authenticator app or a recovery code. */
export async function codeAction(_previous: SecondStepState, data: FormData): Promise<SecondStepState> {
  const code = String(data.get('code') ?? '').slice(0, 50);
  return finish({ kind: 'code', code }, data.get('next'));
}

/** What the browser needs to use one of the person's passkeys as the second step; null when the sign-in is over. */
export async function secondStepOptionsAction() {
  const step = await findSecondStep(services(), await keptToken());
  return step === null ? null : signInOptions(services(), step.personId);
}

/** Finishes a sign-in with a passkey that was used in the browser. */
export async function secondStepPasskeyAction(response: unknown, next: string): Promise<SecondStepState> {
  return finish({ kind: 'passkey', response }, next);
}

async function finish(
  proof: Parameters<typeof takeSecondStep>[2],
  next: FormDataEntryValue | null,
): Promise<SecondStepState> {
  const outcome = await takeSecondStep(services(), await keptToken(), proof);
  if (outcome.kind === 'refused') {
    const { personId, reason, message } = outcome;
    if (personId !== null)
      await recordSecondStepFailure(services(), personId, `${reason}_${proof.kind}`, await requestContext());
    return { message, over: reason === 'over' };
  }
  await auth().api.startSession({
    body: { personId: outcome.personId, method: outcome.method },
    headers: await headers(),
  });
  await dropToken();
  redirect(nextPath(next) as Route);
}
