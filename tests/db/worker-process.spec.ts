import { expect, test } from 'vitest';
import { inRoot } from '@/lib/launch/project.mjs';
import { ensureWorkerBundle, workerBundle } from '@/lib/launch/worker-bundle.mjs';
import { superviseWorker } from '@/lib/worker-process';
import { oneCall, openWorld } from '@/tests/support/world';

test('a worker beside the app takes jobs, is started anew when it dies, and is gone after a stop', async () => {
  await ensureWorkerBundle();
  await using world = await openWorld();
  const alive = () => world.prisma.worker.findMany({ select: { pid: true }, orderBy: { startedAt: 'asc' } });
  const worker = superviseWorker(inRoot(workerBundle), {
    env: {
      DATABASE_URL: world.services.env.databaseUrl,
      APP_SECRET: 'a secret of this test, long enough for all',
      GEMINI_API_KEY: 'sim-key',
      GOOGLE_GEMINI_BASE_URL: world.gemini.url,
      LOG_LEVEL: 'silent',
      NODE_ENV: 'production',
    },
  });
  try {
    const first = worker.pid() ?? 0;
    await expect.poll(alive, { timeout: 20_000 }).toEqual([{ pid: first }]);
    const run = await world.start(oneCall);
    await expect.poll(() => world.approvals(run.id), { timeout: 10_000 }).toHaveLength(1);

    process.kill(first, 'SIGKILL');
    await expect.poll(async () => (await alive()).map(({ pid }) => pid), { timeout: 20_000 }).toHaveLength(2);
    expect(worker.pid()).not.toBe(first);
  } finally {
    await worker.stop();
  }
  expect(worker.pid()).toBeNull();
  expect(await alive()).toHaveLength(1); // the one that was killed could not sign off; its beats have stopped
}, 60_000);
