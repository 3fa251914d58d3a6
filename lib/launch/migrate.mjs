import { createHash, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { grantToApp, hasGrants } from './app-role.mjs';
import { inRoot, Problem } from './project.mjs';

const PRISMA_LOCK = 72707369; // the advisory lock that Prisma Migrate takes

/**
 * Applies what is missing of prisma/migrations, each in one transaction, and returns the names applied. Keeps the same table,
 * checksums and lock as Prisma Migrate, so its own commands agree with the result; several at once take turns. `appRole`,
 * when given, gets what the app needs in it.
 * @type {(url: string, options?: { dir?: string, appRole?: string | null }) => Promise<string[]>}
 */
export async function migrate(url, { dir = inRoot('prisma/migrations'), appRole = null } = {}) {
  const names = fs.existsSync(dir)
    ? fs
        .readdirSync(dir, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => entry.name)
        .sort()
    : [];
  const client = new pg.Client({ connectionString: url, application_name: 'countersign migrations' });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [PRISMA_LOCK]);
    const queueChanged = await migrateQueue(url, client);
    await client.query(BOOKKEEPING);
    const known = await recordedMigrations(client);
    const strangers = [...known.keys()].filter((name) => !names.includes(name));
    if (strangers.length > 0) {
      throw new Problem(
        `The database has migrations that this version does not know: ${strangers.join(', ')}. Run a newer version.`,
      );
    }
    const applied = [];
    for (const name of names) {
      const sql = fs.readFileSync(path.join(dir, name, 'migration.sql'), 'utf8');
      const checksum = createHash('sha256').update(sql).digest('hex');
      const record = known.get(name);
      if (record === undefined) {
        await applyMigration(client, name, sql, checksum);
        applied.push(name);
      } else if (!record.finished_at) {
        throw new Problem(`Migration ${name} failed earlier. Resolve it with \`npx prisma migrate resolve\`.`);
      } else if (record.checksum !== checksum) {
        throw new Problem(`Migration ${name} was changed after it was applied to this database.`);
      }
    }
    if (appRole !== null && (queueChanged || applied.length > 0 || !(await hasGrants(client, appRole)))) {
      await grantToApp(client, appRole);
    }
    return applied;
  } finally {
    await client.end();
  }
}

const BOOKKEEPING = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum VARCHAR(64) NOT NULL,
  finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL,
  logs TEXT,
  rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;

/** The queue's tables too, so that a job can be added before the first worker has run. Whether anything was to be done. */
async function migrateQueue(url, client) {
  const newest = fs
    .readdirSync(inRoot('node_modules/graphile-worker/sql'))
    .filter((name) => name.endsWith('.sql')).length;
  const { rows } = await client.query("SELECT to_regclass('graphile_worker.migrations') IS NOT NULL AS present");
  if (rows[0].present) {
    const { rowCount } = await client.query('SELECT FROM graphile_worker.migrations WHERE id >= $1', [newest]);
    if (rowCount > 0) return false;
  }
  const { Logger, runMigrations } = await import('graphile-worker');
  await runMigrations({ connectionString: url, logger: new Logger(() => () => {}) });
  return true;
}

async function recordedMigrations(client) {
  const { rows } = await client.query(
    'SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL',
  );
  return new Map(rows.map((row) => [row.migration_name, row]));
}

async function applyMigration(client, name, sql, checksum) {
  await client.query('BEGIN');
  try {
    await client.query(sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, applied_steps_count)
       VALUES ($1, $2, now(), $3, 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw new Problem(`Migration ${name} could not be applied: ${error.message}`, { cause: error });
  }
}
