// The app and the worker connect as a role that can add to the history and change nothing of it. What the tables allow
// beyond that is refused by triggers, whoever asks; this role cannot turn those off.
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { dataDir } from './project.mjs';

const appRole = 'countersign_app';

/** The embedded server's URL as the app uses it: as a role of its own, which is made if need be. */
export async function appUrlOf(server) {
  const file = path.join(dataDir(), 'postgres-app.password');
  try {
    fs.writeFileSync(file, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if (error.code !== 'EEXIST') throw error; // another command made it, or an earlier start
  }
  const url = asUser(server, appRole, fs.readFileSync(file, 'utf8').trim());
  if (!(await letsIn(url))) await makeRole(server, url);
  return url;
}

/** The same server and database with another user. */
export function asUser(url, user, password) {
  const other = new URL(url);
  other.username = encodeURIComponent(user);
  other.password = encodeURIComponent(password);
  return other.toString();
}

/** Makes the login role that `url` names, or gives it the password there. */
export async function makeRole(server, url) {
  const { username, password } = new URL(url);
  const name = pg.escapeIdentifier(decodeURIComponent(username));
  const login = `LOGIN PASSWORD ${pg.escapeLiteral(decodeURIComponent(password))}`;
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(`CREATE ROLE ${name} ${login}`).catch((error) => {
      if (error.code !== '42710') throw error; // it is there
      return client.query(`ALTER ROLE ${name} ${login}`);
    });
  } finally {
    await client.end();
  }
}

/** Gives a role what the app needs in this database, through the owner's connection. What it has already stays. */
export async function grantToApp(client, role) {
  const name = pg.escapeIdentifier(role);
  await client.query(`
    GRANT USAGE ON SCHEMA public, graphile_worker TO ${name};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public, graphile_worker TO ${name};
    GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public, graphile_worker TO ${name};
    REVOKE UPDATE, DELETE ON audit_entry, audit_node, audit_checkpoint, receipt FROM ${name};
    REVOKE UPDATE ON audit_personal FROM ${name};
    REVOKE INSERT, UPDATE, DELETE ON _prisma_migrations, graphile_worker.migrations FROM ${name}`);
  // What was erased is also taken off the disk; PostgreSQL before 17 knows no such right, and leaves it to its own cleaning.
  await client.query(
    `DO $$ BEGIN IF current_setting('server_version_num')::int >= 170000 THEN
       EXECUTE format('GRANT MAINTAIN ON audit_personal, audit_search TO %I', ${pg.escapeLiteral(role)}); END IF; END $$`,
  );
  // The queue hides its rows from everybody but its owner until a policy says otherwise.
  const { rows } = await client.query(
    `SELECT relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
     WHERE nspname = 'graphile_worker' AND relrowsecurity AND NOT EXISTS (
       SELECT FROM pg_policy WHERE polrelid = pg_class.oid AND polname = $1)`,
    [role],
  );
  for (const { relname } of rows) {
    const table = `graphile_worker.${pg.escapeIdentifier(relname)}`;
    await client.query(`CREATE POLICY ${name} ON ${table} TO ${name} USING (true) WITH CHECK (true)`);
  }
}

/** Whether the role has what `grantToApp` gives, and no more. */
export async function hasGrants(client, role) {
  const { rows } = await client.query(
    `SELECT has_table_privilege($1, 'audit_entry', 'INSERT') AND NOT has_table_privilege($1, 'audit_entry', 'UPDATE') AS whole`,
    [role],
  );
  return rows[0].whole;
}

async function letsIn(url) {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return true;
  } catch (error) {
    if (['28P01', '28000'].includes(error.code)) return false;
    throw error;
  } finally {
    await client.end().catch(() => {});
  }
}
