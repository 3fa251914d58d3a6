import type { WriteStream } from 'node:tty';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { report, reportTo, step, stepIfSlow } from '@/lib/launch/progress.mjs';

let written = '';
const lines = () => written.split('\n').map((line) => line.replace(/ +/g, ' '));
const takes = (ms: number) => () => new Promise((resolve) => setTimeout(() => resolve('result'), ms));

beforeEach(() => {
  written = '';
  vi.useFakeTimers();
  writeTo(false);
});
afterEach(() => {
  vi.useRealTimers();
  reportTo(process.stdout);
});

function writeTo(isTTY: boolean) {
  const write = (text: string) => {
    written += text;
    return true;
  };
  reportTo({ isTTY, write } as unknown as WriteStream & { fd: 1 });
}

async function run(work: Promise<unknown>, ms: number) {
  const settled = work.catch((error: Error) => error.message);
  await vi.advanceTimersByTimeAsync(ms);
  return settled;
}

test('a short step is one line with its time', async () => {
  expect(await run(step('build', 'the app', takes(400)), 400)).toBe('result');
  expect(lines()).toEqual(['build the app 0.4 s', '']);
});

test('a long step has a line at its start and one at its end', async () => {
  await run(step('install', 'packages', takes(41_000)), 41_000);
  expect(lines()).toEqual(['install packages …', 'install done in 41 s', '']);
});

test('on a terminal the seconds of a step count up in one line', async () => {
  writeTo(true);
  await run(step('install', 'packages', takes(2500)), 2500);
  const shown = written.split('\r\x1b[K').map((line) => line.replace(/ +/g, ' '));
  expect(shown).toEqual([
    '',
    ...[0, 1, 2].map((second) => `install packages … ${second} s`),
    'install packages 2.5 s\n',
  ]);
});

test('a step that fails says so and passes the error on', async () => {
  const failing = step('build', 'the app', () => Promise.reject(new Error('no')));
  expect(await run(failing, 0)).toBe('no');
  expect(lines()).toEqual(['build the app failed after 0.0 s', '']);
});

test('what is usually quick has a line only when it is slow, counted from its true start', async () => {
  expect(await run(stepIfSlow('database', 'PostgreSQL', takes(100)), 600)).toBe('result');
  expect(written).toBe('');
  await run(stepIfSlow('database', 'PostgreSQL', takes(1500)), 1500);
  expect(lines()).toEqual(['database PostgreSQL 1.5 s', '']);
});

test('reports are aligned', () => {
  report('ready', 'here');
  report('database', 'there');
  expect(written).toBe('ready      here\ndatabase   there\n');
});
