/** A setting of a simulator: an argument (`--app-url=…`), else the environment variable; null: neither. */
export function setting(name: string): string | null {
  const prefix = `--${name.toLowerCase().replaceAll('_', '-')}=`;
  const argument = process.argv.find((one) => one.startsWith(prefix))?.slice(prefix.length);
  const value = argument ?? process.env[name];
  return value === undefined || value === '' ? null : value;
}

/** A setting that is a whole number. Throws what is wrong with another. */
export function numberSetting(name: string): number | null {
  const text = setting(name);
  if (text === null) return null;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new Error(`${name}: found "${text}", expected a whole number`);
  return value;
}

/** Starts a simulator, prints its address as one line, and closes it when it is told to end. */
export function runSimulator(start: () => Promise<{ url: string; close(): Promise<void> }>): void {
  start().then(
    (fake) => {
      process.stdout.write(`${fake.url}\n`);
      for (const signal of ['SIGTERM', 'SIGINT'] as const) {
        process.once(signal, () => {
          void fake.close().then(() => process.exit(0));
        });
      }
    },
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      process.exit(1);
    },
  );
}
