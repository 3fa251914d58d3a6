import 'server-only';
import { createHash, hkdfSync } from 'node:crypto';
import { type BetterAuthPlugin, betterAuth } from 'better-auth';
import { prismaAdapter } from 'better-auth/adapters/prisma';
import { APIError, createAuthEndpoint, createAuthMiddleware } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';
import { nextCookies } from 'better-auth/next-js';
import { z } from 'zod';
import { appendAudit } from '@/lib/audit/append';
import { type Actor, type AuditContext, somebody } from '@/lib/domain/audit';
import { provedBy, type SignInMethod, signInMethods } from '@/lib/domain/sign-in';
import { log } from '@/lib/log';
import type { Services } from '@/lib/services';
import { clientAddress } from './client-address';
import { openSecondStep, secondStepFor } from './second-step';
import { mustUseService } from './sign-in-rules';
import { type AttemptLimit, countAttempt, dropOldAttempts, personColumns, toPerson } from './store';

export type AuthServices = Pick<Services, 'env' | 'db' | 'now' | 'secrets'>;
export type Auth = ReturnType<typeof createAuth>;

const made = new WeakMap<AuthServices['db'], Auth>();

/** Sessions, cookies and passwords on these services; made at the first call, so that a build needs no database. */
export function authOf(services: AuthServices): Auth {
  const present = made.get(services.db) ?? createAuth(services);
  made.set(services.db, present);
  return present;
}

/** What every session cookie's name begins with. */
export const cookiePrefix = 'countersign';

const sessionSeconds = 7 * 24 * 3600;

// A person who mistypes needs a few tries, an office behind one address many; who guesses passwords needs thousands.
const perAccount: AttemptLimit = { max: 10, windowMs: 5 * 60_000 };
const perAddress: AttemptLimit = { max: 60, windowMs: 60_000 };

export const passwordLength = { min: 10, max: 128 } as const;

function createAuth(services: AuthServices) {
  const { env, db, now } = services;
  return betterAuth({
    appName: 'Countersign',
    baseURL: env.appUrl,
    basePath: '/api/auth',
    trustedOrigins: [env.appUrl],
    secret: Buffer.from(hkdfSync('sha256', env.appSecret, 'countersign', 'sessions', 32)).toString('base64url'),
    database: prismaAdapter(db.prisma, { provider: 'postgresql', transaction: true }),
    telemetry: { enabled: false },
    logger: {
      level: 'error',
      log: (level, message) => log[level === 'error' ? 'error' : 'info']({ message }, 'auth.message'),
    },
    onAPIError: {
      // What a caller got wrong is in the audit history; the rest is a bug.
      onError: (error) => {
        if (!(error instanceof APIError)) log.error({ err: error }, 'auth.failed');
      },
    },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true, // people are added by an admin: lib/people/people.ts
      minPasswordLength: passwordLength.min,
      maxPasswordLength: passwordLength.max,
    },
    user: {
      additionalFields: {
        role: { type: 'string', input: false, defaultValue: 'viewer' },
        deactivatedAt: { type: 'date', input: false, required: false },
        seatEndsAt: { type: 'date', input: false, required: false },
      },
    },
    session: {
      expiresIn: sessionSeconds,
      // A page cannot set cookies, so a session that grew while pages were read would outlive its cookie.
      disableSessionRefresh: true,
      cookieCache: { enabled: false }, // deactivation must work at once
    },
    advanced: {
      cookiePrefix,
      useSecureCookies: env.appUrl.startsWith('https:'),
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax', path: '/' },
    },
    // The built-in limit counts by address alone and only at the HTTP door; ours is in `refuseTooMany`.
    rateLimit: { enabled: false },
    databaseHooks: {
      session: {
        create: {
          before: async (session, context) => {
            const owner = await db.prisma.user.findUnique({
              where: { id: session.userId },
              select: personColumns,
            });
            if (owner === null || !toPerson(owner, now()).active) return false;
            if (context?.path === passwordPath) await refuseOneFactor(owner);
            const headers = context?.headers ?? context?.request?.headers;
            return { data: { ipAddress: headers ? clientAddress(headers) : null } };
          },
        },
      },
    },
    hooks: {
      before: createAuthMiddleware(async (context) => {
        if (context.path === passwordPath) await refuseTooMany(context.body, context.headers);
      }),
      after: createAuthMiddleware(async (context) => {
        if (context.path !== passwordPath) return;
        const session = context.context.newSession?.session ?? null;
        const half = secondStepIn(context.context.returned) !== null;
        if (session !== null) await recordSuccess(services, session, 'password', context.headers);
        if (session === null && !half) await recordFailure(services, context.body, context.headers);
        // Only failures add up.
        else await db.prisma.rateLimit.deleteMany({ where: { key: accountKey(context.body) } });
      }),
    },
    plugins: [sessions(services), nextCookies()],
  });

  // Said only to whoever knows the password, with what lets them go on.
  async function refuseOneFactor(owner: { id: string; role: string }): Promise<void> {
    if (await mustUseService(db.prisma, owner.id)) {
      throw new APIError('FORBIDDEN', { code: serviceOnlyCode, message: 'People sign in through the service here.' });
    }
    const ways = await secondStepFor(db.prisma, owner);
    if (ways === null) return;
    const token = await openSecondStep(services, owner.id);
    const message = 'The password is right; a second factor is needed too.';
    throw new APIError('FORBIDDEN', { code: secondStepCode, message, token });
  }

  async function refuseTooMany(body: unknown, headers: Headers | undefined): Promise<void> {
    const address = headers ? clientAddress(headers) : null;
    const waits = [
      await countAttempt(db.prisma, accountKey(body), perAccount, now()),
      address === null ? 0 : await countAttempt(db.prisma, `sign-in:address:${address}`, perAddress, now()),
    ];
    const waitSeconds = Math.ceil(Math.max(...waits) / 1000);
    if (waitSeconds === 0) return;
    await dropOldAttempts(db.prisma, new Date(now().getTime() - 24 * 3600_000));
    // Not in the audit history: it cannot be shortened, and whoever floods this door would fill it.
    log.warn({ waitSeconds }, 'sign_in.limited');
    throw new APIError(
      'TOO_MANY_REQUESTS',
      { code: 'TOO_MANY_REQUESTS', message: `Too many attempts. Try again in ${waitSeconds} seconds.`, waitSeconds },
      { 'retry-after': String(waitSeconds) },
    );
  }
}

const passwordPath = '/sign-in/email';
const serviceOnlyCode = 'SERVICE_ONLY';
const secondStepCode = 'SECOND_FACTOR_NEEDED';

/** Whether the password door answered that people sign in through the sign-in service alone. */
export function isServiceOnly(answer: unknown): boolean {
  return answer instanceof APIError && answer.body?.code === serviceOnlyCode;
}

/** The token with which a sign-in goes on that needs a second factor, out of what the password door answered; else null. */
export function secondStepIn(answer: unknown): string | null {
  if (!(answer instanceof APIError) || answer.body?.code !== secondStepCode) return null;
  return z.object({ token: z.string() }).parse(answer.body).token;
}

/** Starts a session without a password, for callers in this process alone: the router does not know it. */
function sessions(services: AuthServices) {
  return {
    id: 'countersign-sessions',
    endpoints: {
      startSession: createAuthEndpoint.serverOnly(
        {
          method: 'POST',
          body: z.object({ personId: z.string(), method: z.enum(signInMethods) }),
          requireHeaders: true,
        },
        async (context) => {
          const { personId, method } = context.body;
          const user = await context.context.internalAdapter.findUserById(personId);
          const session = user ? await context.context.internalAdapter.createSession(user.id) : null;
          if (!user || !session) throw new APIError('UNAUTHORIZED', { message: 'This account cannot sign in.' });
          await setSessionCookie(context, { session, user });
          await recordSuccess(services, session, method, context.headers);
          return context.json({ personId: user.id });
        },
      ),
    },
  } satisfies BetterAuthPlugin;
}

async function recordSuccess(
  services: AuthServices,
  session: { id: string; userId: string },
  method: SignInMethod,
  headers: Headers | undefined,
): Promise<void> {
  const now = services.now();
  await services.db.prisma.$transaction(async (tx) => {
    const row = await tx.user.findUniqueOrThrow({ where: { id: session.userId }, select: personColumns });
    const person = toPerson(row, now);
    await tx.session.updateMany({
      where: { id: session.id },
      data: { method, provedAt: now, provedWith: provedBy(method) },
    });
    await appendAudit(tx, now, {
      action: 'sign_in.succeeded',
      actor: { type: 'person', id: person.id, name: person.name },
      targets: [{ type: 'person', id: person.id, name: person.name }],
      context: contextOf(headers),
      facts: { method },
    });
  });
}

/** Keeps that somebody who had given the right password did not get through the second step. */
export async function recordSecondStepFailure(
  services: AuthServices,
  personId: string,
  reason: string,
  context: AuditContext,
): Promise<void> {
  const row = await services.db.prisma.user.findUnique({ where: { id: personId }, select: personColumns });
  if (row === null) return;
  const person = toPerson(row, services.now());
  await appendAudit(services.db.prisma, services.now(), {
    action: 'sign_in.failed',
    actor: { type: 'person', id: person.id, name: person.name },
    targets: [{ type: 'person', id: person.id, name: person.name }],
    context,
    facts: { method: 'second_step', reason },
  });
}

async function recordFailure(services: AuthServices, body: unknown, headers: Headers | undefined): Promise<void> {
  const email = emailIn(body);
  const row = email ? await services.db.prisma.user.findUnique({ where: { email }, select: personColumns }) : null;
  const person = row ? toPerson(row, services.now()) : null;
  // What was typed for an unknown address is not kept: it may be a password in the wrong field.
  const actor: Actor = person ? { type: 'person', id: person.id, name: person.name } : somebody;
  await appendAudit(services.db.prisma, services.now(), {
    action: 'sign_in.failed',
    actor,
    targets: person ? [{ type: 'person', id: person.id, name: person.name }] : [],
    context: contextOf(headers),
    facts: { method: 'password', reason: reasonFor(person) },
  });
}

function reasonFor(person: { active: boolean } | null): string {
  if (person === null) return 'unknown_e-mail';
  return person.active ? 'wrong_password' : 'deactivated';
}

function contextOf(headers: Headers | undefined): AuditContext {
  return headers ? auditContext('web', headers) : { surface: 'web' };
}

/** Where a request came from, as the audit history keeps it. */
export function auditContext(surface: AuditContext['surface'], headers: Headers): AuditContext {
  const ip = clientAddress(headers);
  const userAgent = headers.get('user-agent')?.replaceAll('\0', '').slice(0, 300);
  return { surface, ...(ip ? { ip } : {}), ...(userAgent ? { userAgent } : {}) };
}

const credentials = z.looseObject({ email: z.string().max(320) });

function emailIn(body: unknown): string | null {
  const read = credentials.safeParse(body);
  return read.success ? read.data.email.trim().toLowerCase().replaceAll('\0', '') : null;
}

function accountKey(body: unknown): string {
  return `sign-in:account:${digest(emailIn(body) ?? '')}`;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
