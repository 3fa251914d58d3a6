import { GoogleGenAI, type Interactions } from '@google/genai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type FakeGemini, INVALID_API_KEY, startFakeGemini } from '@/tests/fakes/gemini/server';
import { isObject, type JsonObject } from '@/tests/fakes/gemini/wire';

let fake: FakeGemini;
let ai: GoogleGenAI;

beforeAll(async () => {
  fake = await startFakeGemini({ switches: { thinkMs: 1 } });
  ai = new GoogleGenAI({ apiKey: 'test-key', httpOptions: { baseUrl: fake.url } });
});
beforeEach(() => fake.reset());
afterAll(() => fake.close());

const MODEL = 'gemini-3.8-flash';
const refundTool: Interactions.Tool = { type: 'function', name: 'issue_refund', parameters: { type: 'object' } };
const threeCalls = '@sim {"calls":[{"name":"a","id":"c1"},{"name":"b","id":"c2"},{"name":"c","id":"c3"}]}';
const oneCall = '@sim {"calls":[{"name":"a","id":"c1","arguments":{"n":1}}]}';

async function pause(input: string): Promise<string> {
  const { id } = await ai.interactions.create({ model: MODEL, input, background: true });
  await fake.idle();
  return id;
}

async function post(body: unknown, headers: Record<string, string> = { 'x-goog-api-key': 'k' }) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(`${fake.url}/v1/interactions`, { method: 'POST', headers, body: text });
  const answer: unknown = await response.json();
  const error = isObject(answer) && isObject(answer.error) ? answer.error : {};
  return { status: response.status, code: error.code, message: String(error.message), error };
}

const result = (callId: string, name: string): JsonObject => ({
  type: 'function_result',
  call_id: callId,
  name,
  result: 'ok',
});

describe('the way of an interaction', () => {
  test('a background start answers at once without steps, pauses later, and is resumed as a new interaction', async () => {
    const started = await ai.interactions.create({
      model: MODEL,
      input: 'mara@example.com was charged twice for order A-10, refund 49.90 EUR',
      tools: [refundTool],
      background: true,
    });
    expect(started.status).toBe('in_progress');
    expect(started.steps).toEqual([]); // put there by the SDK; the wire has none
    await fake.idle();

    const paused = await ai.interactions.get(started.id);
    expect(paused.status).toBe('requires_action');
    expect(paused.steps?.map(({ type }) => type)).toEqual(['user_input', 'thought', 'function_call']);
    expect(paused).not.toHaveProperty('tools');
    expect(paused.usage?.total_tokens).toBeGreaterThan(0);
    const call = paused.steps?.find((step) => step.type === 'function_call');
    if (call?.type !== 'function_call') throw new Error('no call');
    expect(call.arguments).toEqual({
      order_id: 'A-10',
      amount: 49.9,
      currency: 'EUR',
      reason: 'Duplicate charge',
      customer_email: 'mara@example.com',
    });

    const resumed = await ai.interactions.create({
      model: MODEL,
      previous_interaction_id: started.id,
      input: [
        {
          type: 'function_result',
          call_id: call.id,
          name: call.name,
          result: { decision: 'approved', executed: true, output: { refund_id: 're_1' } },
        },
      ],
      tools: [refundTool],
      background: true,
    });
    expect(resumed.id).not.toBe(started.id);
    expect(resumed.previous_interaction_id).toBe(started.id);
    await fake.idle();
    const done = await ai.interactions.get(resumed.id);
    expect(done.status).toBe('completed');
    expect(done.steps?.[0]?.type).toBe('function_result');
    expect(done.output_text).toBe('The refund of 49.90 EUR for order A-10 was issued (refund_id: re_1).');
    expect((await ai.interactions.get(started.id)).status).toBe('requires_action');
  });

  test('ids are v1_ and a protobuf of root and own id, and a chain keeps its root', async () => {
    const first = await pause(oneCall);
    const { id: second } = await ai.interactions.create({
      model: MODEL,
      previous_interaction_id: first,
      input: [{ type: 'function_result', call_id: 'c1', name: 'a', result: 'ok' }],
      background: true,
    });
    const [a, b] = [first, second].map((id) => Buffer.from(id.replace(/^v1_/, ''), 'base64url').toString('latin1'));
    const root = a?.slice(2, 25) ?? '';
    expect(a).toBe(`\n\u0017${root}\u0012\u0017${root}`);
    expect(b?.slice(0, 25)).toBe(a?.slice(0, 25));
    expect(b?.slice(27)).not.toBe(a?.slice(27));
  });

  test('a foreground request waits for the turn and answers only what it generated', async () => {
    const done = await ai.interactions.create({ model: MODEL, input: 'Hello' });
    expect(done.status).toBe('completed');
    expect(done.steps?.map(({ type }) => type)).toEqual(['thought', 'model_output']);
  });

  test('/v1beta serves the same', async () => {
    const beta = new GoogleGenAI({ apiKey: 'k', apiVersion: 'v1beta', httpOptions: { baseUrl: fake.url } });
    const { id } = await beta.interactions.create({ model: MODEL, input: 'Hello', background: true });
    await fake.idle();
    expect((await beta.interactions.get(id)).status).toBe('completed');
    expect(fake.requests({ operation: 'start' })[0]?.path).toBe('/v1beta/interactions');
  });

  test('a stream tells each step and ends with the status of the turn', async () => {
    const stream = await ai.interactions.create({ model: MODEL, input: oneCall, stream: true });
    const events: string[] = [];
    let args = '';
    let last: unknown;
    for await (const event of stream) {
      events.push(event.event_type ?? '');
      if (event.event_type === 'step.delta' && event.delta?.type === 'arguments_delta') args += event.delta.arguments;
      last = event;
    }
    expect(events[0]).toBe('interaction.created');
    expect(JSON.parse(args)).toEqual({ n: 1 });
    expect(last).toMatchObject({ event_type: 'interaction.completed', interaction: { status: 'requires_action' } });
  });

  test('a stream goes on after the last event that was seen', async () => {
    const id = await pause(oneCall);
    const read = async (lastEventId?: string) => {
      const after = lastEventId === undefined ? {} : { last_event_id: lastEventId };
      const ids: string[] = [];
      for await (const { event_id: eventId } of await ai.interactions.get(id, { stream: true, ...after }))
        ids.push(eventId ?? '');
      return ids;
    };
    const all = await read();
    expect(await read('e2')).toEqual(all.slice(2));
    expect(await read('e5')).toEqual(all.slice(5));
  });

  test('the same pause resumed twice gives two branches, unless the switch refuses the second', async () => {
    const id = await pause(oneCall);
    const resume = () =>
      post({ model: MODEL, previous_interaction_id: id, input: [result('c1', 'a')], background: true });
    expect([(await resume()).status, (await resume()).status]).toEqual([200, 200]);
    expect(fake.interactions({ previousId: id })).toHaveLength(2);
    expect(fake.stats().branched).toEqual([{ id, children: fake.interaction(id)?.children }]);
    fake.setSwitches({ secondResume: 'refuse' });
    expect(await resume()).toMatchObject({ status: 400, message: expect.stringContaining('function response turn') });
  });

  test('cancelling works on what runs, deleting on everything, and both are final', async () => {
    const running = await ai.interactions.create({ model: MODEL, input: '@sim {"delayMs":60000}', background: true });
    expect((await ai.interactions.cancel(running.id)).status).toBe('cancelled');
    expect((await ai.interactions.get(running.id)).status).toBe('cancelled');
    const paused = await pause(oneCall);
    await expect(ai.interactions.cancel(paused)).rejects.toMatchObject({ status: 400 });
    await ai.interactions.delete(paused);
    await expect(ai.interactions.get(paused)).rejects.toMatchObject({
      status: 404,
      error: { error: { code: 'not_found' } },
    });
  });

  test('an interaction is gone after its retention, or on demand', async () => {
    fake.setSwitches({ retentionMs: 86_400_000 });
    const [old, kept] = [await pause(oneCall), await pause(oneCall)];
    fake.expire(kept);
    await expect(ai.interactions.get(kept)).rejects.toMatchObject({ status: 404 });
    expect((await ai.interactions.get(old)).id).toBe(old);
    fake.advanceClock(86_400_001);
    await expect(ai.interactions.get(old)).rejects.toMatchObject({ status: 404 });
    expect(await post({ model: MODEL, previous_interaction_id: old, input: [result('c1', 'a')] })).toMatchObject({
      status: 404,
    });
  });

  test("another project's interactions are not found", async () => {
    const id = await pause(oneCall);
    const other = new GoogleGenAI({ apiKey: 'other/key', httpOptions: { baseUrl: fake.url } });
    await expect(other.interactions.get(id)).rejects.toMatchObject({ status: 404 });
  });
});

describe('what a create request is refused for', () => {
  const start = { model: MODEL, input: 'x' };

  test.each([
    ['no JSON', '{', 'could not be parsed'],
    ['an unknown key', { ...start, labels: {} }, '"labels"'],
    ['an unknown key inside', { ...start, generation_config: { top_k: 1 } }, '"generation_config.top_k"'],
    ['the removed schema', { model: MODEL, input: [{ role: 'user', content: 'x' }] }, 'legacy Interactions API schema'],
    ['neither model nor agent', { input: 'x' }, 'Exactly one'],
    ['both model and agent', { ...start, agent: 'a' }, 'Exactly one'],
    ['webhook_config in the foreground', { ...start, webhook_config: { uris: [] } }, 'requires "background"'],
    ['a background that is not stored', { ...start, store: false, background: true }, '"store" cannot be false'],
    [
      'a chain that is not stored',
      { ...start, store: false, previous_interaction_id: 'v1_x' },
      '"store" cannot be false',
    ],
    ['no input', { model: MODEL }, '"input" is required'],
    ['results without a pause', { model: MODEL, input: [result('c1', 'a')] }, 'function response turn'],
  ])('%s', async (_, body, message) => {
    expect(await post(body)).toMatchObject({
      status: 400,
      code: 'invalid_request',
      message: expect.stringContaining(message),
    });
    expect(fake.stats().interactions).toBe(0);
  });

  test('a missing or wrong key, in the form of the gateway', async () => {
    expect(await post(start, {})).toMatchObject({ status: 403, error: { code: 403, status: 'PERMISSION_DENIED' } });
    expect(await post(start, { 'x-goog-api-key': INVALID_API_KEY })).toMatchObject({
      status: 400,
      error: { status: 'INVALID_ARGUMENT', details: [{ reason: 'API_KEY_INVALID' }] },
    });
  });

  test.each([
    ['an unknown interaction', 404, 'v1_unknown', [result('c1', 'a')], 'not found'],
    [
      'a result without call_id',
      400,
      null,
      [{ type: 'function_result', name: 'a', result: 'x' }],
      'Invalid input received.',
    ],
    [
      'a result without name',
      400,
      null,
      [{ type: 'function_result', call_id: 'c1', result: 'x' }],
      'Invalid input received.',
    ],
    [
      'a result without result',
      400,
      null,
      [{ type: 'function_result', call_id: 'c1', name: 'a' }],
      'Invalid input received.',
    ],
    ['a result with an id', 400, null, [{ ...result('c1', 'a'), id: 'x' }], 'Invalid input received.'],
    ['a result that is a number', 400, null, [{ ...result('c1', 'a'), result: 7 }], 'Invalid input received.'],
    ['a call that is not pending', 400, null, [result('c9', 'a')], 'matches no pending'],
    ['another name', 400, null, [result('c1', 'b')], 'expected "a"'],
    ['not all calls', 400, null, [result('c1', 'a'), result('c2', 'b')], 'number of function response parts'],
    ['words instead of results', 400, null, 'never mind', 'number of function response parts'],
  ])('a resume with %s', async (_, status, previous, input, message) => {
    const paused = await pause(threeCalls);
    const body = { model: MODEL, previous_interaction_id: previous ?? paused, input, background: true };
    expect(await post(body)).toMatchObject({ status, message: expect.stringContaining(message) });
    expect(fake.interaction(paused)?.children).toEqual([]);
  });

  test('a resume of what still runs, or has ended', async () => {
    const body = { model: MODEL, input: [result('c1', 'a')] };
    const running = await ai.interactions.create({ model: MODEL, input: '@sim {"delayMs":60000}', background: true });
    expect(await post({ ...body, previous_interaction_id: running.id })).toMatchObject({
      status: 400,
      message: expect.stringContaining('in progress'),
    });
    const ended = await ai.interactions.create({ model: MODEL, input: 'x' });
    expect(await post({ ...body, previous_interaction_id: ended.id })).toMatchObject({
      status: 400,
      message: expect.stringContaining("name 'a'"),
    });
  });

  test('with the switch, a part of the results is taken and the rest stays pending', async () => {
    fake.setSwitches({ acceptPartialResults: true });
    const paused = await pause(threeCalls);
    await post({ model: MODEL, previous_interaction_id: paused, input: [result('c2', 'b')], background: true });
    await fake.idle();
    expect(fake.interactions({ previousId: paused })[0]).toMatchObject({
      status: 'requires_action',
      pendingCallIds: ['c1', 'c3'],
    });
  });

  test('an agent needs its environment again, and the first answer does not have it', async () => {
    const agent = 'antigravity-preview-09-2026';
    const started = await ai.interactions.create({
      agent,
      input: 'Refund order A-1',
      tools: [refundTool],
      background: true,
    });
    expect(started.environment_id).toBeUndefined();
    await fake.idle();
    const paused = await ai.interactions.get(started.id);
    const [pending] = fake.interaction(started.id)?.pendingCallIds ?? [];
    expect(paused.steps?.filter(({ type }) => type === 'function_call')).toHaveLength(2);
    const body = {
      agent,
      previous_interaction_id: started.id,
      input: [result(pending ?? '', 'issue_refund')],
      tools: [refundTool],
    };
    expect(await post(body)).toMatchObject({
      status: 400,
      message: expect.stringContaining('"environment" is required'),
    });
    expect(await post({ ...body, environment: paused.environment_id, background: true })).toMatchObject({
      status: 200,
    });
  });
});

test('reads follow the switches', async () => {
  fake.setSwitches({ firstReadsNotFound: 2, omitUserInput: true, echoTools: true });
  const { id } = await ai.interactions.create({ model: MODEL, input: 'Hello', tools: [refundTool], background: true });
  await fake.idle();
  for (const _ of [1, 2]) await expect(ai.interactions.get(id)).rejects.toMatchObject({ status: 404 });
  const read = await ai.interactions.get(id, { include_input: true });
  expect(read.steps?.some(({ type }) => type === 'user_input')).toBe(false);
  expect(read.tools).toEqual([refundTool]);
});

test('the whole chain is shown when the timeline is switched to it', async () => {
  fake.setSwitches({ timeline: 'chain' });
  const id = await pause(oneCall);
  await post({ model: MODEL, previous_interaction_id: id, input: [result('c1', 'a')], background: true });
  await fake.idle();
  const [child] = fake.interactions({ previousId: id });
  expect((await ai.interactions.get(child?.id ?? '')).steps?.map(({ type }) => type)).toEqual([
    'user_input',
    'thought',
    'function_call',
    'function_result',
    'thought',
    'model_output',
  ]);
});

test('the simulator does not start in production', async () => {
  const before = process.env.NODE_ENV;
  Object.assign(process.env, { NODE_ENV: 'production' });
  try {
    await expect(startFakeGemini()).rejects.toThrow('NODE_ENV=production');
    await (await startFakeGemini({ allowProductionNodeEnv: true })).close();
  } finally {
    Object.assign(process.env, { NODE_ENV: before });
  }
});
