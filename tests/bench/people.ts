import { openDatabase } from '@/lib/db';
import { execute } from '@/lib/launch/database.mjs';
import { createKey } from '@/lib/people/keys';
import type { Scope } from './scope';
import { admin, pause, type Server } from './servers';

/** Signs the first admin in, as a browser does, and returns the cookie to send. */
export async function signIn(app: Server, databaseUrl: string): Promise<string> {
  await adminId(databaseUrl);
  const answer = await fetch(`${app.url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: app.url },
    body: JSON.stringify(admin),
  });
  if (!answer.ok) throw new Error(`Signing in failed: ${answer.status} ${await answer.text()}`);
  const cookies = answer.headers.getSetCookie().map((cookie) => cookie.split(';')[0] ?? '');
  return cookies.join('; ');
}

/** A key of the first admin for everything that the API offers. */
export async function apiKey(scope: Scope, databaseUrl: string): Promise<string> {
  const db = openDatabase(databaseUrl, { connections: 2 });
  scope.onEnd(() => db.close());
  // One key starts the runs and decides them.
  await execute(databaseUrl, `insert into setting (key, value) values ('fourEyes', 'false') on conflict do nothing`);
  const { key } = await createKey(
    { db, now: () => new Date() },
    {
      name: 'Benchmark',
      scopes: ['runs', 'approvals', 'votes', 'audit'],
      ownerId: await adminId(databaseUrl),
      expiresAt: null,
      by: 'system',
      context: { surface: 'cli' },
    },
  );
  return key;
}

/** The first admin; an app that has just started may not have made them yet. */
async function adminId(databaseUrl: string): Promise<string> {
  for (const end = Date.now() + 20_000; Date.now() < end; await pause(100)) {
    const [row] = await execute(databaseUrl, 'select id from "user" where email = $1', [admin.email]);
    if (typeof row?.id === 'string') return row.id;
  }
  throw new Error('The app did not make its first admin.');
}
