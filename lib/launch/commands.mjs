import { mainDatabase, openDatabase } from './database.mjs';
import { demo } from './demo.mjs';
import { ensureClient } from './generate.mjs';
import { unkeepServer } from './postgres.mjs';
import { bench, countersign, crashTest } from './scripts.mjs';
import { dev, start, worker } from './serve.mjs';
import { test } from './test.mjs';

/** Every command by name; each takes its arguments and returns the exit code. */
export const commands = { demo, start, dev, worker, test, bench, 'crash-test': crashTest, countersign, database };

/** `npm run database [-- name]`: for tools beside the app, such as `npx prisma`; the server runs on until `-- stop`. */
async function database([name = mainDatabase]) {
  if (name === 'stop') {
    await unkeepServer();
    return 0;
  }
  await ensureClient();
  const { adminUrl, close } = await openDatabase(name, { keep: true });
  await close();
  console.log(adminUrl);
  return 0;
}
