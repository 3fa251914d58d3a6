import { afterEach, beforeEach, expect, test } from 'vitest';
import { listAudit } from '@/lib/audit/queries';
import { authOf } from '@/lib/people/authentication';
import { deactivatePerson } from '@/lib/people/people';
import { setUp, setUpLink, setUpState, setUpToken } from '@/lib/people/set-up';
import { consumeSignInLink, signInLink } from '@/lib/people/sign-in-link';
import { aPassword, fromWeb, openWorkspace, type Workspace } from './people-fixture';

let workspace: Workspace;
beforeEach(async () => {
  workspace = await openWorkspace({ APP_URL: 'https://approvals.example.com' });
});
afterEach(() => workspace.close());

function signIn(email: string, password: string, address = '198.51.100.1'): Promise<Response> {
  return authOf(workspace.services).handler(
    new Request('https://approvals.example.com/api/auth/sign-in/email', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        origin: 'https://approvals.example.com',
        'x-forwarded-for': `6.6.6.6, ${address}`,
        'user-agent': 'Test',
      },
      body: JSON.stringify({ email, password }),
    }),
  );
}

function sessionOf(cookie: string) {
  return authOf(workspace.services).api.getSession({ headers: new Headers({ cookie }) });
}

function cookieOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
}

test('a person signs in with a cookie that scripts, other sites and plain http cannot have', async () => {
  const ada = await workspace.person('reviewer', 'Ada');
  const response = await signIn('ADA@example.com', aPassword);
  expect(response.status).toBe(200);
  const cookie = response.headers.getSetCookie()[0] ?? '';
  expect(cookie).toMatch(/^__Secure-countersign\.session_token=/);
  expect(cookie).toMatch(/HttpOnly/i);
  expect(cookie).toMatch(/Secure/);
  expect(cookie).toMatch(/SameSite=Lax/i);
  expect((await sessionOf(cookieOf(response)))?.user).toMatchObject({ id: ada.id, role: 'reviewer' });
  const session = await workspace.prisma.session.findFirstOrThrow();
  expect(session.ipAddress).toBe('198.51.100.1'); // the nearest proxy's word, not the client's own
});

test('success and failure are in the audit history, without what was typed', async () => {
  const ada = await workspace.person('reviewer', 'Ada');
  await signIn('ada@example.com', aPassword);
  expect((await signIn('ada@example.com', 'not the password')).status).toBe(401);
  expect((await signIn('hunter2@example.com', 'not the password')).status).toBe(401);
  const lines = (await listAudit(workspace.services, { text: 'sign_in.' }, { limit: 10 })).lines.toReversed();
  expect(lines.map(({ action, actor, facts }) => [action, actor.id, facts])).toEqual([
    ['sign_in.succeeded', ada.id, { method: 'password' }],
    ['sign_in.failed', ada.id, { method: 'password', reason: 'wrong_password' }],
    ['sign_in.failed', 'unknown', { method: 'password', reason: 'unknown_e-mail' }],
  ]);
  expect(lines[0]?.context).toEqual({ surface: 'web', ip: '198.51.100.1', userAgent: 'Test' });
  expect(JSON.stringify(lines.map((line) => ({ ...line, sequence: 0 })))).not.toMatch(/hunter2|not the password/);
});

test('nobody signs up', async () => {
  const response = await authOf(workspace.services).handler(
    new Request('https://approvals.example.com/api/auth/sign-up/email', {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: 'https://approvals.example.com' },
      body: JSON.stringify({ name: 'Eve', email: 'eve@example.com', password: aPassword, role: 'admin' }),
    }),
  );
  expect(response.status).toBeGreaterThanOrEqual(400);
  expect(await workspace.prisma.user.count()).toBe(0);
});

test('guessing the password of one account stops after ten tries, wherever they come from', async () => {
  await workspace.person('reviewer', 'Ada');
  for (let i = 0; i < 10; i++) await signIn('ada@example.com', 'guess number 1', `198.51.100.${i}`);
  const refused = await signIn('Ada@example.com', aPassword, '198.51.100.99');
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await workspace.prisma.session.count()).toBe(0);
  workspace.moveClock(5 * 60_000);
  expect((await signIn('ada@example.com', aPassword)).status).toBe(200);
});

test('signing in often is no guessing', async () => {
  await workspace.person('reviewer', 'Ada');
  for (let i = 0; i < 12; i++) expect((await signIn('ada@example.com', aPassword)).status).toBe(200);
});

test('guessing many accounts from one address stops, also when all tries come at once', async () => {
  const tries = await Promise.all(
    Array.from({ length: 70 }, (_, i) => signIn(`nobody${i}@example.com`, 'guess number 1')),
  );
  expect(tries.filter((response) => response.status === 429)).toHaveLength(10);
  expect(tries.filter((response) => response.status === 401)).toHaveLength(60);
});

test('a deactivated person is nobody at once and cannot come back', async () => {
  const ada = await workspace.person('reviewer', 'Ada');
  const cookie = cookieOf(await signIn('ada@example.com', aPassword));
  expect(await sessionOf(cookie)).not.toBeNull();
  await deactivatePerson(workspace.services, ada.id, 'system', fromWeb);
  expect(await sessionOf(cookie)).toBeNull();
  expect((await signIn('ada@example.com', aPassword)).status).toBe(401);
  const entry = await workspace.prisma.auditEntry.findFirstOrThrow({ where: { action: 'sign_in.failed' } });
  expect(entry.metadata).toEqual({ method: 'password', reason: 'deactivated' });
});

test('a sign-in link works once, for ten minutes, and is not stored', async () => {
  const { services } = workspace;
  const ada = await workspace.person('reviewer', 'Ada');
  const tokenOf = (link: string) => new URL(link).searchParams.get('token') ?? '';

  const token = tokenOf(await signInLink(services, ada.id));
  expect(JSON.stringify(await workspace.prisma.verification.findMany())).not.toContain(token);
  const used = await Promise.all([1, 2, 3].map(() => consumeSignInLink(services, token)));
  expect(used.filter((id) => id !== null)).toEqual([ada.id]);

  const late = tokenOf(await signInLink(services, ada.id));
  workspace.moveClock(10 * 60_000);
  expect(await consumeSignInLink(services, late)).toBeNull();
  expect(await consumeSignInLink(services, 'made up')).toBeNull();
});

test('a session without a password begins only in this process', async () => {
  const ada = await workspace.person('reviewer', 'Ada');
  const auth = authOf(workspace.services);
  const response = await auth.api.startSession({
    body: { personId: ada.id, method: 'link' },
    headers: new Headers(),
    asResponse: true,
  });
  expect((await sessionOf(cookieOf(response)))?.user.id).toBe(ada.id);
  expect(await workspace.actions()).toContain('sign_in.succeeded');
  for (const path of ['start-session', 'startSession']) {
    const asked = await auth.handler(
      new Request(`https://approvals.example.com/api/auth/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: 'https://approvals.example.com' },
        body: JSON.stringify({ personId: ada.id, method: 'link' }),
      }),
    );
    expect(asked.status).toBe(404);
  }
});

test('the set-up link makes one admin, whoever is first, and is worth nothing afterwards', async () => {
  const { services } = workspace;
  const token = setUpToken(services);
  expect(await setUpLink(services)).toBe(`https://approvals.example.com/set-up?token=${token}`);
  expect(await setUpState(services, `${token.slice(1)}x`)).toBe('wrong_token');
  expect(await setUpState(services, '')).toBe('wrong_token');
  const outcomes = await Promise.all(
    ['ada', 'eve', 'zoe'].map((name) =>
      setUp(services, token, { name, email: `${name}@example.com`, password: aPassword }, fromWeb),
    ),
  );
  expect(outcomes.map((outcome) => outcome.kind).sort()).toEqual(['done', 'refused', 'refused']);
  expect(await workspace.prisma.user.findMany({ select: { role: true } })).toEqual([{ role: 'admin' }]);
  expect(await setUpLink(services)).toBeNull();
  expect(await setUpState(services, token)).toBe('done');
});
