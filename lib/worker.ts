import 'server-only';
import { EventEmitter } from 'node:events';
import os from 'node:os';
import { Logger, run, type WorkerEvents } from 'graphile-worker';
import pg from 'pg';
import { giveUpAttempt } from './approvals/resume';
import { queueIndexing } from './audit/index-entries';
import { verifyDaily } from './audit/verification';
import { newId } from './ids';
import { log } from './log';
import { handleJob, jobNames } from './queue/handlers';
import {
  abandonedAttempts,
  beat,
  beatMs,
  freeJobsOfTheDead,
  queueCheckpoint,
  queueGrowth,
  requeueOverdue,
  requeueReceipts,
  signOff,
} from './queue/store';
import { queueRetention } from './retention/apply';
import { queueDueReadings } from './runs/reconcile';
import { ReadLater } from './runs/sync';
import type { Services } from './services';
import { type SlackUpkeep, slackUpkeep } from './slack/upkeep';
import { recordRefusals } from './webhooks/record-refusals';

export type RunningWorker = Readonly<{ id: string; stop(): Promise<void> }>;

// Jobs mostly wait for Gemini; more at once would only queue up for the two pools of database connections.
const concurrency = 8;
const growthMs = 1_000; // entries of history are in the tree some seconds after they were written
const pollMs = 1_000; // jobs for later (undo windows, deadlines, retries) start at most this late

/**
 * Starts a worker in this process: it takes jobs, says every few seconds that it lives, frees the jobs of those that no
 * longer do, and queues readings of unfinished runs. `stop` finishes the jobs in hand. Any number may run at once.
 */
export async function startWorker(services: Services): Promise<RunningWorker> {
  const identity = { id: newId('wrk'), host: os.hostname(), pid: process.pid, startedAt: new Date() };
  const owners: string[] = [];
  const events: WorkerEvents = new EventEmitter();
  events.on('pool:create', ({ workerPool }) => owners.push(workerPool.id)); // the name in the lock of each job
  events.on('job:error', ({ job, error }) => {
    // A reading that must wait is no fault; the queue tries again by itself.
    if (error instanceof ReadLater) log.info({ job: job.task_identifier, attempt: job.attempts }, 'job.later');
    else log.error({ job: job.task_identifier, jobId: job.id, attempt: job.attempts, err: error }, 'job.failed');
  });

  const pgPool = new pg.Pool({
    connectionString: services.env.databaseUrl,
    // Taking a job and taking it off the queue need not wait for the disk: after a crash of the database it runs once more.
    options: '-c TimeZone=UTC -c synchronous_commit=off',
    max: concurrency + 2,
    application_name: `countersign ${identity.id}`,
  });
  // A broken connection is seen again, and reported, by whoever needs one next.
  pgPool.on('error', () => undefined);
  pgPool.on('connect', (client) => client.on('error', () => undefined));
  const runner = await run({
    pgPool,
    concurrency,
    pollInterval: pollMs,
    preset: { worker: { completeJobBatchDelay: 0 } }, // what ends in the same moment is taken off in one statement
    noHandleSignals: true,
    parsedCronItems: [],
    events,
    logger: queueLogger,
    taskList: Object.fromEntries(
      jobNames.map((name) => [name, (payload: unknown) => handleJob(services, name, payload)]),
    ),
  });
  await beat(services, identity, owners);
  log.info({ worker: identity.id }, 'worker.started');

  await upkeep('retention', () => queueRetention(services));
  const slack = slackUpkeep(services);
  let sweeping: Promise<void> = Promise.resolve();
  const timer = setInterval(
    () => {
      sweeping = sweeping.then(() => sweep(services, identity, owners, slack));
    },
    Math.min(beatMs, services.env.reconcileSeconds * 1000),
  );
  sweeping = sweep(services, identity, owners, slack); // what was missed while nobody ran
  let growing: Promise<void> = Promise.resolve();
  const growth = setInterval(() => {
    growing = growing.then(() => upkeep('growth of the log', () => queueGrowth(services)));
  }, growthMs);

  return {
    id: identity.id,
    async stop() {
      clearInterval(timer);
      clearInterval(growth);
      await Promise.all([sweeping, growing]);
      await slack.stop();
      await runner.stop();
      await signOff(services, identity.id).catch(() => undefined); // the database may be gone already
      await pgPool.end();
      log.info({ worker: identity.id }, 'worker.stopped');
    },
  };
}

async function sweep(
  services: Services,
  identity: Parameters<typeof beat>[1],
  owners: readonly string[],
  slack: SlackUpkeep,
): Promise<void> {
  await upkeep('beat', () => beat(services, identity, owners));
  await upkeep('slack', () => slack.tick());
  await upkeep('jobs of the dead', async () => {
    const freed = await freeJobsOfTheDead(services);
    if (freed > 0) log.warn({ freed }, 'worker.freed_jobs_of_the_dead');
  });
  await upkeep('abandoned attempts', async () => {
    for (const { pauseId, attemptId } of await abandonedAttempts(services))
      await upkeep('abandoned attempt', () => giveUpAttempt(services, pauseId, attemptId));
  });
  await upkeep('search', () => queueIndexing(services));
  await upkeep('overdue', () => requeueOverdue(services));
  await upkeep('refusals', () => recordRefusals(services));
  await upkeep('receipts', () => requeueReceipts(services));
  await upkeep('checkpoints', () => queueCheckpoint(services));
  await upkeep('verification', () => verifyDaily(services));
  await upkeep('readings', () => queueDueReadings(services));
}

// One thing that cannot be done must not keep the others from being done; the next sweep tries it again.
async function upkeep(part: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    log.error({ err: error, part }, 'worker.sweep_failed');
  }
}

// graphile-worker reports each job at `info`; ours report themselves.
const queueLogger = new Logger(() => (level, message) => {
  // What became of a job is told by `job:error`.
  if (level === 'error' && !message.startsWith('Failed task')) log.error({ message }, 'queue');
  else if (level === 'warning') log.warn({ message }, 'queue');
});
