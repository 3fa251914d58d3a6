import 'server-only';
import type { Route } from 'next';
import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { cache } from 'react';
import type { AuditContext } from './domain/audit';
import { can, type Permission, type Person } from './domain/person';
import { type Auth, auditContext, authOf } from './people/authentication';
import { personColumns, toPerson } from './people/store';
import { services } from './services';

/** Sessions, cookies and passwords of this process. */
export function auth(): Auth {
  return authOf(services());
}

/** Who is signed in, read from the database once a request; null for nobody and for a deactivated person. */
export const currentPerson = cache(async (): Promise<Person | null> => (await currentSession())?.person ?? null);

/** The session behind this request, or null. */
export const currentSession = cache(async (): Promise<{ id: string; person: Person } | null> => {
  const found = await auth().api.getSession({ headers: await headers() });
  if (found === null) return null;
  const { db, now } = services();
  const row = await db.prisma.user.findUnique({ where: { id: found.user.id }, select: personColumns });
  if (row === null) return null;
  const person = toPerson(row, now());
  return person.active ? { id: found.session.id, person } : null;
});

/**
 * The signed-in person, for pages and server actions. Who is signed out goes to the sign-in page and comes back; whose
 * role does not include `permission` goes to a page that says so. The use cases check again.
 */
export async function requirePerson(permission?: Permission): Promise<Person> {
  const person = await currentPerson();
  if (person === null) redirect(`/sign-in?next=${encodeURIComponent(await requestedPath())}` as Route);
  if (permission !== undefined && !can(person, permission)) {
    redirect(`/account/not-allowed?for=${permission}` as Route);
  }
  return person;
}

/** Where this request came from, for the audit history. */
export async function requestContext(surface: AuditContext['surface'] = 'web'): Promise<AuditContext> {
  return auditContext(surface, await headers());
}

/** The header in which proxy.ts tells pages their own address; a page cannot ask for it otherwise. */
export const pathHeader = 'x-countersign-path';

async function requestedPath(): Promise<string> {
  return (await headers()).get(pathHeader) ?? '/';
}
