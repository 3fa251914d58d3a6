import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { fingerprint, readStamp, writeStamp } from '@/lib/launch/fingerprint.mjs';
import { root } from '@/lib/launch/project.mjs';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-fingerprint-'));
const inProject = path.relative(root, folder);
const write = (name: string, text: string) => writeStamp(path.join(folder, name), text);
const now = () => fingerprint([inProject], { except: [`${inProject}/left-out`] });

beforeEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
  write('page.tsx', 'one');
  write('deep/down.ts', 'two');
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

test('the fingerprint of files that did not change stays', () => {
  const before = now();
  write('page.tsx', 'one');
  write('left-out/any.ts', 'never mind');
  expect(now()).toBe(before);
});

test.each([
  ['a change', () => write('deep/down.ts', 'three')],
  ['a new file', () => write('deep/new.ts', '')],
  ['a new name', () => fs.renameSync(path.join(folder, 'page.tsx'), path.join(folder, 'side.tsx'))],
  ['a missing file', () => fs.rmSync(path.join(folder, 'page.tsx'))],
])('%s shows in the fingerprint', (_name, change) => {
  const before = now();
  change();
  expect(now()).not.toBe(before);
});

test('what is absent has a fingerprint, and no stamp', () => {
  expect(fingerprint(['no/such/folder'])).toMatch(/^[0-9a-f]{64}$/);
  expect(readStamp(path.join(folder, 'no-stamp'))).toBeNull();
});
