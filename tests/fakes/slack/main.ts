import { startFakeSlack } from './server';
import { switchesSchema } from './switches';

/**
 * The simulator as a process of its own. Prints its address as one line. Each setting is an environment variable or an
 * argument of the same name in lower case (`--port=4020`): PORT (default: any), APP_URL, SIGNING_SECRET, TOKEN (the
 * bot's), APP_TOKEN, APP_NAME, CLIENT_ID, CLIENT_SECRET, SWITCHES (JSON), SEED.
 */
async function main(): Promise<void> {
  const text = {
    appUrl: setting('APP_URL'),
    signingSecret: setting('SIGNING_SECRET'),
    token: setting('TOKEN'),
    appToken: setting('APP_TOKEN'),
    clientId: setting('CLIENT_ID'),
    clientSecret: setting('CLIENT_SECRET'),
    appName: setting('APP_NAME'),
  };
  const given = Object.fromEntries(Object.entries(text).filter(([, value]) => value !== null));
  const port = setting('PORT');
  const seed = setting('SEED');
  const switches = setting('SWITCHES');
  const fake = await startFakeSlack({
    ...given,
    ...(port === null ? {} : { port: number('PORT', port) }),
    ...(seed === null ? {} : { seed: number('SEED', seed) }),
    ...(switches === null ? {} : { switches: parseSwitches(switches) }),
    allowProductionNodeEnv: process.argv.includes('--allow-production-node-env'),
  });
  process.stdout.write(`${fake.url}\n`);
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => {
      void fake.close().then(() => process.exit(0));
    });
}

function parseSwitches(text: string): object {
  return switchesSchema.partial().parse(JSON.parse(text));
}

function setting(name: string): string | null {
  const prefix = `--${name.toLowerCase().replaceAll('_', '-')}=`;
  const argument = process.argv.find((one) => one.startsWith(prefix))?.slice(prefix.length);
  const value = argument ?? process.env[name];
  return value === undefined || value === '' ? null : value;
}

function number(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new Error(`${name}: found "${text}", expected a whole number`);
  return value;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
