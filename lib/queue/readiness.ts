import type { Services } from '@/lib/services';

export type Part = 'database' | 'queue' | 'worker';
export type PartState = Readonly<{ part: Part; up: boolean; message: string }>;

/** Whether the parts that the product needs are up. Answers within three seconds, whatever is down. */
export async function readinessOf(services: Pick<Services, 'db'>): Promise<readonly PartState[]> {
  try {
    const { rows } = await withTimeout(
      services.db.pool.query<{ queue: boolean; workers: number }>(
        `select to_regclass('graphile_worker.jobs') is not null as queue,
                (select count(*)::int from worker where beat_at > now() - interval '20 seconds') as workers`,
      ),
      3_000,
    );
    const [row] = rows;
    const workers = row?.workers ?? 0;
    return [
      { part: 'database', up: true, message: 'answers' },
      {
        part: 'queue',
        up: row?.queue === true,
        message: row?.queue ? 'set up' : 'its tables are missing: run the migrations',
      },
      {
        part: 'worker',
        up: workers > 0,
        message: workers > 0 ? `${workers} alive` : 'none is alive: start one with npm run worker',
      },
    ];
  } catch {
    return [
      { part: 'database', up: false, message: 'does not answer: check DATABASE_URL and the server' },
      { part: 'queue', up: false, message: 'unknown without the database' },
      { part: 'worker', up: false, message: 'unknown without the database' },
    ];
  }
}

async function withTimeout<T>(promise: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
