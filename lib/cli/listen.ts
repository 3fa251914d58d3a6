import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Services } from '@/lib/services';
import { type Command, type Terminal, UsageError } from './command';

const pollMs = 300;
const answerWithinMs = 10_000;
const pageSize = 200;
// An event's time is that of its transaction's begin: one that is committed later may lie before the newest seen.
const overlapMs = 10_000;

/** Passes new webhook events on to a program under development. */
export const listenCommand: Command = {
  usage: 'listen --forward URL',
  does: 'Passes each new stored webhook event on to a local address, as it was received, until it is stopped.',
  options: { forward: { type: 'string' } },
  async run({ services, option }, terminal) {
    const url = forwardAddress(option('forward'));
    let newest = await newestInstant(services);
    let seen = new Map<string, Date>();
    for await (const event of eventsSince(services, newest)) seen.set(event.id, event.receivedAt);
    terminal.out(`Passing new events on to ${url.href}`);
    terminal.out(
      'Headers and bodies are Gemini’s own and cannot be signed anew: the receiver needs the same secret, and after five minutes it refuses the signature.',
    );
    while (!terminal.stop.aborted) {
      for await (const event of eventsSince(services, newest)) {
        if (terminal.stop.aborted) break;
        if (seen.has(event.id)) continue;
        seen.set(event.id, event.receivedAt);
        await forward(services, url, event.id, terminal);
      }
      newest = new Date(Math.max(newest.getTime(), ...[...seen.values()].map((at) => at.getTime())));
      const from = overlapping(newest);
      seen = new Map([...seen].filter(([, at]) => at >= from));
      await sleep(pollMs, undefined, { signal: terminal.stop }).catch(() => undefined);
    }
  },
};

function forwardAddress(text: string | null): URL {
  if (text === null)
    throw new UsageError('--forward is missing: where the events go, such as http://localhost:4000/webhook.');
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new UsageError(`--forward takes an http or https address; found ${text}`);
  }
  return url;
}

const overlapping = (newest: Date): Date => new Date(Math.max(0, newest.getTime() - overlapMs));

async function newestInstant({ db }: Pick<Services, 'db'>): Promise<Date> {
  const newest = await db.prisma.webhookEvent.findFirst({
    orderBy: [{ receivedAt: 'desc' }, { id: 'desc' }],
    select: { receivedAt: true },
  });
  return newest?.receivedAt ?? new Date(0);
}

// Ids first, page by page: bodies are read one at a time, so a flood of events costs no memory.
async function* eventsSince(
  { db }: Pick<Services, 'db'>,
  newest: Date,
): AsyncGenerator<{ id: string; receivedAt: Date }> {
  let after: { id: string; receivedAt: Date } | null = null;
  for (;;) {
    const page: { id: string; receivedAt: Date }[] = await db.prisma.webhookEvent.findMany({
      where: {
        receivedAt: { gte: after?.receivedAt ?? overlapping(newest) },
        ...(after ? { OR: [{ receivedAt: { gt: after.receivedAt } }, { id: { gt: after.id } }] } : {}),
      },
      orderBy: [{ receivedAt: 'asc' }, { id: 'asc' }],
      select: { id: true, receivedAt: true },
      take: pageSize,
    });
    yield* page;
    after = page.at(-1) ?? null;
    if (page.length < pageSize) return;
  }
}

const keptHeaders = z.record(z.string(), z.string());

async function forward({ db }: Pick<Services, 'db'>, to: URL, id: string, terminal: Terminal): Promise<void> {
  const event = await db.prisma.webhookEvent.findUnique({ where: { id } });
  if (event === null) return;
  const { 'content-length': _length, ...headers } = keptHeaders.parse(event.headers);
  const url = new URL(to);
  if (event.runToken !== null && !url.searchParams.has('run')) url.searchParams.set('run', event.runToken);
  const about = `${event.receivedAt.toISOString()}  ${event.type ?? 'unreadable'}  ${id}`;
  const began = performance.now();
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers,
      body: new Uint8Array(event.rawBody),
      redirect: 'manual',
      signal: AbortSignal.any([AbortSignal.timeout(answerWithinMs), terminal.stop]),
    });
    await answer.body?.cancel();
    terminal.out(`${about}  ${answer.status}  ${Math.round(performance.now() - began)} ms`);
  } catch (error) {
    if (terminal.stop.aborted) return;
    terminal.error(`${about}  not delivered: ${reasonOf(error)}`);
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${answerWithinMs / 1000} s`;
  return error.cause instanceof Error ? error.cause.message : error.message;
}
