import { once } from 'node:events';
import http from 'node:http';
import autocannon from 'autocannon';
import { type SignedDelivery, signedDelivery } from './deliveries';
import type { LoadMessage, LoadOrder, LoadResult } from './load';

// The load generator: a process of its own, so that preparing and sending take no time from what is measured.
process.on('disconnect', () => process.exit());

const mostPerSecond = 6_000; // more than one Next process answers; each delivery must be a new one

const say = (message: LoadMessage): void => void process.send?.(message);

try {
  const [order] = (await once(process, 'message')) as [LoadOrder];
  const send = order.kind === 'closed' ? closedLoop(order) : openLoop(order);
  say({ is: 'prepared' });
  await once(process, 'message');
  say({ is: 'done', result: await send() });
} catch (error) {
  say({ is: 'failed', message: error instanceof Error ? error.message : String(error) });
}

function closedLoop(order: LoadOrder & { kind: 'closed' }): () => Promise<LoadResult> {
  const each = Math.ceil((order.seconds * mostPerSecond) / order.connections);
  const prepared = Array.from({ length: order.connections }, (_, connection) =>
    Array.from({ length: each }, (_, index) => {
      const { headers, body } = signedDelivery(order.plan, connection * each + index);
      return { method: 'POST' as const, headers, body };
    }),
  );
  return async () => {
    const result = await autocannon({
      url: order.url,
      connections: order.connections,
      duration: order.seconds,
      setupClient: (client) => client.setRequests(prepared.pop() ?? []),
    });
    const failed = result.non2xx + result.errors + result.timeouts;
    return { seconds: result.duration, answered: result['2xx'], failed, latencies: [] };
  };
}

/**
 * Arrivals at random, as from many senders that know nothing of each other; the same for every server. A latency counts
 * from the moment of sending, and no answer holds back the next request.
 */
function openLoop(order: LoadOrder & { kind: 'open' }): () => Promise<LoadResult> {
  const random = seededRandom(7);
  const arrivals: { atMs: number; delivery: SignedDelivery }[] = [];
  for (let atMs = 0; atMs < order.seconds * 1000; atMs += (-Math.log(1 - random()) * 1000) / order.perSecond) {
    arrivals.push({ atMs, delivery: signedDelivery(order.plan, arrivals.length) });
  }
  const agent = new http.Agent({ keepAlive: true, maxSockets: 256 });
  return async () => {
    const start = performance.now();
    const answers: Promise<number | null>[] = [];
    for (const { atMs, delivery } of arrivals) {
      const wait = start + atMs - performance.now();
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      answers.push(timed(order.url, agent, delivery));
    }
    const latencies = (await Promise.all(answers)).filter((latency) => latency !== null);
    agent.destroy();
    const failed = arrivals.length - latencies.length;
    return { seconds: order.seconds, answered: latencies.length, failed, latencies };
  };
}

function timed(url: string, agent: http.Agent, { headers, body }: SignedDelivery): Promise<number | null> {
  return new Promise((resolve) => {
    const sentAt = performance.now();
    const request = http.request(url, { method: 'POST', agent, headers, timeout: 10_000 }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode === 204 ? performance.now() - sentAt : null));
    });
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve(null));
    request.end(body);
  });
}

/** mulberry32: the same numbers in every run. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
