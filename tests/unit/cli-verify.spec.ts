import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runVerify } from '@/lib/cli/verify-file';
import { root } from '@/lib/launch/project.mjs';
import { verifyArguments } from '@/lib/launch/verify-arguments.mjs';
import { aLogWithReceipts, aReceipt, aSigner, type Signer } from '@/tests/support/proof';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-verify-'));
const at = (name: string): string => path.join(folder, name);
let signer: Signer;
beforeAll(async () => {
  signer = await aSigner();
  const log = await aLogWithReceipts(signer, 9, new Map([[4, aReceipt()]]));
  const receipt = await log.file(4);
  const files = {
    'jwks.json': JSON.stringify({ keys: [signer.jwk] }),
    'other.json': JSON.stringify({ keys: [(await aSigner()).jwk] }),
    'receipt.json': receipt,
    'changed.json': receipt.replace('"leaf_index": 4', '"leaf_index": 5'),
    'export.jsonl': await log.exported('jsonl'),
    'audit.csv': await log.exported('csv'),
    'kept.jws': `${await log.checkpoint(6)}\n`,
    'later.jws': `${await log.checkpoint(9, { size: 12 })}\n`,
    'arguments.json': '{ "amount": 5 }',
    'more.json': '{ "amount": 500 }',
    'broken.json': '{',
  };
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(at(name), text);
  fs.mkdirSync(at('bare'));
  fs.copyFileSync(at('receipt.json'), at('bare/receipt.json'));
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

async function audit(line: string) {
  const out: string[] = [];
  const errors: string[] = [];
  const argv = verifyArguments(['audit', 'verify', ...line.split(' ').filter(Boolean)], folder) ?? [];
  const code = await runVerify(argv, { out: (text) => out.push(text), error: (text) => errors.push(text) });
  return { code, text: [...out, ...errors].join('\n') };
}

describe('audit verify FILE', () => {
  test.each([
    ['receipt.json', 0, 'VERIFIED'],
    ['receipt.json --keys jwks.json', 0, 'Receipt of the decision on issue_refund: receipt.json'],
    ['receipt.json --keys=jwks.json', 0, 'Decision'],
    ['receipt.json --arguments arguments.json', 0, 'The arguments given are those that were approved.'],
    ['receipt.json --arguments more.json', 1, '[other_arguments]'],
    ['receipt.json --keys other.json', 1, 'not among the published ones'],
    ['changed.json', 1, 'NOT VERIFIED: one fault'],
    ['export.jsonl', 0, 'VERIFIED'],
    ['audit.csv --checkpoint kept.jws', 0, 'The log still begins as the checkpoint of'],
    ['audit.csv --checkpoint later.jws', 2, 'NOT FULLY CHECKED'],
    ['audit.csv --checkpoint receipt.json', 1, 'The checkpoints given: receipt.json'],
    ['kept.jws', 0, 'A checkpoint: kept.jws'],
    ['bare/receipt.json --keys jwks.json', 0, 'VERIFIED'],
    ['bare/receipt.json', 2, 'No keys were given'],
    ['jwks.json', 1, 'no receipt, export, checkpoint or proof of ours'],
    ['nothing.json', 2, 'There is no file'],
    ['receipt.json --keys nothing.json', 2, 'cannot be read'],
    ['receipt.json --keys broken.json', 2, 'It is no JSON.'],
    ['receipt.json --keys arguments.json', 2, 'is no JWKS'],
    ['receipt.json --colour', 2, 'Usage: audit verify FILE'],
    ['receipt.json changed.json', 2, 'One file at a time'],
    ['receipt.json --help', 0, 'no database, no network'],
  ])('%s ends with %d', async (line, code, words) => {
    const answer = await audit(line);
    expect(answer.text).toContain(words);
    expect(answer.code).toBe(code);
  });

  test('tells programs the same as people', async () => {
    const { code, text } = await audit('changed.json --json');
    expect(code).toBe(1);
    expect(JSON.parse(text)).toMatchObject({ verdict: 'failed', faults: [{ code: 'not_in_log' }] });
  });

  test('does not let a file steer the terminal', async () => {
    fs.writeFileSync(
      at('esc.jsonl'),
      fs.readFileSync(at('export.jsonl'), 'utf8').replace('aud_0002', 'aud_\\u001b[2J'),
    );
    expect((await audit('esc.jsonl')).text).not.toContain('\u001b');
  });
});

test.each([
  [['audit', 'verify'], null],
  [['audit', 'verify', '--keys', 'k'], null],
  [['user', 'add', 'x'], null],
  [['audit', 'verify', 'f'], ['/there/f']],
  [
    ['audit', 'verify', '--json', '/f', '--keys', '../k', '--checkpoint=c'],
    ['--json', '/f', '--keys', '/k', '--checkpoint=/there/c'],
  ],
])('%j is for a file: %j', (args, expected) => {
  expect(verifyArguments(args, '/there')).toEqual(expected);
});

test('a receipt verifies in a bare folder with only the published keys: no database is started, none is needed', async () => {
  const bare = at('bare-folder');
  const home = at('never-made');
  fs.mkdirSync(bare);
  for (const name of ['receipt.json', 'jwks.json']) fs.copyFileSync(at(name), path.join(bare, name));
  const env = { ...process.env, INIT_CWD: bare, DATA_DIR: home, DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' };
  const command = [path.join(root, 'lib/launch/main.mjs'), 'countersign', 'audit', 'verify', 'receipt.json'];
  const { code, text } = await new Promise<{ code: number; text: string }>((resolve) => {
    execFile(process.execPath, command, { cwd: bare, env }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, text: stdout + stderr }),
    );
  });
  expect(text).toContain('VERIFIED');
  expect(code).toBe(0);
  expect(fs.existsSync(home)).toBe(false);
  expect(fs.readdirSync(bare).sort()).toEqual(['jwks.json', 'receipt.json']);
}, 60_000);
