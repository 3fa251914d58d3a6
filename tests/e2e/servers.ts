import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openDatabase } from '../../lib/launch/database.mjs';
import { anyFreePort } from '../../lib/launch/ports.mjs';
import { stopAll } from '../../lib/launch/processes.mjs';
import { localUrl, requireReady, startApp, sweepAfter } from '../../lib/launch/serve.mjs';
import { startSimulator } from '../../lib/launch/simulator.mjs';

/** The first person of the app under test. */
export const admin = { email: 'admin@example.com', password: 'correct horse battery staple' };

export const webhookSecret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

export type Servers = Readonly<{ appUrl: string; geminiUrl: string; databaseUrl: string; stop(): Promise<void> }>;

/**
 * Starts the built app on a new database, and a simulated Gemini that it talks to, both on ports of their own. `stop` ends them
 * as `npm start` does and drops the database. The logs stay in test-results/servers.
 */
export async function startServers(env: Readonly<Record<string, string>> = {}): Promise<Servers> {
  const logs = path.resolve('test-results/servers');
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-e2e-'));
  const database = await openDatabase('countersign_e2e', { temporary: true });
  const running: Parameters<typeof stopAll>[0] = [];
  const stop = async () => {
    await stopAll(running);
    await database.close();
    fs.rmSync(home, { recursive: true, force: true });
  };
  try {
    const port = await anyFreePort();
    const shared = { GEMINI_WEBHOOK_SECRET: webhookSecret, APP_URL: localUrl(port), ...sweepAfter(database) };
    const { simulator, url } = await startSimulator({ log: path.join(logs, 'gemini.log'), env: shared });
    running.push(simulator);
    const app = startApp({
      port,
      log: path.join(logs, 'app.log'),
      env: {
        ...shared,
        DATABASE_URL: database.url,
        DATABASE_MIGRATION_URL: '',
        DATA_DIR: home,
        PORT: String(port),
        GOOGLE_GEMINI_BASE_URL: url,
        GEMINI_API_KEY: 'test-key',
        ADMIN_EMAIL: admin.email,
        ADMIN_PASSWORD: admin.password,
        ...env,
      },
    });
    running.push(app);
    await requireReady(app, localUrl(port), 60_000);
    return { appUrl: localUrl(port), geminiUrl: url, databaseUrl: database.adminUrl, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
