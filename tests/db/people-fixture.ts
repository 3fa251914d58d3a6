import { openDatabase } from '@/lib/db';
import type { AuditContext } from '@/lib/domain/audit';
import type { Person, Role } from '@/lib/domain/person';
import { type Env, readEnv } from '@/lib/env';
import { createPerson } from '@/lib/people/people';
import { secretBox } from '@/lib/secret-box';
import { freshDatabase } from './database';

/** What is said of where a change came from. */
export const fromWeb: AuditContext = { surface: 'web', ip: '203.0.113.7', userAgent: 'Test' };

export const aPassword = 'correct horse battery';

/** Services on a database of their own, with a clock that stands still until it is moved. */
export async function openWorkspace(variables: Record<string, string> = {}) {
  const database = await freshDatabase();
  const env: Env = readEnv({
    DATABASE_URL: database.url,
    APP_SECRET: 'a secret of the tests, more than 32 characters long',
    ...variables,
  });
  const db = openDatabase(database.url, { connections: 5 });
  let clock = new Date('2026-11-22T12:00:00Z');
  const services = { env, db, now: () => clock, secrets: secretBox(env.appSecret) };
  return {
    services,
    prisma: db.prisma,
    moveClock: (ms: number) => {
      clock = new Date(clock.getTime() + ms);
    },
    /** Adds a person and returns them. */
    async person(role: Role, name: string = role): Promise<Person> {
      const email = `${name.toLowerCase()}@example.com`;
      const outcome = await createPerson(services, { name, email, role, password: aPassword }, 'system', fromWeb);
      if (outcome.kind === 'refused') throw new Error(outcome.message);
      return outcome.person;
    },
    async actions(): Promise<string[]> {
      const entries = await db.prisma.auditEntry.findMany({ orderBy: { seq: 'asc' }, select: { action: true } });
      return entries.map((entry) => entry.action);
    },
    async close() {
      await db.close();
      await database.drop();
    },
  };
}

export type Workspace = Awaited<ReturnType<typeof openWorkspace>>;
