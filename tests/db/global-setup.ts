import type { TestProject } from 'vitest/node';
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
  }
}

/**
 * Makes one migrated database for `freshDatabase` to copy, in the server of DATABASE_URL or, when a spec is run on its own, in
 * the embedded one. Afterwards drops it with every copy. The database in DATABASE_URL itself is not touched.
 */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const given = process.env.DATABASE_URL;
  const server = given ? { url: given, close: async () => {} } : await openDatabase('countersign_test');
  await dropLeftovers('countersign_test', server.url);
  const prefix = `countersign_test_${process.pid}_`;
  const template = `${prefix}template`;
  await createDatabase(template, server.url);
  await migrate(onDatabase(server.url, template));
  provide('templateUrl', onDatabase(server.url, template));
  provide('databasePrefix', prefix);
  return async () => {
    const made = await execute(server.url, 'SELECT datname FROM pg_database WHERE starts_with(datname, $1)', [prefix]);
    for (const { datname } of made) await dropDatabase(onDatabase(server.url, datname), server.url);
    await server.close();
  };
}
