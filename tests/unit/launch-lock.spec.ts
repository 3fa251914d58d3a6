import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { claim, isAlive, signature, withLock } from '@/lib/launch/lock.mjs';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-lock-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** The number of a process that has ended. */
const endedPid = () => spawnSync(process.execPath, ['-e', '']).pid;

describe('a lock', () => {
  test('lets one piece of work in at a time', async () => {
    const file = path.join(folder, 'turns');
    const log: string[] = [];
    const work = (name: string) => async () => {
      log.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, 20));
      log.push(`${name} ends`);
    };
    await Promise.all([withLock(file, 'first', work('a')), withLock(file, 'second', work('b'))]);
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
    expect(fs.existsSync(file)).toBe(false);
  });

  test('is free again after its work failed', async () => {
    const file = path.join(folder, 'failed');
    await expect(withLock(file, 'work', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(claim(file)).toBe(true);
  });

  test('is taken over from a process that died, and from nobody else', () => {
    const file = path.join(folder, 'abandoned');
    fs.writeFileSync(file, signature());
    expect([claim(file), claim(file)]).toEqual([false, false]);
    fs.writeFileSync(file, `${endedPid()} 1`);
    expect([claim(file), claim(file)]).toEqual([false, true]); // cleared, then taken
  });

  test('stays with the child that was made its holder', async () => {
    const file = path.join(folder, 'handed');
    await withLock(file, 'work', async (holdFor) => {
      holdFor(process.ppid);
      expect(fs.readFileSync(file, 'utf8')).toBe(signature(process.ppid));
    });
  });
});

describe('the signature of a process', () => {
  test('is alive while the process is', () => {
    expect(isAlive(signature())).toBe(true);
    expect(isAlive(String(endedPid()))).toBe(false);
    expect(isAlive('')).toBe(false);
  });

  test.runIf(process.platform === 'linux')('differs from that of an earlier process with the same number', () => {
    expect(isAlive(`${process.pid} 1`)).toBe(false);
  });
});
