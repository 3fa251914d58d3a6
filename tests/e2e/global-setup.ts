import { startServers } from './servers';

/** One app for the whole run. Its addresses are in E2E_APP_URL, E2E_GEMINI_URL and E2E_DATABASE_URL. */
export default async function setup(): Promise<() => Promise<void>> {
  const servers = await startServers();
  process.env.E2E_APP_URL = servers.appUrl;
  process.env.E2E_GEMINI_URL = servers.geminiUrl;
  process.env.E2E_DATABASE_URL = servers.databaseUrl;
  return servers.stop;
}
