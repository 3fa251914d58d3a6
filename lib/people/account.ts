import { appendAudit } from '@/lib/audit/append';
import type { AuditContext } from '@/lib/domain/audit';
import type { Person } from '@/lib/domain/person';
import type { Services } from '@/lib/services';
import { actorOf, demand } from './people';

export type SessionView = Readonly<{
  id: string;
  startedAt: Date;
  expiresAt: Date;
  address: string | null;
  userAgent: string | null;
}>;

/** A person's own sessions that are still good, newest first. */
export async function listSessions(
  services: Pick<Services, 'db' | 'now'>,
  by: Person,
): Promise<readonly SessionView[]> {
  return sessionsOf(services, by.id);
}

async function sessionsOf(services: Pick<Services, 'db' | 'now'>, personId: string): Promise<readonly SessionView[]> {
  const rows = await services.db.prisma.session.findMany({
    where: { userId: personId, expiresAt: { gt: services.now() } },
    orderBy: { createdAt: 'desc' },
    take: 50,
    select: { id: true, createdAt: true, expiresAt: true, ipAddress: true, userAgent: true },
  });
  return rows.map((row) => ({
    id: row.id,
    startedAt: row.createdAt,
    expiresAt: row.expiresAt,
    address: row.ipAddress || null,
    userAgent: row.userAgent || null,
  }));
}

/** Somebody's sessions that are still good, for an admin. */
export async function listSessionsOf(
  services: Pick<Services, 'db' | 'now'>,
  by: Person,
  personId: string,
): Promise<readonly SessionView[]> {
  demand(by, 'people.manage');
  return sessionsOf(services, personId);
}

/** Ends one of somebody's sessions, or with null all of them, as an admin. Again changes nothing. */
export async function endSessionsOf(
  services: Pick<Services, 'db' | 'now'>,
  by: Person,
  personId: string,
  sessionId: string | null,
  context: AuditContext,
): Promise<void> {
  demand(by, 'people.manage');
  await services.db.prisma.$transaction(async (tx) => {
    const person = await tx.user.findUnique({ where: { id: personId }, select: { id: true, name: true } });
    const { count } = await tx.session.deleteMany({
      where: { userId: personId, ...(sessionId === null ? {} : { id: sessionId }) },
    });
    if (person === null || count === 0) return;
    await appendAudit(tx, services.now(), {
      action: 'session.ended',
      actor: actorOf(by),
      targets: [{ type: 'person', id: person.id, name: person.name }],
      context,
      facts: { sessions: count },
    });
  });
}

/** Ends one of the person's own sessions; somebody else's is left alone. Again changes nothing. */
export async function endSession(services: Pick<Services, 'db'>, by: Person, sessionId: string): Promise<void> {
  await services.db.prisma.session.deleteMany({ where: { id: sessionId, userId: by.id } });
}

/** Ends all of the person's own sessions but one. */
export async function endOtherSessions(services: Pick<Services, 'db'>, by: Person, keepId: string): Promise<void> {
  await services.db.prisma.session.deleteMany({ where: { userId: by.id, id: { not: keepId } } });
}

/** Whether single keys act on the person's pages. */
export async function shortcutsOf(services: Pick<Services, 'db'>, by: Person): Promise<boolean> {
  const row = await services.db.prisma.user.findUnique({ where: { id: by.id }, select: { shortcuts: true } });
  return row?.shortcuts ?? true;
}

/** Turns single keys on or off on the person's own pages. */
export async function setShortcuts(services: Pick<Services, 'db'>, by: Person, on: boolean): Promise<void> {
  await services.db.prisma.user.updateMany({ where: { id: by.id }, data: { shortcuts: on } });
}

/** A browser's long name for itself in two words, `Firefox on Linux`; null when it says neither. */
export function deviceName(userAgent: string | null): string | null {
  if (userAgent === null) return null;
  const browser = browsers.find(([, sign]) => sign.test(userAgent))?.[0];
  const system = systems.find(([, sign]) => sign.test(userAgent))?.[0];
  if (browser === undefined && system === undefined) return null;
  return [browser ?? 'A browser', system === undefined ? '' : `on ${system}`].join(' ').trim();
}

// Each names the ones it descends from, so the order decides.
const browsers: readonly (readonly [string, RegExp])[] = [
  ['Edge', /Edg\//],
  ['Opera', /OPR\//],
  ['Firefox', /Firefox\/|FxiOS/],
  ['Chrome', /Chrome\/|CriOS/],
  ['Safari', /Safari\//],
  ['curl', /^curl/],
];
const systems: readonly (readonly [string, RegExp])[] = [
  ['Android', /Android/],
  ['iPhone', /iPhone/],
  ['iPad', /iPad/],
  ['Windows', /Windows/],
  ['macOS', /Mac OS X/],
  ['ChromeOS', /CrOS/],
  ['Linux', /Linux/],
];
