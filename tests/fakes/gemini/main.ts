import { startFakeGemini } from './server';
import { parseSwitches } from './switches';

/**
 * The simulator as a process of its own. Prints its address as one line. Each setting is an environment variable or an
 * argument of the same name in lower case (`--port=4010`):
 * PORT (default: any), SCENARIOS (names of scripted agents, separated by commas; default all), SWITCHES (JSON), SEED.
 */
async function main(): Promise<void> {
  const port = setting('PORT');
  const scenarios = setting('SCENARIOS');
  const switches = setting('SWITCHES');
  const seed = setting('SEED');
  const fake = await startFakeGemini({
    ...(port === null ? {} : { port: number('PORT', port) }),
    ...(scenarios === null ? {} : { scenarios: scenarios.split(',').map((name) => name.trim()) }),
    ...(switches === null ? {} : { switches: parseSwitches(JSON.parse(switches)) }),
    ...(seed === null ? {} : { seed: number('SEED', seed) }),
    allowProductionNodeEnv: process.argv.includes('--allow-production-node-env'),
  });
  process.stdout.write(`${fake.url}\n`);
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => {
      void fake.close().then(() => process.exit(0));
    });
}

function setting(name: string): string | null {
  const prefix = `--${name.toLowerCase()}=`;
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
