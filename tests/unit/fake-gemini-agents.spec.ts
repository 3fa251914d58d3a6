import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demoAgents, demoRuns } from '@/tests/fakes/gemini/demo-scenarios';
import { type FakeGemini, startFakeGemini } from '@/tests/fakes/gemini/server';
import { type FunctionCallStep, isFunctionCall, isObject, type Json, type JsonObject } from '@/tests/fakes/gemini/wire';

let fake: FakeGemini;

beforeAll(async () => {
  fake = await startFakeGemini({ switches: { thinkMs: 0 } });
});
beforeEach(() => fake.reset());
afterAll(() => fake.close());

type Turn = { id: string; status: string; text: string; calls: FunctionCallStep[]; environment: Json };

async function send(body: JsonObject): Promise<Turn> {
  const response = await fetch(`${fake.url}/v1/interactions`, {
    method: 'POST',
    headers: { 'x-goog-api-key': 'k' },
    body: JSON.stringify(body),
  });
  const answer: unknown = await response.json();
  if (!isObject(answer) || typeof answer.id !== 'string') throw new Error(JSON.stringify(answer));
  const steps = Array.isArray(answer.steps)
    ? answer.steps.filter(isObject).map((step) => ({ ...step, type: String(step.type) }))
    : [];
  const texts = steps.flatMap((step: JsonObject) =>
    step.type === 'model_output' && Array.isArray(step.content) ? step.content : [],
  );
  const pending = fake.interaction(answer.id)?.pendingCallIds ?? [];
  return {
    id: answer.id,
    status: String(answer.status),
    text: texts.map((part) => (isObject(part) ? String(part.text) : '')).join('\n'),
    calls: steps.filter(isFunctionCall).filter(({ id }) => pending.includes(id)),
    environment: answer.environment_id ?? null,
  };
}

function profile(name: string): JsonObject {
  const agent = demoAgents.find((one) => one.name === name);
  if (agent === undefined) throw new Error(`no demo agent ${name}`);
  const { target, tools, system_instruction } = agent;
  const config = agent.generation_config === undefined ? {} : { generation_config: agent.generation_config };
  return { ...target, tools, system_instruction, ...config };
}

const begin = (agent: string, input: string): Promise<Turn> => send({ ...profile(agent), input });

function resume(agent: string, { id, calls, environment }: Turn, ...results: Json[]): Promise<Turn> {
  const input = calls.map((call, index) => ({
    type: 'function_result',
    call_id: call.id,
    name: call.name,
    result: results[index] ?? { decision: 'approved', executed: true },
  }));
  return send({
    ...profile(agent),
    previous_interaction_id: id,
    input,
    ...(environment === null ? {} : { environment }),
  });
}

describe('the refund agent', () => {
  const complaint = 'Order A-77: charged twice, refund 40.00 EUR to a@example.com';

  test.each<[string, Json, string]>([
    [
      'approval',
      { decision: 'approved', executed: true, output: { refund_id: 're_9' } },
      'The refund of 40.00 EUR for order A-77 was issued (refund_id: re_9).',
    ],
    [
      'approval without execution',
      { decision: 'approved', executed: false, note: 'A remark for the model, not of a reviewer.' },
      'The refund of 40.00 EUR for order A-77 was approved and has not been carried out by me.',
    ],
    [
      'an unknown outcome',
      { decision: 'approved', status: 'unknown', error: { code: 'TIMEOUT', message: 'No answer from the bank' } },
      'The refund of 40.00 EUR for order A-77 was approved, but it is not known whether it took effect: No answer from the bank.',
    ],
    [
      'rejection',
      { decision: 'rejected', executed: false, reason: 'Paid by voucher', next: 'stop' },
      'The refund of 40.00 EUR for order A-77 was not approved: Paid by voucher.',
    ],
    [
      'rejection that asks',
      { decision: 'rejected', reason: 'Unclear', instruction: 'Do not try again before you have asked the requester.' },
      'The refund of 40.00 EUR for order A-77 was not approved: Unclear. Please tell me how you would like to proceed.',
    ],
    [
      'expiry',
      { decision: 'expired', executed: false },
      'Nobody decided on the refund of 40.00 EUR for order A-77 in time, so nothing was done.',
    ],
    [
      'an answer',
      { decision: 'answered', output: 'Booked by hand, voucher V-17' },
      'For the refund of 40.00 EUR for order A-77 I was given this answer: Booked by hand, voucher V-17.',
    ],
    [
      'text',
      [{ type: 'text', text: 'done by the bank' }],
      'The refund of 40.00 EUR for order A-77 was issued (done by the bank).',
    ],
  ])('reports %s', async (_, result, text) => {
    const done = await resume('refund-desk', await begin('refund-desk', complaint), result);
    expect(done).toMatchObject({ status: 'completed', text });
  });

  test('reports the arguments that a reviewer changed, not its own', async () => {
    const paused = await begin('refund-desk', complaint);
    const used = { ...paused.calls[0]?.arguments, amount: 20 };
    const done = await resume('refund-desk', paused, {
      decision: 'approved',
      executed: true,
      arguments_changed_by_reviewer: true,
      executed_arguments: used,
      reviewer_note: 'Only one item',
    });
    expect(done.text).toBe(
      'The refund of 20.00 EUR for order A-77 was issued. A reviewer changed amount to 20 (I had proposed 40). The reviewer noted: "Only one item"',
    );
  });

  test.each(['retry_differently', 'Another attempt is welcome if it is different.'])(
    'tries once more with less after "%s", and only once',
    async (next) => {
      const rejection = { decision: 'rejected', executed: false, reason: 'Too much', next };
      const second = await resume('refund-desk', await begin('refund-desk', complaint), rejection);
      expect(second.calls[0]?.arguments).toMatchObject({ order_id: 'A-77', amount: 20 });
      expect(await resume('refund-desk', second, rejection)).toMatchObject({ status: 'completed' });
    },
  );
});

test('the release goes on to a second pause, reports both steps, and stops after a refusal', async () => {
  const agent = 'release-manager';
  const prompt = 'Ship billing-worker 5.3.2 to production, rolling. It needs the schema migration.';
  const first = await begin(agent, prompt);
  expect(first.calls[0]?.arguments).toEqual({
    service: 'billing-worker',
    version: '5.3.2',
    environment: 'production',
    strategy: 'rolling',
  });
  const second = await resume(agent, first);
  expect(second.calls[0]?.name).toBe('run_migration');
  const done = await resume(agent, second);
  expect(done.text).toContain('deployment of billing-worker 5.3.2 to production is done');
  expect(done.text).toContain('Migration 20261118_add_settlement_index of billing-worker was applied');

  const refused = await resume(agent, await begin(agent, prompt), { decision: 'rejected', reason: 'Freeze' });
  expect(refused).toMatchObject({
    status: 'completed',
    text: expect.stringContaining('not approved: Freeze. I stopped the release there.'),
  });
});

test('three parallel calls are summed up one by one', async () => {
  const paused = await begin('ticket-closer', 'Close ticket T-1 for account C-5: refund order A-9, 10.00 EUR');
  expect(paused.calls.map(({ name }) => name)).toEqual(['issue_refund', 'send_email', 'update_account']);
  const done = await resume(
    'ticket-closer',
    paused,
    { decision: 'approved', executed: true },
    { decision: 'rejected', reason: 'Tone' },
    { decision: 'expired' },
  );
  expect(done.text.split('\n')).toEqual([
    'The ticket in parts:',
    '- issue_refund: The refund of 10.00 EUR for order A-9 was issued.',
    expect.stringMatching(/^- send_email: .* was not approved: Tone\.$/),
    '- update_account: Nobody decided on the change of account C-5 in time, so nothing was done.',
  ]);
});

test('mail comes with markup, and from forwarded text with characters that cannot be seen', async () => {
  expect((await begin('customer-writer', 'Write to a@example.com about the delay')).text).toContain('<script>');
  const hidden = await begin('customer-writer', 'Reply to the forwarded message about payment details');
  expect(hidden.text).toMatch(/\p{Bidi_Control}/u);
  expect(JSON.stringify(hidden.calls[0]?.arguments)).toMatch(/[\u200b\u202e]/);
});

test('records are counted before their deletion is asked for', async () => {
  const counted = await begin('data-steward', "Purge from web_sessions where last_seen_at < '2025-01-01'");
  expect(counted.calls[0]).toMatchObject({
    name: 'count_records',
    arguments: { table: 'web_sessions', filter: "last_seen_at < '2025-01-01'" },
  });
  const asked = await resume('data-steward', counted, { decision: 'approved', executed: true, output: { rows: 12 } });
  expect(asked.calls[0]).toMatchObject({
    name: 'delete_records',
    arguments: { table: 'web_sessions', estimated_rows: 12 },
  });
  expect((await resume('data-steward', asked)).text).toContain('The deletion of about 12 rows from web_sessions');
});

describe('any declared function', () => {
  const tool = (name: string, parameters: JsonObject = { type: 'object' }): JsonObject => ({
    type: 'function',
    name,
    parameters,
  });

  test('is called with arguments that fit its schema', async () => {
    const parameters: JsonObject = {
      type: 'object',
      properties: {
        level: { enum: ['low', 'high'] },
        count: { type: 'integer', minimum: 10 },
        when: { type: 'string', format: 'date' },
        tags: { type: 'array', items: { type: 'string', minLength: 12 } },
        nested: { $ref: '#/$defs/point' },
        choice: { anyOf: [{ type: 'null' }, { type: 'string' }] },
      },
      $defs: { point: { type: 'object', properties: { x: { type: 'number', maximum: 3 } } } },
    };
    const { calls } = await send({ model: 'm', input: 'Do it', tools: [tool('first', parameters), tool('second')] });
    expect(calls).toHaveLength(1);
    expect(calls[0]?.arguments).toEqual({
      level: 'low',
      count: 10,
      when: '2026-12-01',
      tags: ['tagsxxxxxxxx'],
      nested: { x: 3 },
      choice: null,
    });
  });

  test('is called when the prompt names it, several in parallel', async () => {
    const { calls } = await send({
      model: 'm',
      input: 'Call three and one.',
      tools: [tool('one'), tool('two'), tool('three')],
    });
    expect(calls.map(({ name }) => name)).toEqual(['one', 'three']);
  });
});

describe('the directive', () => {
  const tools = [
    { type: 'function', name: 'f' },
    { type: 'function', name: 'g' },
  ];
  const answer = (
    turn: Turn,
    result: Json = { decision: 'approved', executed: true },
    declared: Json = tools,
  ): Promise<Turn> =>
    send({
      model: 'm',
      previous_interaction_id: turn.id,
      tools: declared,
      input: turn.calls.map(({ id, name }) => ({ type: 'function_result', call_id: id, name, result })),
    });

  test('scripts a chain with its end', async () => {
    const script = `@sim {
      "calls": [{"name": "f", "arguments": {"text": "with } and {"}, "id": "c1"}],
      "then": [{"calls": [{"name": "g"}, {"name": "f"}]}],
      "final": "Over.\\n{{outcomes}}",
      "status": "incomplete"
    }`;
    const first = await send({ model: 'm', tools, input: `Please ${script} thanks` });
    expect(first.calls).toMatchObject([{ id: 'c1', name: 'f', arguments: { text: 'with } and {' } }]);
    const second = await answer(first);
    expect(second.calls.map(({ name }) => name)).toEqual(['g', 'f']);
    expect(await answer(second, { decision: 'rejected', reason: 'No' })).toMatchObject({
      status: 'incomplete',
      text: 'Over.\nThe call of g was not approved: No.\nThe call of f was not approved: No.',
    });
  });

  test('branches go on independently of each other', async () => {
    const first = await send({
      model: 'm',
      tools,
      input: '@sim {"calls":[{"name":"f"}],"then":[{"calls":[{"name":"g"}]}],"final":"Over."}',
    });
    const [left, right] = [await answer(first), await answer(first)];
    expect([left.calls[0]?.name, right.calls[0]?.name]).toEqual(['g', 'g']);
    expect([(await answer(left)).text, (await answer(right)).text]).toEqual(['Over.', 'Over.']);
  });

  test('without tools a resumed turn cannot call and fails', async () => {
    const first = await send({
      model: 'm',
      tools,
      input: '@sim {"calls":[{"name":"f"}],"then":[{"calls":[{"name":"g"}]}]}',
    });
    expect(await answer(first, 'ok', [])).toMatchObject({ status: 'failed' });
  });

  test.each(['failed', 'cancelled', 'incomplete', 'budget_exceeded', 'completed', 'requires_action', 'something_new'])(
    'ends in %s',
    async (status) => {
      expect(await send({ model: 'm', input: `@sim {"status":"${status}"}` })).toMatchObject({ status, calls: [] });
    },
  );
});

test('a research plan pauses without a call and goes on with words', async () => {
  const body: JsonObject = {
    agent: 'deep-research-preview-04-2026',
    agent_config: { type: 'deep-research', collaborative_planning: true },
  };
  const plan = await send({ ...body, input: 'Study the market' });
  expect(plan).toMatchObject({
    status: 'requires_action',
    calls: [],
    text: expect.stringContaining('Shall I go ahead?'),
  });
  expect(await send({ ...body, previous_interaction_id: plan.id, input: 'Go ahead' })).toMatchObject({
    status: 'completed',
  });
});

test.each(demoRuns.map((run): [string, string] => [run.agent, run.input]))(
  'the demo run of %s reaches a pause: %s',
  async (agent, input) => {
    const paused = await begin(agent, input);
    expect(paused.status).toBe('requires_action');
    expect(paused.calls.length).toBeGreaterThan(0);
    expect((await resume(agent, paused)).status).toMatch(/^(completed|requires_action)$/);
  },
);

test('only the chosen agents play', async () => {
  await expect(startFakeGemini({ scenarios: ['nobody'] })).rejects.toThrow('no scripted agent "nobody"');
});
