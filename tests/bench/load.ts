import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { inRoot, pinnedNode } from '@/lib/launch/project.mjs';
import type { DeliveryPlan } from './deliveries';
import { pause } from './servers';

/** `closed`: as many as can be answered, over so many connections. `open`: so many a second, whatever the answers do. */
export type LoadOrder = Readonly<{ url: string; seconds: number; plan: DeliveryPlan }> &
  ({ kind: 'closed'; connections: number } | { kind: 'open'; perSecond: number });

/** Every delivery counts: `answered` those with 204, `failed` all others. Latencies in milliseconds, of an open loop only. */
export type LoadResult = Readonly<{ seconds: number; answered: number; failed: number; latencies: readonly number[] }>;

export type LoadMessage = { is: 'prepared' } | { is: 'done'; result: LoadResult } | { is: 'failed'; message: string };

/**
 * Sends deliveries from a process of its own, all of them signed before the first is sent. Throws when one is not
 * answered with 204: then there is nothing to measure.
 */
export async function runLoad(order: LoadOrder): Promise<LoadResult> {
  const child = fork(inRoot('tests/bench/load-main.ts'), [], {
    execPath: pinnedNode,
    execArgv: ['--import', 'tsx'],
    stdio: 'inherit',
  });
  try {
    child.send(order);
    await next(child, 'prepared');
    await pause(300); // what the preparation cost the machine is over
    child.send('go');
    const { result } = await next(child, 'done');
    if (result.failed > 0) throw new Error(`${result.failed} of ${result.answered + result.failed} deliveries failed.`);
    return result;
  } finally {
    child.kill('SIGKILL');
  }
}

async function next<Is extends LoadMessage['is']>(child: ChildProcess, is: Is): Promise<LoadMessage & { is: Is }> {
  const ended = new AbortController();
  const [message] = await Promise.race([
    once(child, 'message', { signal: ended.signal }) as Promise<[LoadMessage]>,
    once(child, 'exit', { signal: ended.signal }).then((): [LoadMessage] => [
      { is: 'failed', message: 'The load generator ended by itself.' },
    ]),
  ]).finally(() => ended.abort());
  if (message.is === 'failed') throw new Error(message.message);
  if (message.is !== is) throw new Error(`The load generator said ${message.is} instead of ${is}.`);
  return message as LoadMessage & { is: Is };
}
