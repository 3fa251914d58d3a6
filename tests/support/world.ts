import { createHmac } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { POST } from '@/app/api/webhooks/gemini/route';
import { giveUpAttempt } from '@/lib/approvals/resume';
import { approvalParts, toApproval } from '@/lib/approvals/store';
import { vote } from '@/lib/approvals/vote';
import type { Approval, Ballot, VoteOutcome } from '@/lib/domain/approval';
import { type Actor, system } from '@/lib/domain/audit';
import type { Json } from '@/lib/domain/json';
import type { Person } from '@/lib/domain/person';
import type { ContinuationProfile } from '@/lib/domain/profile';
import type { Surface } from '@/lib/domain/tier';
import { handleJob } from '@/lib/queue/handlers';
import type { JobName } from '@/lib/queue/jobs';
import { abandonedAttempts } from '@/lib/queue/store';
import { queueDueReadings } from '@/lib/runs/reconcile';
import { type StartedRun, type StartRun, startRun } from '@/lib/runs/start';
import type { Services } from '@/lib/services';
import { freshDatabase } from '@/tests/db/database';
import type { Directive } from '@/tests/fakes/gemini/scripts/directive';
import { startFakeGemini } from '@/tests/fakes/gemini/server';
import type { ReceivedRequest } from '@/tests/fakes/gemini/state';
import type { Switches } from '@/tests/fakes/gemini/switches';
import { aSigningSecret, testServices } from './services';

export const fromApi = { surface: 'api' as const };

export const aProfile: ContinuationProfile = {
  model: 'gemini-3.8-flash',
  system_instruction: 'Be careful with other people’s money.',
  generation_config: { temperature: 0.2 },
  tools: ['issue_refund', 'send_email', 'update_account'].map((name) => ({
    type: 'function',
    name,
    description: `What ${name} does.`,
    parameters: {
      type: 'object',
      properties: { amount: { type: 'number' }, to: { type: 'string' } },
    },
  })),
};

export const oneCall: Directive = { calls: [{ name: 'issue_refund', arguments: { amount: 49.9 }, id: 'c1' }] };
export const aSecondCall: Directive = {
  calls: [{ name: 'send_email', arguments: { to: 'ada@example.com' }, id: 'c2' }],
};
export const threeCalls: Directive = {
  calls: [
    { name: 'issue_refund', arguments: { amount: 49.9 }, id: 'c1' },
    { name: 'send_email', arguments: { to: 'ada@example.com' }, id: 'c2' },
    { name: 'update_account', arguments: {}, id: 'c3' },
  ],
};

/** The first turn, and after each resume the next. */
export const chainOf = (first: Directive, ...turns: Directive[]): Directive => ({
  ...first,
  // biome-ignore lint/suspicious/noThenProperty: the simulator's word
  then: turns,
});

/** The prompt that makes the simulated model do exactly this. */
export const sim = (directive: Directive): string => `@sim ${JSON.stringify(directive)}`;

/** A job that failed, and why; the queue would try it again. */
export type FailedJob = Readonly<{ name: string; message: string }>;

/**
 * The product on a database of its own, with a simulated Gemini that delivers to the real webhook route, and a clock that
 * both share. Jobs run when the test says so, in the order of the queue, one at a time.
 */
export async function openWorld(
  options: {
    variables?: Readonly<Record<string, string>>;
    switches?: Partial<Switches>;
    webhooks?: 'static' | 'dynamic' | 'none';
  } = {},
) {
  const webhooks = options.webhooks ?? 'static';
  const database = await freshDatabase();
  const gemini = await startFakeGemini({
    switches: { thinkMs: 1, deliveryClock: 'simulated', ...options.switches },
  });
  const door = await openDoor();
  const secret = aSigningSecret();
  let offsetMs = 0;
  const services = testServices({
    databaseUrl: database.url,
    gemini,
    now: () => new Date(Date.now() + offsetMs),
    variables: {
      APP_URL: door.url,
      GEMINI_WEBHOOK_SECRET: secret,
      GEMINI_WEBHOOKS: webhooks === 'dynamic' ? 'dynamic' : 'static',
      ...options.variables,
    },
  });
  enter(services);
  if (webhooks === 'static') gemini.registerWebhook({ uri: `${door.url}/api/webhooks/gemini`, secret });
  const { prisma, pool } = services.db;
  const failed: FailedJob[] = [];

  // The queue counts in microseconds and a Date in milliseconds: a job of this very millisecond is due.
  async function takeJob(): Promise<{ id: string; name: JobName; payload: unknown } | undefined> {
    const { rows } = await pool.query<{ id: string; name: JobName; payload: unknown }>(
      `update graphile_worker._private_jobs job set locked_at = now(), locked_by = 'test', attempts = attempts + 1
       from graphile_worker._private_tasks task
       where task.id = job.task_id and job.id = (
         select id from graphile_worker._private_jobs
         where locked_at is null and attempts < max_attempts and run_at < $1::timestamptz + interval '1 millisecond'
         order by priority, run_at, id limit 1)
       returning job.id::text, task.identifier as name, job.payload`,
      [services.now()],
    );
    return rows[0];
  }

  /** Runs every job that is due; returns how many. One that fails comes again later, as in the queue. */
  async function work(): Promise<number> {
    for (let done = 0; ; done++) {
      const job = await takeJob();
      if (job === undefined) return done;
      try {
        await handleJob(services, job.name, job.payload);
        await pool.query('select graphile_worker.complete_jobs(array[$1]::bigint[])', [job.id]);
      } catch (error) {
        failed.push({ name: job.name, message: error instanceof Error ? error.message : String(error) });
        await pool.query(
          `update graphile_worker._private_jobs set locked_at = null, locked_by = null,
             run_at = $2::timestamptz + make_interval(secs => exp(least(attempts, 10))) where id = $1`,
          [job.id, services.now()],
        );
      }
    }
  }

  /** Lets turns, deliveries and jobs happen until nothing more is due. */
  async function settle(): Promise<void> {
    do {
      if (!(await gemini.idle())) throw new Error('the simulated Gemini does not come to rest');
    } while ((await work()) > 0);
  }

  async function start(
    directive: Directive,
    change: Partial<StartRun> = {},
  ): Promise<StartedRun & { interactionId: string }> {
    const run = await startRun(services, aStart(sim(directive), change));
    return { ...run, interactionId: run.interactionId ?? '' };
  }

  return {
    services,
    prisma,
    gemini,
    secret,
    failed,
    doorUrl: door.url,
    databaseUrl: database.url,
    adminUrl: database.adminUrl,
    work,
    settle,
    start,
    /** Starts a run and lets it come to its pause. */
    async paused(directive: Directive, change: Partial<StartRun> = {}) {
      const run = await start(directive, change);
      await settle();
      return { run, approvals: await approvalsOf(services, run.id) };
    },
    approvals: (runId: string) => approvalsOf(services, runId),
    async approval(id: string): Promise<Approval> {
      return toApproval(await prisma.approval.findUniqueOrThrow({ where: { id }, include: approvalParts }));
    },
    async vote(approval: Approval, by: Person, ballot: Ballot, surface: Surface = 'api'): Promise<VoteOutcome> {
      // Whoever votes has an account: later votes look at who has voted.
      const { id, name, email, role } = by;
      await prisma.user.createMany({ data: { id, name, email, role }, skipDuplicates: true });
      const outcome = await vote(services, { approvalId: approval.id, ballot, by, surface, context: { surface } });
      if (outcome === null) throw new Error('there is no such approval');
      return outcome;
    },
    run: (id: string) => prisma.run.findUniqueOrThrow({ where: { id } }),
    pauseAt: (interactionId: string) => prisma.pause.findUniqueOrThrow({ where: { interactionId } }),
    attempts: (interactionId: string) =>
      prisma.resumeAttempt.findMany({ where: { pause: { interactionId } }, orderBy: { number: 'asc' } }),
    /** Every request that continued this interaction, as it arrived at Gemini. */
    resumes: (interactionId: string): ReceivedRequest[] =>
      gemini.requests({ operation: 'resume', previousId: interactionId }),
    async actions(where: { runId?: string; approvalId?: string } = {}): Promise<string[]> {
      const entries = await prisma.auditEntry.findMany({ where, orderBy: { seq: 'asc' }, select: { action: true } });
      return entries.map(({ action }) => action);
    },
    /** Moves both clocks forward; what falls due happens at the next `settle`. */
    advance(ms: number): void {
      offsetMs += ms;
      gemini.advanceClock(ms);
    },
    /** Reads every unfinished run whose time has come. */
    async reconcile(): Promise<void> {
      await queueDueReadings(services);
      await settle();
    },
    /** What a sweep does after a sender vanished: its claim is as old as that takes. */
    async sweepVanishedSenders(): Promise<void> {
      await pool.query(`update pause set claimed_at = now() - interval '1 hour' where resume_status = 'sending'`);
      for (const { pauseId, attemptId } of await abandonedAttempts(services))
        await giveUpAttempt(services, pauseId, attemptId);
    },
    /** Posts a delivery to the route itself, signed as by our own webhook unless headers say otherwise. */
    async deliver(body: string | Buffer, change: { id?: string; run?: string; headers?: Record<string, string> } = {}) {
      const id = change.id ?? `msg_${Math.random().toString(36).slice(2)}`;
      const timestamp = Math.floor(services.now().getTime() / 1000);
      const run = change.run === undefined ? '' : `?run=${change.run}`;
      const response = await POST(
        new Request(`http://app.test/api/webhooks/gemini${run}`, {
          method: 'POST',
          body: new Uint8Array(Buffer.from(body)),
          headers: {
            'webhook-id': id,
            'webhook-timestamp': String(timestamp),
            'webhook-signature': signed(secret, id, timestamp, body),
            ...change.headers,
          },
        }),
      );
      return { id, status: response.status };
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await gemini.close();
      await door.close();
      await services.db.close();
      await database.drop();
    },
  };
}

export type World = Awaited<ReturnType<typeof openWorld>>;

export const aStart = (input: Json, change: Partial<StartRun> = {}): StartRun => ({
  source: { profile: aProfile },
  input,
  requester: null,
  metadata: {},
  by: null,
  actor: anActor,
  context: fromApi,
  idempotencyKey: null,
  ...change,
});

export const anActor: Actor = { ...system, type: 'api_key', id: 'key_1', name: 'Tests' };

/** The body of an event as Gemini words it. */
export const anEvent = (type: string, id: string): string =>
  JSON.stringify({ type, version: 'v1', timestamp: '2026-11-22T12:00:00Z', data: { id } });

async function approvalsOf(services: Services, runId: string): Promise<Approval[]> {
  const rows = await services.db.prisma.approval.findMany({
    where: { runId },
    include: approvalParts,
    orderBy: [{ createdAt: 'asc' }, { position: 'asc' }],
  });
  return rows.map(toApproval);
}

function signed(secret: string, id: string, timestamp: number, body: string | Buffer): string {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')}`;
}

// The route finds its services where the app keeps them.
function enter(services: Services): void {
  (globalThis as typeof globalThis & { countersignServices?: Services }).countersignServices = services;
}

/** An address on which the webhook route listens, as behind any server. */
async function openDoor(): Promise<{ url: string; close(): Promise<void> }> {
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const headers = Object.entries(request.headers).flatMap(([name, value]): [string, string][] =>
      value === undefined ? [] : [[name, String(value)]],
    );
    const body = new Uint8Array(Buffer.concat(chunks));
    const answer = await POST(
      new Request(`http://${request.headers.host}${request.url}`, { method: 'POST', headers, body }),
    );
    response.writeHead(answer.status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
