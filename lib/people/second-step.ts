import type { Transaction } from '@/lib/db';
import type { SignInMethod } from '@/lib/domain/sign-in';
import { newToken } from '@/lib/ids';
import type { Services } from '@/lib/services';
import { checkCode, factorsOf } from './factors';
import { keepOnce, lookOnce, takeOnce } from './once';
import { personOfPasskey } from './passkeys';
import { signInRules } from './sign-in-rules';
import { countAttempt } from './store';

const lifetimeMs = 10 * 60_000;
const purpose = 'second-step';

/** How a sign-in can be finished after the right password. */
export type Ways = Readonly<{ code: boolean; passkey: boolean }>;

/**
 * Whether this person's password is not enough to sign in, and how it then goes on: with an authenticator app always, with
 * passkeys alone where their role needs a second factor. Null: the password is enough.
 */
export async function secondStepFor(tx: Transaction, person: { id: string; role: string }): Promise<Ways | null> {
  const { totp, passkeys } = await factorsOf(tx, person.id);
  if (totp) return { code: true, passkey: passkeys.length > 0 };
  if (passkeys.length === 0) return null;
  const { secondFactorRoles } = await signInRules(tx);
  return secondFactorRoles.some((role) => role === person.role) ? { code: false, passkey: true } : null;
}

/** What shows, for ten minutes, that a person gave the right password. */
export async function openSecondStep(services: Pick<Services, 'db' | 'now'>, personId: string): Promise<string> {
  const token = newToken(32);
  await keepOnce(services.db.prisma, purpose, token, personId, new Date(services.now().getTime() + lifetimeMs));
  return token;
}

/** Whose second step a token opens, and how it can be taken; null when it is unknown or too old. */
export async function findSecondStep(
  services: Pick<Services, 'db' | 'now'>,
  token: string,
): Promise<{ personId: string; ways: Ways } | null> {
  const { prisma } = services.db;
  const personId = await lookOnce(prisma, purpose, token, services.now());
  if (personId === null) return null;
  const { totp, passkeys } = await factorsOf(prisma, personId);
  return { personId, ways: { code: totp, passkey: passkeys.length > 0 } };
}

export type SecondStepOutcome =
  | { kind: 'done'; personId: string; method: SignInMethod }
  | { kind: 'refused'; personId: string | null; reason: 'over' | 'wrong' | 'too_many_attempts'; message: string };

const limit = { max: 10, windowMs: 5 * 60_000 };

/** Takes the second step with a code or a passkey. A token is used up by success alone; tries are counted. */
export async function takeSecondStep(
  services: Pick<Services, 'env' | 'db' | 'now' | 'secrets'>,
  token: string,
  proof: { kind: 'code'; code: string } | { kind: 'passkey'; response: unknown },
): Promise<SecondStepOutcome> {
  const { prisma } = services.db;
  const now = services.now();
  const personId = await lookOnce(prisma, purpose, token, now);
  if (personId === null) {
    const message = 'This sign-in took too long. Begin again with your password.';
    return { kind: 'refused', personId, reason: 'over', message };
  }
  if ((await countAttempt(prisma, `second-step:${personId}`, limit, now)) > 0) {
    const message = 'Too many tries. Wait five minutes.';
    return { kind: 'refused', personId, reason: 'too_many_attempts', message };
  }
  const method = await methodOf(services, personId, proof);
  if (method === null) {
    const message = proof.kind === 'code' ? 'The code is not right.' : 'This passkey is not yours, or was not used.';
    return { kind: 'refused', personId, reason: 'wrong', message };
  }
  if ((await takeOnce(prisma, purpose, token, now)) === null) {
    return { kind: 'refused', personId, reason: 'over', message: 'This sign-in is over. Begin again.' };
  }
  await prisma.rateLimit.deleteMany({ where: { key: `second-step:${personId}` } });
  return { kind: 'done', personId, method };
}

async function methodOf(
  services: Pick<Services, 'env' | 'db' | 'now' | 'secrets'>,
  personId: string,
  proof: { kind: 'code'; code: string } | { kind: 'passkey'; response: unknown },
): Promise<SignInMethod | null> {
  if (proof.kind === 'passkey') {
    return (await personOfPasskey(services, proof.response)) === personId ? 'password_passkey' : null;
  }
  const kind = await checkCode(services, personId, proof.code);
  return kind === null ? null : kind === 'totp' ? 'password_totp' : 'password_recovery';
}
