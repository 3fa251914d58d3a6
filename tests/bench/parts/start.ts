import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { anyFreePort } from '@/lib/launch/ports.mjs';
import { startNode } from '@/lib/launch/processes.mjs';
import type { Figure } from '../figures';
import type { Options } from '../options';
import { inScope } from '../scope';
import { environment, logFile, pause } from '../servers';
import { median } from '../statistics';

const readyWithinMs = 60_000;

/** `npm start` of the built app until it is ready: with a database folder still to be made, and with one from before. */
export async function measureStart(_benchUrl: string, options: Options): Promise<readonly Figure[]> {
  const rounds: { cold: number; warm: number }[] = [];
  for (let round = 0; round < options.rounds; round++) rounds.push(await startTwice());
  const part = 'start';
  return [
    {
      part,
      what: 'npm start to ready, new database folder',
      value: median(rounds.map(({ cold }) => cold)),
      unit: 's',
      goal: { below: 5 },
      note: 'initdb and migrations included',
    },
    {
      part,
      what: 'npm start to ready, database folder from before',
      value: median(rounds.map(({ warm }) => warm)),
      unit: 's',
    },
  ];
}

async function startTwice(): Promise<{ cold: number; warm: number }> {
  return inScope(async (scope) => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-bench-'));
    fs.chmodSync(folder, 0o755); // root's PostgreSQL runs as another user, who must get in
    scope.onEnd(async () => fs.rmSync(folder, { recursive: true, force: true }));
    return { cold: await secondsToReady(folder), warm: await secondsToReady(folder) };
  });
}

async function secondsToReady(dataDir: string): Promise<number> {
  return inScope(async (scope) => {
    const port = await anyFreePort();
    const url = `http://127.0.0.1:${port}`;
    const env = {
      ...environment('', null),
      DATA_DIR: dataDir,
      PORT: String(port),
      APP_URL: url,
      COUNTERSIGN_SWEEP: '', // that of the benchmark's own database
    };
    const since = performance.now();
    const app = startNode('app', ['lib/launch/main.mjs', 'start'], { env, log: logFile('start') });
    scope.onEnd(() => app.stop());
    for (; performance.now() - since < readyWithinMs; await pause(20)) {
      const answer = await fetch(`${url}/api/ready`, { signal: AbortSignal.timeout(2_000) }).catch(() => null);
      await answer?.body?.cancel();
      if (answer?.ok) return (performance.now() - since) / 1000;
    }
    throw new Error(`The app was not ready after ${readyWithinMs / 1000} s.\n${app.tail()}`);
  });
}
