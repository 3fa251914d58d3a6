import { mainDatabase, openDatabase } from './database.mjs';
import { ensureClient } from './generate.mjs';
import { unkeepServer } from './postgres.mjs';

/** Every command by name; each takes its arguments and returns the exit code. */
export const commands = { database };

async function database([name = mainDatabase]) {
  if (name === 'stop') {
    await unkeepServer();
    return 0;
  }
  await ensureClient();
  const { url, close } = await openDatabase(name, { keep: true });
  await close();
  console.log(url);
  return 0;
}
