import { randomUUID } from 'node:crypto';
import { execute } from '@/lib/launch/database.mjs';
import type { Figure } from '../figures';
import { openListeningPost } from '../listening-post';
import type { Options } from '../options';
import { inScope } from '../scope';
import { environment, freshDatabase, pause, startWorkerProcess } from '../servers';
import { median } from '../statistics';

/** How long a job waits whose worker was killed in the middle of it, while another worker is there to take it. */
export async function measureFreed(benchUrl: string, options: Options): Promise<readonly Figure[]> {
  const waits: number[] = [];
  for (let round = 0; round < Math.min(options.rounds, 3); round++) waits.push(await secondsUntilFreed(benchUrl));
  const part = 'freed';
  const note = `longest of ${waits.length}`;
  return [
    {
      part,
      what: 'job of a killed worker runs again',
      value: Math.max(...waits),
      unit: 's',
      goal: { atMost: 30 },
      note,
    },
    { part, what: 'job of a killed worker runs again, median', value: median(waits), unit: 's' },
  ];
}

async function secondsUntilFreed(benchUrl: string): Promise<number> {
  return inScope(async (scope) => {
    const databaseUrl = await freshDatabase(scope, benchUrl, 'freed');
    const interactionId = `bench-${randomUUID()}`;
    const post = await openListeningPost(scope, () => true);
    const env = environment(databaseUrl, post.url);
    const first = startWorkerProcess(scope, env);
    await workers(databaseUrl, 1);
    await execute(databaseUrl, "select graphile_worker.add_job('interaction.sync', $1::json)", [
      JSON.stringify({ interactionId, runId: null }),
    ]);
    await post.asked(interactionId, { withinMs: 10_000 });
    startWorkerProcess(scope, env);
    await workers(databaseUrl, 2);
    process.kill(first.pid, 'SIGKILL');
    const killedAt = performance.now();
    const askedAgain = await post.asked(interactionId, { count: 2, withinMs: 90_000 });
    return (askedAgain - killedAt) / 1000;
  });
}

async function workers(databaseUrl: string, count: number): Promise<void> {
  for (const end = Date.now() + 30_000; Date.now() < end; await pause(50)) {
    const [row] = await execute(databaseUrl, 'select count(*)::int as count from worker');
    if (row?.count === count) return;
  }
  throw new Error(`There were not ${count} workers within 30 s.`);
}
