import { GoogleGenAI } from '@google/genai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ControlClient, createControlClient } from '@/tests/fakes/gemini/control-client';
import { type FakeGemini, startFakeGemini } from '@/tests/fakes/gemini/server';

let fake: FakeGemini;
let ai: GoogleGenAI;
let client: ControlClient;

beforeAll(async () => {
  fake = await startFakeGemini({ switches: { thinkMs: 1 } });
  ai = new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: fake.url } });
  client = createControlClient(fake.url);
});
beforeEach(() => fake.reset());
afterAll(() => fake.close());

const start = (timeoutMs = 5_000) =>
  ai.interactions.create(
    { model: 'm', input: '@sim {"calls":[{"name":"a","id":"c1"}]}', background: true },
    { maxRetries: 0, timeout_ms: timeoutMs },
  );

describe('faults of the API', () => {
  test.each([
    ['rate_limit', 'RateLimitError', 429],
    ['server_error', 'InternalServerError', 500],
    ['unavailable', 'InternalServerError', 503],
    ['array_error', 'InternalServerError', 500],
    ['not_found', 'NotFoundError', 404],
    ['cut_before', 'APIConnectionError', undefined],
  ] as const)('%s does nothing and reaches the SDK as %s', async (kind, name, status) => {
    fake.addFault({ on: 'start', kind });
    await expect(start()).rejects.toMatchObject({ name, ...(status === undefined ? {} : { status }) });
    expect(fake.stats().interactions).toBe(0);
    expect(fake.requests()[0]).toMatchObject({ operation: 'start', fault: kind, status: status ?? null });
    await expect(start()).resolves.toMatchObject({ status: 'in_progress' });
  });

  test.each([
    ['cut_after', 'APIConnectionError'],
    ['hang_after', 'APIConnectionTimeoutError'],
    ['wrong_content_type', 'APIError'],
  ] as const)('%s does the work all the same', async (kind, name) => {
    fake.addFault({ on: 'start', kind });
    await expect(start(200)).rejects.toMatchObject({ name });
    expect(fake.stats().interactions).toBe(1);
  });

  test('a hanging request does nothing', async () => {
    fake.addFault({ on: 'create', kind: 'hang' });
    await expect(start(100)).rejects.toMatchObject({ name: 'APIConnectionTimeoutError' });
    expect(fake.stats().interactions).toBe(0);
  });

  test('retry-after is sent when asked for', async () => {
    fake.addFault({ on: 'any', kind: 'rate_limit', retryAfterSeconds: 7 });
    const error: unknown = await start().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ status: 429 });
    expect((error as { headers: Headers }).headers.get('retry-after')).toBe('7');
  });

  test('a lost answer makes a careless client branch', async () => {
    const { id } = await start();
    await fake.idle();
    fake.addFault({ on: 'resume', kind: 'cut_after', interactionId: id });
    await ai.interactions.create({
      model: 'm',
      previous_interaction_id: id,
      input: [{ type: 'function_result', call_id: 'c1', name: 'a', result: 'ok' }],
      background: true,
    });
    expect(fake.interactions({ previousId: id })).toHaveLength(2);
  });

  test('a rule can let requests pass first, last for some, or hit by chance', async () => {
    fake.addFault({ on: 'start', kind: 'unavailable', skip: 1, times: 2 });
    const outcomes: string[] = [];
    for (let n = 0; n < 4; n += 1)
      outcomes.push(
        await start().then(
          () => 'ok',
          () => 'refused',
        ),
      );
    expect(outcomes).toEqual(['ok', 'refused', 'refused', 'ok']);
    expect(fake.faults()).toEqual([]);

    fake.addFault({ on: 'start', kind: 'unavailable', probability: 0.5 });
    const chances: string[] = [];
    for (let n = 0; n < 20; n += 1)
      chances.push(
        await start().then(
          () => 'ok',
          () => 'refused',
        ),
      );
    expect(new Set(chances)).toEqual(new Set(['ok', 'refused']));
  });
});

describe('control over HTTP', () => {
  test('does what the direct methods do', async () => {
    await client.waitUntilUp();
    expect((await client.setSwitches({ thinkMs: 0 })).thinkMs).toBe(0);
    await client.addFault({ on: 'get', kind: 'not_found' });
    expect(await client.faults()).toHaveLength(1);
    await client.clearFaults();
    const webhook = await client.registerWebhook({
      uri: 'http://127.0.0.1:9/nobody',
      events: ['interaction.completed'],
    });
    expect(await client.webhooks()).toEqual([webhook]);

    const { id } = await start();
    expect(await client.idle()).toBe(true);
    expect(await client.interactions({ status: 'requires_action' })).toMatchObject([
      { id, pendingCallIds: ['c1'], children: [] },
    ]);
    expect(await client.interaction(id)).toMatchObject({ script: 'directive', request: { background: true } });
    expect(await client.interaction('v1_unknown')).toBeNull();
    const [request] = await client.requests({ operation: 'create' });
    expect(request).toMatchObject({ operation: 'start', interactionId: id, status: 200, body: { model: 'm' } });
    expect(await client.requests({ afterSequence: request?.sequence ?? 0 })).toEqual([]);
    expect(await client.stats()).toMatchObject({ interactions: 1, starts: 1, resumes: 0, branched: [] });
    expect(await client.trigger({ type: 'interaction.completed' })).toHaveLength(1);
    expect((await client.deliveries({ type: 'interaction.completed' })).length).toBe(1);
    expect((await client.advanceClock(3_600_000)).getTime()).toBeGreaterThan(Date.now() + 3_500_000);
    await client.expire(id);
    expect((await client.interaction(id))?.expired).toBe(true);
    await client.reset();
    expect(await client.interactions()).toEqual([]);
  });

  test('bad input is refused with a sentence', async () => {
    await expect(client.setSwitches({ thinkMs: -1 })).rejects.toThrow(/thinkMs.* does not take -1/);
    await expect(client.redeliver('msg_unknown')).rejects.toThrow('404');
  });
});
