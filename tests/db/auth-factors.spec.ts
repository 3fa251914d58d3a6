import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Person } from '@/lib/domain/person';
import { authOf, secondStepIn } from '@/lib/people/authentication';
import {
  beginTotp,
  checkCode,
  confirmTotp,
  factorsOf,
  newRecoveryCodes,
  resetFactors,
  turnOffTotp,
} from '@/lib/people/factors';
import { prove } from '@/lib/people/prove';
import { takeSecondStep } from '@/lib/people/second-step';
import { findSession, type Session } from '@/lib/people/session';
import { totpCode } from '@/lib/people/totp';
import { aPassword, fromWeb, openWorkspace, type Workspace } from './people-fixture';

const address = 'https://approvals.example.com';

let workspace: Workspace;
let ada: Person;
beforeEach(async () => {
  workspace = await openWorkspace({ APP_URL: address });
  ada = await workspace.person('admin', 'Ada');
});
afterEach(() => workspace.close());

/** Signs Ada in with her password: her session, or the token of the second step. */
async function signIn(): Promise<{ session: Session } | { token: string }> {
  const { services, prisma } = workspace;
  const before = (await prisma.session.findMany()).map(({ id }) => id);
  try {
    await authOf(services).api.signInEmail({
      body: { email: ada.email, password: aPassword },
      headers: new Headers({ origin: address }),
    });
  } catch (error) {
    return { token: secondStepIn(error) ?? '' };
  }
  const made = await prisma.session.findFirstOrThrow({ where: { id: { notIn: before } } });
  const session = await findSession(services, made.id);
  if (session === null) throw new Error('no session');
  return { session };
}

async function freshSession(): Promise<Session> {
  const made = await signIn();
  if (!('session' in made)) throw new Error('a second step is asked for');
  return made.session;
}

const step = () => Math.floor(workspace.services.now().getTime() / 30_000);

async function setUpTotp(session: Session) {
  const { secret } = await beginTotp(workspace.services, session);
  const outcome = await confirmTotp(workspace.services, session, totpCode(secret, step()), fromWeb);
  if (outcome.kind === 'refused') throw new Error(outcome.message);
  return { secret, codes: outcome.codes };
}

test('with an authenticator app a password opens no session, and a code of it does, once', async () => {
  const { services, prisma } = workspace;
  const { secret } = await setUpTotp(await freshSession());
  await prisma.session.deleteMany();
  const half = await signIn();
  expect(half).toEqual({ token: expect.stringMatching(/.{40}/) });
  expect(await prisma.session.count()).toBe(0);
  const token = 'token' in half ? half.token : '';
  const taken = { kind: 'code' as const, code: totpCode(secret, step()) };
  expect(await takeSecondStep(services, token, taken)).toMatchObject({ reason: 'wrong' }); // it confirmed the set-up
  workspace.moveClock(30_000);
  const code = totpCode(secret, step());
  const outcomes = await Promise.all([1, 2, 3].map(() => takeSecondStep(services, token, { kind: 'code', code })));
  expect(outcomes.filter(({ kind }) => kind === 'done')).toEqual([
    { kind: 'done', personId: ada.id, method: 'password_totp' },
  ]);
  workspace.moveClock(30_000);
  const again = await takeSecondStep(services, token, { kind: 'code', code: totpCode(secret, step()) });
  expect(again).toMatchObject({ kind: 'refused', reason: 'over' });
});

test('the token of a second step ends after ten minutes, and guessing codes stops after ten tries', async () => {
  const { services } = workspace;
  const { secret } = await setUpTotp(await freshSession());
  const half = await signIn();
  const token = 'token' in half ? half.token : '';
  for (let i = 0; i < 10; i++) {
    expect(await takeSecondStep(services, token, { kind: 'code', code: '000000' })).toMatchObject({ reason: 'wrong' });
  }
  workspace.moveClock(60_000);
  const right = { kind: 'code' as const, code: totpCode(secret, step()) };
  expect(await takeSecondStep(services, token, right)).toMatchObject({ reason: 'too_many_attempts' });
  workspace.moveClock(10 * 60_000);
  expect(await takeSecondStep(services, token, right)).toMatchObject({ reason: 'over' });
});

test('a recovery code works once, however it is typed, and new ones replace those of before', async () => {
  const { services } = workspace;
  const session = await freshSession();
  const { codes } = await setUpTotp(session);
  expect(new Set(codes).size).toBe(10);
  const [first = '', second = ''] = codes;
  expect(await checkCode(services, ada.id, first.toUpperCase().replace('-', ' '))).toBe('recovery');
  expect(await checkCode(services, ada.id, first)).toBeNull();
  expect((await factorsOf(workspace.prisma, ada.id)).recoveryCodes).toBe(9);
  await newRecoveryCodes(services, session, fromWeb);
  expect(await checkCode(services, ada.id, second)).toBeNull();
  const other = await workspace.person('viewer', 'Eve');
  const [fresh = ''] = await newRecoveryCodes(services, session, fromWeb);
  expect(await checkCode(services, other.id, fresh)).toBeNull();
});

test('what guards the account changes only within five minutes of a proof', async () => {
  const { services } = workspace;
  const session = await freshSession();
  workspace.moveClock(5 * 60_000);
  await expect(beginTotp(services, session)).rejects.toMatchObject({ code: 'forbidden' });
  await expect(turnOffTotp(services, session, fromWeb)).rejects.toMatchObject({ code: 'forbidden' });
  expect(await prove(services, session, { kind: 'password', password: 'wrong' }, fromWeb)).toMatchObject({
    reason: 'wrong',
  });
  expect(await prove(services, session, { kind: 'password', password: aPassword }, fromWeb)).toEqual({
    kind: 'proved',
    with: 'password',
  });
  const proved = await findSession(services, session.id);
  if (proved === null) throw new Error('no session');
  await setUpTotp(proved);
  expect(await workspace.actions()).toEqual(expect.arrayContaining(['proof.failed', 'proof.given', 'factor.added']));
});

test('a set-up that nobody confirmed counts for nothing', async () => {
  const { services } = workspace;
  const session = await freshSession();
  const { secret } = await beginTotp(services, session);
  expect(await confirmTotp(services, session, '000000', fromWeb)).toMatchObject({ kind: 'refused' });
  expect(await signIn()).toHaveProperty('session');
  expect(await checkCode(services, ada.id, totpCode(secret, step()))).toBeNull();
});

test('an admin takes a lost second factor away, and the sessions go with it', async () => {
  const { services, prisma } = workspace;
  await setUpTotp(await freshSession());
  expect(await resetFactors(services, ada.id, ada, fromWeb)).toMatchObject({ kind: 'done' });
  expect(await prisma.session.count()).toBe(0);
  expect(await signIn()).toHaveProperty('session');
  expect(await resetFactors(services, ada.id, ada, fromWeb)).toMatchObject({ kind: 'refused' });
});

test('a session knows how it came to be, and one that was made by two factors says so', async () => {
  const { services } = workspace;
  const session = await freshSession();
  expect(session).toMatchObject({ method: 'password', provedWith: 'password', provedAt: services.now() });
  await setUpTotp(session);
  expect(await findSession(services, session.id)).toMatchObject({ method: 'password_totp', provedWith: 'totp' });
});
