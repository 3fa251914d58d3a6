import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { bareId, hasEnded, outputText, parseInteraction, pendingCalls, textsOf } from '@/lib/domain/interaction';
import { type Json, type JsonObject, storable } from '@/lib/domain/json';

const folder = path.join(import.meta.dirname, 'fixtures/interactions');
const sample = (name: string): unknown => JSON.parse(fs.readFileSync(path.join(folder, `${name}.json`), 'utf8'));
const read = (name: string) => parseInteraction(sample(name));

describe('every sample of an interaction', () => {
  const facts = {
    'create-response.background': ['in_progress', []],
    'requires-action.one-call': ['requires_action', ['8f2b1a3c issue_refund']],
    'requires-action.one-call.no-user-input': ['requires_action', ['8f2b1a3c issue_refund']],
    'requires-action.three-calls': [
      'requires_action',
      ['a10f33d1 issue_refund', 'b77c02e9 send_email', 'c45d91f0 update_account'],
    ],
    'requires-action.agent.builtin-and-pending': ['requires_action', ['d0000003 issue_refund']],
    'legacy-outputs.requires-action': ['requires_action', []],
    'resume-response.in-progress': ['in_progress', []],
    completed: ['completed', []],
    failed: ['failed', []],
    cancelled: ['cancelled', []],
  } as const;

  test('each has its facts here', () => {
    expect(
      fs
        .readdirSync(folder)
        .map((file) => path.basename(file, '.json'))
        .toSorted(),
    ).toEqual(Object.keys(facts).toSorted());
  });

  test.each(Object.entries(facts))('%s', (name, [status, calls]) => {
    const interaction = read(name);
    expect(interaction.status).toBe(status);
    expect(pendingCalls(interaction).map((call) => `${call.id} ${call.name}`)).toEqual(calls);
  });

  test('a call’s arguments arrive as the model made them', () => {
    expect(pendingCalls(read('requires-action.one-call'))[0]?.arguments).toEqual({
      order_id: 'A-1001',
      amount: 49.9,
      currency: 'EUR',
      reason: 'Duplicate charge',
    });
  });

  test('model or agent, parent, environment, output and errors are read', () => {
    expect(read('requires-action.agent.builtin-and-pending')).toMatchObject({
      target: 'antigravity-preview-09-2026',
      environmentId: 'fc155701-ea68-4846-973f-f2943e35cdde',
    });
    expect(read('completed').previousId).toBe(read('requires-action.one-call').id);
    expect(outputText(read('completed').steps)).toContain('has been refunded');
    expect(read('failed').errors).toEqual([
      { code: 'internal_error', message: 'The interaction failed while running.' },
    ]);
    expect(outputText(read('failed').steps)).toBeNull();
  });
});

const call = (id: string, args: Json = {}) => ({ type: 'function_call', id, name: `f_${id}`, arguments: args });
const answer = (id: string, type = 'function_result') => ({ type, call_id: id, result: 'ok' });
const pending = (...steps: JsonObject[]) =>
  pendingCalls(parseInteraction({ id: 'i', status: 'requires_action', steps })).map(({ id }) => id);

describe('a call is pending when no result after it names it', () => {
  test('order decides: a result before its call answers nothing', () => {
    expect(pending(answer('a'), call('a'))).toEqual(['a']);
    expect(pending(call('a'), answer('a'))).toEqual([]);
  });

  test('a timeline may begin with the parent’s results, and ids may come again', () => {
    expect(pending(answer('a'), call('b'), call('a'))).toEqual(['b', 'a']);
    expect(pending(call('a'), answer('a'), call('a'))).toEqual(['a']);
  });

  test('any kind of result answers', () => {
    expect(pending(call('a'), answer('a', 'some_new_result'))).toEqual([]);
  });

  test('steps of unknown types and broken calls are passed over, and kept', () => {
    const odd: JsonObject = { type: 'hologram', payload: { x: 1 } };
    expect(
      pending(odd, { type: 'function_call', id: 7, name: 'f' }, { type: 'function_call', id: 'x' }, call('a')),
    ).toEqual(['a']);
    expect(parseInteraction({ id: 'i', status: 's', steps: [odd] }).steps).toEqual([odd]);
  });

  test('only at requires_action', () => {
    for (const status of ['in_progress', 'completed', 'cancelled', 'queued', 'something_new']) {
      expect(pendingCalls(parseInteraction({ id: 'i', status, steps: [call('a')] }))).toEqual([]);
    }
  });

  test('arguments that are no object count as none', () => {
    for (const args of ['{"a":1}', null, [1]]) {
      const interaction = parseInteraction({ id: 'i', status: 'requires_action', steps: [call('a', args)] });
      expect(pendingCalls(interaction)[0]?.arguments).toEqual({});
    }
  });
});

describe('what an agent wrote arrives whole', () => {
  const argumentsOf = (text: string) => {
    const steps = [{ ...call('a'), arguments: JSON.parse(text) as Json }];
    return pendingCalls(parseInteraction({ id: 'i', status: 'requires_action', steps }))[0]?.arguments;
  };

  test('a member named __proto__, which our database client drops, is shown under a name that it keeps', () => {
    const text = '{"to":"ada","__proto__":{"bcc":"eve"},"nested":{"__proto__":1},"said":"__proto__"}';
    expect(JSON.stringify(argumentsOf(text))).toBe(
      '{"to":"ada","[__proto__]":{"bcc":"eve"},"nested":{"[__proto__]":1},"said":"__proto__"}',
    );
  });

  test('NUL and halves of surrogate pairs, which cannot be stored, are made visible', () => {
    expect(argumentsOf('{"a":"x\\u0000y","b\\u0000":"\\ud800","c":["\\udc00"],"d":"\\\\u0000"}')).toEqual({
      a: 'x␀y',
      'b␀': '\ufffd',
      c: ['\ufffd'],
      d: '\\u0000',
    });
  });

  test('what can be stored is the very same value', () => {
    const value = { a: '😀 ü \\ud800', b: [1, null] };
    expect(storable(value)).toBe(value);
  });
});

test.each([
  ['not an object', 'text'],
  ['without an id', { status: 'completed' }],
  ['with an empty id', { id: '', status: 'completed' }],
  ['without a status', { id: 'i' }],
])('an answer %s is no interaction', (_name, value) => {
  expect(() => parseInteraction(value)).toThrow();
});

test('odd values of what may be missing count as missing', () => {
  expect(
    parseInteraction({
      id: 'interactions/i',
      status: 's',
      model: 5,
      created: 'yesterday',
      usage: [],
      errors: 'x',
      steps: null,
    }),
  ).toMatchObject({ id: 'i', target: null, created: null, usage: null, errors: [], steps: [] });
});

test('ids come with and without their collection', () => {
  expect(bareId('interactions/abc')).toBe('abc');
  expect(bareId('abc')).toBe('abc');
});

test('texts are found in every form of content', () => {
  expect(textsOf(['a', { type: 'text', text: 'b' }, { type: 'image' }, [{ text: 'c' }]])).toEqual(['a', 'b', 'c']);
});

test.each([
  ['completed', true],
  ['failed', true],
  ['cancelled', true],
  ['incomplete', true],
  ['budget_exceeded', true],
  ['requires_action', false],
  ['in_progress', false],
  ['queued', false],
  ['requires_continuation', false],
  ['a_new_word', false],
])('%s: ended %s', (status, ended) => {
  expect(hasEnded(status)).toBe(ended);
});
