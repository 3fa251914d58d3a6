import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { asUser } from '@/lib/launch/app-role.mjs';
import { createDatabase, databaseOf, dropDatabase, execute, onDatabase } from '@/lib/launch/database.mjs';

/**
 * A migrated, empty database of its own for the caller, in about 50 ms: a copy of the run's template. `drop` ends every
 * connection to it; what is not dropped goes at the end of the run. `url` is the app's: what it lacks a right for fails here
 * too. `adminUrl` may do anything.
 */
export async function freshDatabase(): Promise<{ url: string; adminUrl: string; drop(): Promise<void> }> {
  const template = inject('templateUrl');
  const name = inject('databasePrefix') + randomUUID().slice(0, 8);
  const server = onDatabase(template, 'postgres');
  await createDatabase(name, server, databaseOf(template));
  const adminUrl = onDatabase(template, name);
  const { name: user, password } = inject('appUser');
  // No test pulls the plug of the server itself, so none has to wait for the disk.
  await execute(server, `ALTER DATABASE "${name}" SET synchronous_commit = off`);
  return {
    url: asUser(adminUrl, user, password),
    adminUrl,
    drop: async () => {
      await dropDatabase(adminUrl, server);
    },
  };
}
