import { randomUUID } from 'node:crypto';
import type { TestProject } from 'vitest/node';
import { asUser, makeRole } from '@/lib/launch/app-role.mjs';
import {
  createDatabase,
  dropDatabase,
  dropLeftovers,
  execute,
  onDatabase,
  openDatabase,
} from '@/lib/launch/database.mjs';
import { migrate } from '@/lib/launch/migrate.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    /** The migrated, empty database that every test database is a copy of. */
    templateUrl: string;
    /** What the names of this run's databases begin with. */
    databasePrefix: string;
    /** The app's user on any of them, as `user:password` in a URL. */
    appUser: Readonly<{ name: string; password: string }>;
  }
}

/**
 * Makes one migrated database for `freshDatabase` to copy, in the server of DATABASE_URL or, when a spec is run on its own, in
 * the embedded one. Afterwards drops it with every copy. The database in DATABASE_URL itself is not touched.
 */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const given = process.env.DATABASE_MIGRATION_URL ?? process.env.DATABASE_URL;
  const server = given ? { adminUrl: given, close: async () => {} } : await openDatabase('countersign_test');
  await dropLeftovers('countersign_test', server.adminUrl);
  const prefix = `countersign_test_${process.pid}_`;
  const template = `${prefix}template`;
  await createDatabase(template, server.adminUrl);
  const appUser = { name: `${prefix}app`, password: randomUUID() };
  await makeRole(server.adminUrl, asUser(server.adminUrl, appUser.name, appUser.password));
  await migrate(onDatabase(server.adminUrl, template), { appRole: appUser.name });
  provide('templateUrl', onDatabase(server.adminUrl, template));
  provide('appUser', appUser);
  provide('databasePrefix', prefix);
  return async () => {
    const made = await execute(server.adminUrl, 'SELECT datname FROM pg_database WHERE starts_with(datname, $1)', [
      prefix,
    ]);
    for (const { datname } of made) await dropDatabase(onDatabase(server.adminUrl, datname), server.adminUrl);
    await execute(server.adminUrl, `DROP ROLE "${appUser.name}"`);
    await server.close();
  };
}
