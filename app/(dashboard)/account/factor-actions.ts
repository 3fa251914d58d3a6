'use server';

import { refresh } from 'next/cache';
import { z } from 'zod';
import { requestContext, requireSession } from '@/lib/auth';
import { AppError } from '@/lib/errors';
import { beginTotp, confirmTotp, newRecoveryCodes, turnOffTotp } from '@/lib/people/factors';
import { addPasskey, passkeyOptions, removePasskey, signInOptions } from '@/lib/people/passkeys';
import { prove } from '@/lib/people/prove';
import { qrPath } from '@/lib/people/qr-code';
import { asksForProof, type Session } from '@/lib/people/session';
import { services } from '@/lib/services';

/** What an act on one's own factors comes to; `proof_needed`: prove that it is you, then ask again. */
export type FactorAnswer<Value> =
  | { kind: 'done'; value: Value }
  | { kind: 'refused'; message: string }
  | { kind: 'proof_needed' };

export type TotpSetUp = Readonly<{ secret: string; address: string; qr: { path: string; size: number } }>;

/** Begins the set-up of an authenticator app. */
export async function beginTotpAction(): Promise<FactorAnswer<TotpSetUp>> {
  return guarded(async (session) => {
    const { secret, address } = await beginTotp(services(), session);
    return { kind: 'done', value: { secret, address, qr: qrPath(address) } };
  });
}

/** Turns the authenticator app on, and answers with recovery codes. */
export async function confirmTotpAction(code: string): Promise<FactorAnswer<readonly string[]>> {
  const typed = z.string().max(20).parse(code).replace(/\s/g, '');
  return guarded(async (session) => {
    const outcome = await confirmTotp(services(), session, typed, await requestContext());
    refresh();
    return outcome.kind === 'done' ? { kind: 'done', value: outcome.codes } : outcome;
  });
}

/** Removes the authenticator app. */
export async function turnOffTotpAction(): Promise<FactorAnswer<string>> {
  return guarded(async (session) => {
    await turnOffTotp(services(), session, await requestContext());
    refresh();
    return { kind: 'done', value: 'The authenticator app is removed' };
  });
}

/** Makes new recovery codes. */
export async function newCodesAction(): Promise<FactorAnswer<readonly string[]>> {
  return guarded(async (session) => {
    const value = await newRecoveryCodes(services(), session, await requestContext());
    refresh();
    return { kind: 'done', value };
  });
}

/** What the browser needs to make a passkey. */
export async function passkeyOptionsAction(): Promise<FactorAnswer<unknown>> {
  return guarded(async (session) => ({ kind: 'done', value: await passkeyOptions(services(), session) }));
}

/** Keeps the passkey that the browser made. */
export async function addPasskeyAction(name: string, response: unknown): Promise<FactorAnswer<string>> {
  return guarded(async (session) => {
    const input = { name: z.string().max(200).parse(name), response };
    const outcome = await addPasskey(services(), session, input, await requestContext());
    refresh();
    return outcome.kind === 'done' ? { kind: 'done', value: outcome.message } : outcome;
  });
}

/** Removes one of one's own passkeys. */
export async function removePasskeyAction(passkeyId: string): Promise<FactorAnswer<string>> {
  return guarded(async (session) => {
    const outcome = await removePasskey(
      services(),
      session,
      z.string().max(2000).parse(passkeyId),
      await requestContext(),
    );
    refresh();
    return outcome.kind === 'done' ? { kind: 'done', value: outcome.message } : outcome;
  });
}

/** What the browser needs to prove with a passkey that it is still the same person. */
export async function proofOptionsAction(): Promise<unknown> {
  const session = await requireSession();
  return signInOptions(services(), session.person.id);
}

const givenProof = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('password'), password: z.string().max(128) }),
  z.object({ kind: z.literal('code'), code: z.string().max(20) }),
  z.object({ kind: z.literal('passkey'), response: z.unknown() }),
]);

/** Proves that it is still the same person; counts for five minutes. Answers with what is wrong, or an empty text. */
export async function proveAction(given: unknown): Promise<string> {
  const session = await requireSession();
  const read = givenProof.safeParse(given);
  if (!read.success) return 'That could not be read.';
  const outcome = await prove(services(), session, read.data, await requestContext());
  return outcome.kind === 'proved' ? '' : outcome.message;
}

async function guarded<Value>(act: (session: Session) => Promise<FactorAnswer<Value>>): Promise<FactorAnswer<Value>> {
  const session = await requireSession();
  try {
    return await act(session);
  } catch (error) {
    if (asksForProof(error)) return { kind: 'proof_needed' };
    if (error instanceof AppError) return { kind: 'refused', message: error.message };
    throw error;
  }
}
