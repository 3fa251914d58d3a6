import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

/** What the load saw acknowledged: none of it may be lost. */
export type Ledger = {
  started: Map<string, number>; // run id → calls that its first turn makes
  settled: Map<string, { status: string; verdict: string }>; // approval id → what the answer to the deciding vote said
  failedRequests: number;
};

/** Whoever starts a run does not decide it: the developer starts, two others vote. */
export type Keys = Readonly<{ developer: string; first: string; second: string }>;

export type Load = Readonly<{ ledger: Ledger; stop(): Promise<void> }>;

const approvalsPage = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      call_hash: z.string(),
      status: z.string(),
      call: z.object({ arguments: z.record(z.string(), z.unknown()) }),
    }),
  ),
});
type Waiting = z.infer<typeof approvalsPage>['data'][number];

/** Starts runs and lets two people decide what waits, at the same moment and not always the same way, until it is stopped. */
export function startLoad(options: { appUrl: string; keys: Keys; random: () => number }): Load {
  const { appUrl, keys, random } = options;
  const ledger: Ledger = { started: new Map(), settled: new Map(), failedRequests: 0 };
  let running = true;

  async function request(key: string, path: string, body?: unknown): Promise<{ status: number; body: unknown } | null> {
    try {
      const answer = await fetch(`${appUrl}/api/v1${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(20_000),
      });
      return { status: answer.status, body: await answer.json() };
    } catch {
      ledger.failedRequests += 1; // the app was killed under it
      await sleep(100);
      return null;
    }
  }

  let number = 0;
  async function starter(): Promise<void> {
    while (running) {
      number += 1;
      const calls = 1 + Math.floor(random() * 3);
      const answer = await request(keys.developer, '/runs', startBody(number, calls, random() < 0.4));
      const started = z.object({ id: z.string() }).safeParse(answer?.body);
      if (answer?.status === 201 && started.success) ledger.started.set(started.data.id, calls);
      await sleep(random() * 40);
    }
  }

  async function voter(): Promise<void> {
    while (running) {
      const page = approvalsPage.safeParse((await request(keys.first, '/approvals?status=pending&limit=20'))?.body);
      if (!page.success || page.data.data.length === 0) {
        await sleep(50);
        continue;
      }
      await Promise.all(page.data.data.map(decide));
    }
  }

  async function decide(approval: Waiting): Promise<void> {
    const people = random() < 0.3 ? [keys.first, keys.second] : [random() < 0.5 ? keys.first : keys.second];
    await Promise.all(
      people.map(async (key) => {
        const ballot = ballotFor(approval, random());
        const answer = await request(key, `/approvals/${approval.id}/votes`, ballot);
        const said = z.object({ status: z.string() }).safeParse(answer?.body);
        if (answer?.status === 200 && said.success && said.data.status !== 'pending') {
          ledger.settled.set(approval.id, { status: said.data.status, verdict: ballot.verdict });
        }
      }),
    );
  }

  const work = [starter(), starter(), starter(), voter(), voter(), voter()];
  return {
    ledger,
    async stop() {
      running = false;
      await Promise.all(work);
    },
  };
}

const schema = {
  type: 'object',
  properties: { order: { type: 'string' }, amount: { type: 'number' } },
  required: ['order', 'amount'],
};

function startBody(number: number, calls: number, twoTurns: boolean): unknown {
  const call = (name: string, place: number) => ({
    name,
    arguments: { order: `A-${number}-${place}`, amount: place + 1 },
  });
  const turn = { calls: [call('ship', 0)] };
  const directive = {
    calls: Array.from({ length: calls }, (_, place) => call(place % 2 === 0 ? 'refund' : 'ship', place)),
    // biome-ignore lint/suspicious/noThenProperty: the directive's own word; it is only ever written as JSON
    then: twoTurns ? [turn] : [],
    final: 'Done. {{outcomes}}',
  };
  return {
    model: 'gemini-3.8-flash',
    input: `Order ${number}. @sim ${JSON.stringify(directive)}`,
    requester: 'agent@example.com',
    tools: ['refund', 'ship'].map((name) => ({ type: 'function', name, description: name, parameters: schema })),
  };
}

function ballotFor(approval: Waiting, chance: number): { verdict: string; [key: string]: unknown } {
  const call_hash = approval.call_hash;
  if (chance < 0.5) return { verdict: 'approve', call_hash };
  if (chance < 0.65) return { verdict: 'approve', call_hash, arguments: { ...approval.call.arguments, amount: 7.5 } };
  if (chance < 0.85) return { verdict: 'reject', call_hash, reason: 'Not this time', next: 'stop' };
  return { verdict: 'answer', call_hash, result: { status: 'done by hand' } };
}
