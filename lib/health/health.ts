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
  /** Pauses whose resume needs a person. */
  resumes: Readonly<{
    count: number;
    list: readonly {
      pauseId: string;
      runId: string;
      title: string;
      status: string;
      message: string | null;
      at: Date;
    }[];
  }>;
}>;

const dayMs = 24 * 3600_000;
const silentMs = 20_000; // as long as the queue waits before it takes a worker for dead
const shown = 20;

/** How the parts of the product are, as the database knows it. For `events.read`. Throws when the database is away. */
export async function readHealth(services: Pick<Services, 'db' | 'now'>, by: Person): Promise<HealthView> {
  demand(by, 'events.read');
  const { prisma } = services.db;
  const now = services.now();
  const fromGemini = { NOT: { reason: { startsWith: slackRefusal } } };
  const stuck = { resumeStatus: { in: ['unclear', 'refused'] } };
  const [
    latest,
    refusals,
    lastRefusal,
    disabled,
    queue,
    failures,
    workers,
    count,
    pauses,
    newest,
    failing,
    protection,
  ] = await Promise.all([
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
    prisma.pause.count({ where: stuck }),
    prisma.pause.findMany({
      where: stuck,
      orderBy: { updatedAt: 'desc' },
      take: shown,
      select: {
        id: true,
        runId: true,
        resumeStatus: true,
        message: true,
        updatedAt: true,
        run: { select: { title: true } },
      },
    }),
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
    resumes: {
      count,
      list: pauses.map((pause) => ({
        pauseId: pause.id,
        runId: pause.runId,
        title: pause.run.title,
        status: pause.resumeStatus,
        message: pause.message,
        at: pause.updatedAt,
      })),
    },
  };
}
