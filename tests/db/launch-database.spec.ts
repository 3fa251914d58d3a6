import { afterAll, expect, test } from 'vitest';
import { execute } from '@/lib/launch/database.mjs';
import { migrate } from '@/lib/launch/migrate.mjs';
import { freshDatabase } from './database';

const database = await freshDatabase();
afterAll(() => database.drop());

test('a fresh database has every migration and the queue, so that nothing is left to apply', async () => {
  expect(await migrate(database.adminUrl)).toEqual([]);
  await expect(execute(database.adminUrl, "SELECT graphile_worker.add_job('nothing')")).resolves.toHaveLength(1);
});

test('two fresh databases share nothing', async () => {
  const other = await freshDatabase();
  await execute(other.adminUrl, 'CREATE TABLE only_here (id integer)');
  await expect(execute(database.adminUrl, 'SELECT FROM only_here')).rejects.toThrow('does not exist');
  await other.drop();
});
