import { newestCheckpoint } from '@/lib/audit/checkpoint';
import type { Person } from '@/lib/domain/person';
import { demand } from '@/lib/people/people';
import type { Services } from '@/lib/services';
import { slackRefusal } from '@/lib/webhooks/refusals';
import { type FailedJob, failedJobs, historyProtection, type QueueState, queueState } from './store';

export type HealthView = Readonly<{
  at: Date;
  webhook: Readonly<{
    verifiedAt: Date | null; // the latest delivery that was kept
    refusedAt: Date | null; // the latest that was not, to the minute
    refused: readonly { reason: string; count: number }[]; // in the last 24 h
    disabled: readonly { id: string; uri: string; state: string; checkedAt: Date }[];
  }>;
  queue: QueueState & Readonly<{ failures: readonly FailedJob[] }>;
  workers: readonly { id: string; host: string; pid: number; startedAt: Date; beatAt: Date; alive: boolean }[];
  /** The audit log's checkpoints, and the places beside the database that failed to take the last one. */
  checkpoints: Readonly<{
    newest: Readonly<{ size: number; at: Date }> | null;
    protection: 'role' | 'trigger'; // what keeps our own connections from changing the history
    failing: readonly Readonly<{ kind: string; message: string; at: Date }>[];
  }>;
  /** Starts and resumes that need a person. */
  unsettled: Readonly<{
    count: number;
    list: readonly {
      runId: string;
      title: string;
      what: 'start' | 'resume';
      state: 'unclear' | 'refused';
      message: string | null;
      at: Date;
    }[];
  }>;
}>;

const dayMs = 24 * 3600_000;
const silentMs = 20_000; // as long as the queue waits before it takes a worker for dead
const startingMs = 60_000; // a start that is answered at all is answered by then
const shown = 20;

/** How the parts of the product are, as the database knows it. For `events.read`. Throws when the database is away. */
export async function readHealth(services: Pick<Services, 'db' | 'now'>, by: Person): Promise<HealthView> {
  demand(by, 'events.read');
  const { prisma } = services.db;
  const now = services.now();
  const fromGemini = { NOT: { reason: { startsWith: slackRefusal } } };
  const [latest, refusals, lastRefusal, disabled, queue, failures, workers, unsettled, newest, failing, protection] =
    await Promise.all([
      prisma.webhookEvent.findFirst({
        orderBy: [{ receivedAt: 'desc' }, { id: 'desc' }],
        select: { receivedAt: true },
      }),
      prisma.webhookRefusal.groupBy({
        by: ['reason'],
        where: { minute: { gt: new Date(now.getTime() - dayMs) }, ...fromGemini },
        _sum: { count: true },
      }),
      prisma.webhookRefusal.findFirst({
        where: fromGemini,
        orderBy: { minute: 'desc' },
        select: { minute: true },
      }),
      prisma.geminiWebhook.findMany({
        where: { state: { not: 'enabled' } },
        select: { id: true, uri: true, state: true, checkedAt: true },
        take: shown,
      }),
      queueState(services),
      failedJobs(services, shown),
      prisma.worker.findMany({
        orderBy: { beatAt: 'desc' },
        take: shown,
        select: { id: true, host: true, pid: true, startedAt: true, beatAt: true },
      }),
      unsettledNow(services),
      newestCheckpoint(services),
      prisma.checkpointPlace.findMany({ where: { ok: false }, select: { kind: true, message: true, at: true } }),
      historyProtection(services),
    ]);
  return {
    at: now,
    webhook: {
      verifiedAt: latest?.receivedAt ?? null,
      refusedAt: lastRefusal?.minute ?? null,
      refused: refusals
        .map(({ reason, _sum }) => ({ reason, count: _sum.count ?? 0 }))
        .sort((one, other) => other.count - one.count),
      disabled,
    },
    queue: { ...queue, failures },
    workers: workers.map((worker) => ({ ...worker, alive: now.getTime() - worker.beatAt.getTime() < silentMs })),
    checkpoints: { newest: newest && { size: newest.size, at: newest.at }, protection, failing },
    unsettled,
  };
}

/** What no program may settle: newest first. */
async function unsettledNow({ db, now }: Pick<Services, 'db' | 'now'>): Promise<HealthView['unsettled']> {
  const { prisma } = db;
  const resume = { resumeStatus: { in: ['unclear', 'refused'] } };
  const start = {
    status: 'unclear',
    rootInteractionId: null,
    createdAt: { lt: new Date(now().getTime() - startingMs) },
  };
  const newest = { orderBy: { updatedAt: 'desc' as const }, take: shown };
  const [pauseCount, pauses, startCount, starts] = await Promise.all([
    prisma.pause.count({ where: resume }),
    prisma.pause.findMany({
      where: resume,
      ...newest,
      select: { runId: true, resumeStatus: true, message: true, updatedAt: true, run: { select: { title: true } } },
    }),
    prisma.run.count({ where: start }),
    prisma.run.findMany({
      where: start,
      ...newest,
      select: { id: true, title: true, message: true, updatedAt: true },
    }),
  ]);
  const list = [
    ...pauses.map(({ runId, run, resumeStatus, message, updatedAt }) => ({
      runId,
      title: run.title,
      what: 'resume' as const,
      state: resumeStatus === 'refused' ? ('refused' as const) : ('unclear' as const),
      message,
      at: updatedAt,
    })),
    ...starts.map(({ id, title, message, updatedAt }) => ({
      runId: id,
      title,
      what: 'start' as const,
      state: 'unclear' as const,
      message,
      at: updatedAt,
    })),
  ].sort((one, other) => other.at.getTime() - one.at.getTime());
  return { count: pauseCount + startCount, list: list.slice(0, shown) };
}
