import 'server-only';
import type { Route } from 'next';
import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { cache } from 'react';
import type { AuditContext } from './domain/audit';
import { can, type Permission, type Person } from './domain/person';
import { lacksSecondFactor, oneFactorMethods } from './domain/sign-in';
import { type Auth, auditContext, authOf } from './people/authentication';
import { findSession, type Session } from './people/session';
import { signInRules } from './people/sign-in-rules';
import { services } from './services';

/** Sessions, cookies and passwords of this process. */
export function auth(): Auth {
  return authOf(services());
}

/** Who is signed in, read from the database once a request; null for nobody and for a deactivated person. */
export const currentPerson = cache(async (): Promise<Person | null> => (await currentSession())?.person ?? null);

/** The session behind this request, or null. */
export const currentSession = cache(async (): Promise<Session | null> => {
  const found = await auth().api.getSession({ headers: await headers() });
  return found === null ? null : findSession(services(), found.session.id);
});

/**
 * The signed-in person, for pages and server actions. Who is signed out goes to the sign-in page and comes back; whose
 * role does not include `permission` goes to a page that says so, and whose role needs a second factor that this session
 * lacks to the page that adds one. The use cases check again.
 */
export async function requirePerson(permission?: Permission): Promise<Person> {
  const session = await requireSession();
  const { person } = session;
  if (await lacksFactor(session)) redirect('/second-factor' as Route);
  if (permission !== undefined && !can(person, permission)) {
    redirect(`/account/not-allowed?for=${permission}` as Route);
  }
  return person;
}

/** The session behind this request, also one that lacks the second factor its person needs. */
export async function requireSession(): Promise<Session> {
  const session = await currentSession();
  if (session === null) redirect(`/sign-in?next=${encodeURIComponent(await requestedPath())}` as Route);
  return session;
}

/** Whether this session's person must add a second factor before anything else. */
export const lacksFactor = cache(async ({ method, person }: Session): Promise<boolean> => {
  if (!oneFactorMethods.includes(method)) return false;
  const { secondFactorRoles } = await signInRules(services().db.prisma);
  return lacksSecondFactor(method, person.role, secondFactorRoles);
});

/** Where this request came from, for the audit history. */
export async function requestContext(surface: AuditContext['surface'] = 'web'): Promise<AuditContext> {
  return auditContext(surface, await headers());
}

/** The header in which proxy.ts tells pages their own address; a page cannot ask for it otherwise. */
export const pathHeader = 'x-countersign-path';

async function requestedPath(): Promise<string> {
  return (await headers()).get(pathHeader) ?? '/';
}
