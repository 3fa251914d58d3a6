import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { Json } from '@/lib/domain/json';
import { type Keys, keysOf } from '@/lib/domain/proof/jws';
import type { Report } from '@/lib/domain/proof/report';
import type { CheckpointStatement } from '@/lib/domain/proof/statements';
import { checkpointsIn, verifyFile } from '@/lib/domain/proof/verify';
import { Failure, UsageError } from './command';
import { reportText } from './verify-words';

export const verifyUsage = 'audit verify FILE [--keys JWKS] [--checkpoint FILE] [--arguments FILE] [--json]';

export const verifyHelp = `Checks a receipt, an export, checkpoints or the proof between two of them with nothing but the published keys: no database, no network.

Usage: ${verifyUsage}

  --keys        the published keys, as /.well-known/jwks.json has them; else jwks.json beside FILE or here
  --checkpoint  checkpoints that you kept: the log must still be theirs
  --arguments   JSON of the arguments that are to be run: the receipt must be for them
  --json        the report for programs

Ends with 0 when everything held, 1 when something is wrong, 2 when it could not be checked.`;

type Output = Readonly<{ out(line: string): void; error(line: string): void }>;

/**
 * Verifies one file and says in plain words what was found. Answers with the exit code: 0 everything held, 1 something is
 * wrong with the file, 2 it could not be checked, or not all of it. Opens files and nothing else.
 */
export async function runVerify(argv: readonly string[], { out, error }: Output): Promise<number> {
  try {
    if (argv.includes('--help') || argv.includes('-h')) {
      out(verifyHelp);
      return 0;
    }
    const { file, options } = parsed(argv);
    const keys = await keysFor(file, options.keys);
    const known = await keptCheckpoints(options.checkpoint, keys);
    if ('report' in known) return told(known.report, options.checkpoint ?? '', { out, json: options.json === true });
    const args = options.arguments === undefined ? {} : { args: readJson(options.arguments) };
    if (keys === null) error(noKeys);
    const report = await verifyFile(opened(file), { keys, known: known.checkpoints, ...args });
    return told(report, file, { out, json: options.json === true });
  } catch (problem) {
    if (problem instanceof UsageError) error(`${problem.message}\n\nUsage: ${verifyUsage}`);
    else if (problem instanceof Failure) error(problem.message);
    else throw problem;
    return 2;
  }
}

const noKeys = 'No keys: save /.well-known/jwks.json of the app as jwks.json beside the file, or name it with --keys.';

const exitCodes: Readonly<Record<Report['verdict'], number>> = { verified: 0, failed: 1, unchecked: 2 };

function told(report: Report, file: string, { out, json }: { out: Output['out']; json: boolean }): number {
  out(
    json ? JSON.stringify({ file: path.basename(file), ...report }, null, 2) : reportText(report, path.basename(file)),
  );
  return exitCodes[report.verdict];
}

function parsed(argv: readonly string[]) {
  const text = { type: 'string' } as const;
  const options = { keys: text, checkpoint: text, arguments: text, json: { type: 'boolean' } } as const;
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
    const [file, ...more] = positionals;
    if (file === undefined) throw new UsageError('The file to check is missing.');
    if (more.length > 0) throw new UsageError(`One file at a time; not understood: ${more.join(' ')}`);
    return { file, options: values };
  } catch (problem) {
    if (problem instanceof UsageError) throw problem;
    throw new UsageError(problem instanceof Error ? problem.message : String(problem));
  }
}

async function keysFor(file: string, given: string | undefined): Promise<Keys | null> {
  const places = given === undefined ? [path.join(path.dirname(file), 'jwks.json'), 'jwks.json'] : [given];
  const place = given ?? places.find((one) => fs.existsSync(one));
  if (place === undefined) return null;
  const keys = await keysOf(readJson(place));
  if (keys === null) throw new Failure(`${place} is no JWKS. Save /.well-known/jwks.json of the app as it is.`);
  if (keys.size === 0) throw new Failure(`${place} has no ES256 key in it.`);
  return keys;
}

async function keptCheckpoints(
  file: string | undefined,
  keys: Keys | null,
): Promise<{ checkpoints: readonly CheckpointStatement[] } | { report: Report }> {
  return file === undefined ? { checkpoints: [] } : checkpointsIn(opened(file), keys);
}

function opened(file: string): AsyncIterable<Uint8Array> {
  if (!fs.statSync(file, { throwIfNoEntry: false })?.isFile()) throw new Failure(`There is no file ${file}.`);
  return fs.createReadStream(file, { highWaterMark: 256 * 1024 });
}

function readJson(file: string): Json {
  try {
    return z.json().parse(JSON.parse(fs.readFileSync(file, 'utf8')));
  } catch (problem) {
    const why = problem instanceof SyntaxError ? 'It is no JSON.' : problem instanceof Error ? problem.message : '';
    throw new Failure(`${file} cannot be read. ${why}`);
  }
}
