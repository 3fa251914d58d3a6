import { parseArgs } from 'node:util';

export const parts = [
  'intake',
  'jobs',
  'visible',
  'resume',
  'vote-visible',
  'slack',
  'inbox',
  'js',
  'memory',
  'start',
  'freed',
] as const;
export type Part = (typeof parts)[number];

/** What to measure and how long; `quick` is for trying the benchmark out, its figures mean little. */
export type Options = Readonly<{ only: readonly Part[]; rounds: number; quick: boolean }>;

export const usage = `npm run bench -- [--only ${parts.join(',')}] [--rounds 3] [--quick]`;

/** Reads the command line. Throws an Error that says what is wrong with it. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: { only: { type: 'string' }, rounds: { type: 'string' }, quick: { type: 'boolean', default: false } },
  });
  const rounds = Number(values.rounds ?? (values.quick ? 1 : 3));
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 50) {
    throw new Error(`--rounds is "${values.rounds}"; expected a whole number from 1 to 50.`);
  }
  return { only: values.only === undefined ? parts : parseOnly(values.only), rounds, quick: values.quick };
}

function parseOnly(text: string): readonly Part[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !parts.some((part) => part === name));
  if (unknown.length > 0) throw new Error(`--only does not know ${unknown.join(', ')}; expected ${parts.join(', ')}.`);
  return parts.filter((part) => names.includes(part));
}
