import { describe, expect, test } from 'vitest';
import { enqueue } from '@/lib/queue/enqueue';
import { handleJob, jobNames } from '@/lib/queue/handlers';
import { readinessOf } from '@/lib/queue/readiness';
import { abandonedAttempts, beat, freeJobsOfTheDead, requeueOverdue } from '@/lib/queue/store';
import { type RunningWorker, startWorker } from '@/lib/worker';
import { ada, approving } from '@/tests/support/builders';
import { oneCall, openWorld, threeCalls, type World } from '@/tests/support/world';

/** A worker that stops before its world ends. */
async function aWorker(world: World): Promise<RunningWorker & AsyncDisposable> {
  const worker = await startWorker(world.services);
  return { ...worker, [Symbol.asyncDispose]: () => worker.stop() };
}

const jobs = async (world: World) => {
  const { rows } = await world.services.db.pool.query<{
    name: string;
    key: string | null;
    locked: boolean;
    attempts: number;
  }>(
    `select task_identifier as name, key, locked_at is not null as locked, attempts from graphile_worker.jobs order by id`,
  );
  return rows;
};

describe('a real worker', () => {
  test('takes a run from its start to its end; two at once do nothing twice', async () => {
    await using world = await openWorld();
    const workers = [await startWorker(world.services), await startWorker(world.services)];
    const run = await world.start(threeCalls);
    await expect.poll(() => world.approvals(run.id), { timeout: 10_000 }).toHaveLength(3);
    const approvals = await world.approvals(run.id);
    await Promise.all(approvals.map((approval) => world.vote(approval, ada, approving(approval))));
    await expect.poll(async () => (await world.run(run.id)).status, { timeout: 10_000 }).toBe('completed');
    expect(world.resumes(run.interactionId)).toHaveLength(1);
    await Promise.all(workers.map((worker) => worker.stop()));
    expect(await world.prisma.worker.count()).toBe(0);
  });

  test('starts by doing what was missed while nobody ran', async () => {
    await using world = await openWorld({ switches: { drop: true } });
    const run = await world.start(oneCall);
    await world.gemini.idle();
    await world.prisma.run.update({ where: { id: run.id }, data: { nextReadAt: new Date(0) } });
    await using _worker = await aWorker(world);
    await expect.poll(() => world.approvals(run.id), { timeout: 10_000 }).toHaveLength(1);
  });

  test('runs a job that died with another worker', async () => {
    await using world = await openWorld({ webhooks: 'none' });
    const run = await world.start({ final: 'Done.' });
    await world.gemini.idle();
    await world.prisma.$transaction((tx) =>
      enqueue(tx, 'interaction.sync', { interactionId: run.interactionId, runId: run.id }),
    );
    await world.services.db.pool.query(
      `update graphile_worker._private_jobs set locked_by = 'worker-dead', locked_at = now() - interval '21 seconds', attempts = 1`,
    );
    await using _worker = await aWorker(world);
    await expect.poll(async () => (await world.run(run.id)).status, { timeout: 10_000 }).toBe('completed');
  });

  test('is known as the owner of the jobs in its hands, so that nobody frees them', async () => {
    await using world = await openWorld({ webhooks: 'none' });
    const run = await world.start({ final: 'Done.' });
    await world.gemini.idle();
    world.gemini.addFault({ on: 'get', kind: 'hang' });
    await world.prisma.$transaction((tx) =>
      enqueue(tx, 'interaction.sync', { interactionId: run.interactionId, runId: run.id }),
    );
    await using _worker = await aWorker(world);
    // Beside it stand the jobs that tend the history.
    const reading = async () => (await jobs(world)).filter(({ name }) => name === 'interaction.sync');
    await expect.poll(async () => (await reading()).map(({ locked }) => locked), { timeout: 10_000 }).toEqual([true]);
    await world.services.db.pool.query(
      `update graphile_worker._private_jobs set locked_at = locked_at - interval '1 hour'`,
    );
    expect(await freeJobsOfTheDead(world.services)).toBe(0);
    expect(await reading()).toMatchObject([{ locked: true }]);
    await world.gemini.close(); // what hangs is cut off, and the worker can stop
  });

  test('goes on sweeping when one thing to sweep is broken', async () => {
    await using world = await openWorld({ webhooks: 'none', variables: { RECONCILE_SECONDS: '0.2' } });
    const run = await world.start({ final: 'Done.' });
    await world.gemini.idle();
    // A claim of old whose attempt is gone: giving it up fails each time.
    const broken = await world.start(oneCall);
    await world.gemini.idle();
    await world.services.db.pool.query(
      `insert into pause (id, run_id, interaction_id, resume_status, attempt_id, claimed_at)
       values ('pau_broken', $1, $2, 'sending', 'att_gone', now() - interval '1 hour')`,
      [broken.id, broken.interactionId],
    );
    await world.services.db.pool.query('update run set next_read_at = now() where id = $1', [run.id]);
    await using _worker = await aWorker(world);
    await expect.poll(async () => (await world.run(run.id)).status, { timeout: 10_000 }).toBe('completed');
  });
});

describe('jobs of the dead', () => {
  async function locked(world: World, owner: string, secondsAgo: number): Promise<void> {
    await world.prisma.$transaction((tx) => enqueue(tx, 'approval.expire', { approvalId: owner }, { key: owner }));
    await world.services.db.pool.query(
      `update graphile_worker._private_jobs set locked_by = $1, locked_at = now() - make_interval(secs => $2) where key = $1`,
      [owner, secondsAgo],
    );
  }
  const identity = (id: string) => ({ id, host: 'h', pid: 1, startedAt: new Date() });

  test('are freed after twenty seconds; those of the living, however long they take, are not', async () => {
    await using world = await openWorld({ webhooks: 'none' });
    await beat(world.services, identity('wrk_alive'), ['living']);
    await beat(world.services, identity('wrk_silent'), ['silent']);
    await world.services.db.pool.query(
      `update worker set beat_at = now() - interval '21 seconds' where id = 'wrk_silent'`,
    );
    await locked(world, 'living', 3_600);
    await locked(world, 'silent', 3_600);
    await locked(world, 'never heard of', 30);
    await locked(world, 'just begun', 5);
    expect(await freeJobsOfTheDead(world.services)).toBe(2);
    const held = (await jobs(world)).filter((job) => job.locked).map(({ key }) => key);
    expect(held).toEqual(['living', 'just begun']);
    expect(await freeJobsOfTheDead(world.services)).toBe(0);
  });
});

describe('what should have happened a minute ago', () => {
  test('is queued again when its job is lost or used up, and left alone while its job will still run', async () => {
    await using world = await openWorld();
    const { approvals } = await world.paused(oneCall);
    const key = `expire:${approvals[0]?.id}`;
    const setJob = (change: string) =>
      world.services.db.pool.query(`update graphile_worker._private_jobs set ${change} where key = $1`, [key]);
    const runAt = async () => {
      const { rows } = await world.services.db.pool.query<{ at: Date; attempts: number }>(
        'select run_at as at, attempts from graphile_worker.jobs where key = $1',
        [key],
      );
      return rows[0];
    };
    world.advance(86_400_000);

    // It failed and waits for its next try: the pause that the queue gives it stays.
    await setJob(`attempts = 3, run_at = now() + interval '1 hour'`);
    await requeueOverdue(world.services);
    expect(await runAt()).toMatchObject({ attempts: 3 });

    await setJob('attempts = max_attempts');
    await requeueOverdue(world.services);
    expect(await runAt()).toMatchObject({ attempts: 0 });

    await world.services.db.pool.query('delete from graphile_worker._private_jobs');
    await requeueOverdue(world.services);
    expect((await jobs(world)).map((job) => job.key)).toEqual([key]);
  });

  test('a pause that is ready goes out although its job is gone', async () => {
    await using world = await openWorld();
    const { run, approvals } = await world.paused(oneCall);
    for (const approval of approvals) await world.vote(approval, ada, approving(approval));
    await world.services.db.pool.query('delete from graphile_worker._private_jobs');
    await requeueOverdue(world.services);
    await world.settle();
    expect(world.resumes(run.interactionId)).toEqual([]);
    world.advance(61_000);
    await requeueOverdue(world.services);
    await world.settle();
    expect(world.resumes(run.interactionId)).toHaveLength(1);
  });

  test('a claim counts as abandoned only when no answer can come any more', async () => {
    await using world = await openWorld();
    const { run } = await world.paused(oneCall);
    const claim = (seconds: number) =>
      world.services.db.pool.query(
        `update pause set resume_status = 'sending', attempt_id = 'att_1', claimed_at = now() - make_interval(secs => $1) where interaction_id = $2`,
        [seconds, run.interactionId],
      );
    await claim(40); // a create is cut off after thirty
    expect(await abandonedAttempts(world.services)).toEqual([]);
    await claim(46);
    expect(await abandonedAttempts(world.services)).toMatchObject([{ attemptId: 'att_1' }]);
  });
});

describe('jobs', () => {
  test('a second one with the same key replaces the first', async () => {
    await using world = await openWorld({ webhooks: 'none' });
    const later = new Date(Date.now() + 60_000);
    await world.prisma.$transaction(async (tx) => {
      await enqueue(tx, 'pause.settle', { pauseId: 'a' }, { key: 'settle:a', runAt: later });
      await enqueue(tx, 'pause.settle', { pauseId: 'a' }, { key: 'settle:a' });
    });
    expect(await jobs(world)).toHaveLength(1);
  });

  test('every handler is safe to repeat for what does not exist', async () => {
    await using world = await openWorld({ webhooks: 'none' });
    const core = {
      eventId: 'x',
      interactionId: 'x',
      runId: null,
      pauseId: 'x',
      approvalId: 'x',
      checkpointId: '0',
      verificationId: 'x',
      version: 0,
      after: null,
      backtestId: 'x',
      personId: 'x',
      email: 'x@example.com',
    };
    for (const name of jobNames.filter((job) => !job.startsWith('slack.'))) {
      await handleJob(world.services, name, core);
      await handleJob(world.services, name, core);
    }
    expect(await world.actions()).toEqual([]);
  });

  test('a payload of another version is refused, not guessed at', async () => {
    await using world = await openWorld({ webhooks: 'none' });
    await expect(handleJob(world.services, 'pause.settle', { pause: 'x' })).rejects.toThrow();
  });
});

describe('readiness', () => {
  test('names what is down', async () => {
    await using world = await openWorld({ webhooks: 'none' });
    const states = async () =>
      Object.fromEntries((await readinessOf(world.services)).map(({ part, up }) => [part, up]));
    expect(await states()).toMatchObject({ database: true, queue: true, worker: false });
    const worker = await startWorker(world.services);
    expect(await states()).toMatchObject({ worker: true });
    await worker.stop();
    expect(await states()).toMatchObject({ worker: false });
  });
});
