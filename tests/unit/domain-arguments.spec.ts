import { describe, expect, test } from 'vitest';
import { argumentProblems } from '@/lib/domain/arguments';
import type { JsonObject } from '@/lib/domain/json';
import { refundSchema } from '@/tests/support/builders';

const problems = (args: JsonObject, schema: JsonObject | null = refundSchema) => argumentProblems(args, schema);
const paths = (args: JsonObject, schema?: JsonObject) => problems(args, schema).map(({ path }) => path);
const of = (property: JsonObject): JsonObject => ({ type: 'object', properties: { a: property } });

describe('edited arguments keep the types that the tool declared', () => {
  test.each<[string, JsonObject, string[]]>([
    ['right', { order_id: 'A', amount: 5 }, []],
    ['"5" is not 5', { order_id: 'A', amount: '5' }, ['/amount']],
    ['5 is not "5"', { order_id: 5, amount: 5 }, ['/order_id']],
    ['true is not 1', { order_id: 'A', amount: true }, ['/amount']],
    ['null is no number', { order_id: 'A', amount: null }, ['/amount']],
    ['[5] is not 5', { order_id: 'A', amount: [5] }, ['/amount']],
    ['below the minimum', { order_id: 'A', amount: -1 }, ['/amount']],
    ['not in the list', { order_id: 'A', amount: 5, currency: 'GBP' }, ['/currency']],
    ['missing', { amount: 5 }, ['/order_id']],
    ['unknown', { order_id: 'A', amount: 5, force: true }, ['']],
    ['several at once', { amount: '5', force: true }, ['/order_id', '', '/amount']],
  ])('%s', (_name, args, expected) => {
    expect(paths(args).toSorted()).toEqual(expected.toSorted());
  });

  test('an integer may be written 1.0, and 1.5 is none', () => {
    expect(paths({ a: 1.0 }, of({ type: 'integer' }))).toEqual([]);
    expect(paths({ a: 1.5 }, of({ type: 'integer' }))).toEqual(['/a']);
  });

  test.each([
    ['email', 'ada@example.com', 'ada at example'],
    ['date-time', '2026-11-22T12:00:00Z', '2026-11-22 noon'],
    ['date', '2026-02-28', '2026-02-30'],
    ['uri', 'https://example.com/a', 'example com'],
    ['uuid', 'f81d4fae-7dec-41d0-a765-00a0c91e6bf6', 'f81d4fae'],
    ['ipv4', '192.0.2.1', '192.0.2.256'],
  ])('the format %s is held', (format, good, bad) => {
    expect(paths({ a: good }, of({ type: 'string', format }))).toEqual([]);
    expect(paths({ a: bad }, of({ type: 'string', format }))).toEqual(['/a']);
  });

  test('limits that the model’s side ignores are held here', () => {
    expect(paths({ a: 'abcd' }, of({ type: 'string', maxLength: 3 }))).toEqual(['/a']);
    expect(paths({ a: [1, 1] }, of({ type: 'array', uniqueItems: true }))).toEqual(['/a']);
  });

  test.each([
    [{ type: 'number', exclusiveMinimum: 0 }, 0, 'Give more than 0.'],
    [{ type: 'number', maximum: 100 }, 101, 'Give at most 100.'],
    [{ type: 'string', minLength: 3 }, 'ab', 'Give at least 3 characters.'],
    [{ type: 'string', pattern: '^A-' }, 'B', 'This does not have the form that the tool asks for.'],
  ])('what is wrong is said in words: %j', (schema, value, message) => {
    expect(problems({ a: value }, of(schema)).map((problem) => problem.message)).toEqual([message]);
  });

  test('defaults are not filled in and nothing is dropped', () => {
    const args: JsonObject = { b: 1 };
    expect(problems(args, of({ type: 'string', default: 'x' }))).toEqual([]);
    expect(args).toEqual({ b: 1 });
  });

  test('a place is named as a JSON Pointer', () => {
    const schema: JsonObject = {
      type: 'object',
      required: ['a/b~c'],
      properties: { list: { items: { type: 'number' } } },
    };
    expect(paths({ list: [1, 'x'] }, schema).toSorted()).toEqual(['/a~1b~0c', '/list/1']);
  });
});

describe('what comes by inheritance is not an argument', () => {
  test('a required toString is missing from an empty object', () => {
    expect(paths({}, { type: 'object', required: ['toString'] })).toEqual(['/toString']);
  });

  test('a member named __proto__ is one like any other', () => {
    const args = JSON.parse('{"order_id":"A","amount":5,"__proto__":{"x":1}}') as JsonObject;
    expect(problems(args)).toMatchObject([{ message: expect.stringContaining('__proto__') }]);
  });
});

describe('a schema by which nothing can be checked forbids the edit', () => {
  test.each<[string, JsonObject]>([
    ['an unknown type', { type: 'objekt' }],
    ['a limit that is no number', of({ type: 'number', minimum: 'zero' })],
    ['a pattern that is no expression', of({ type: 'string', pattern: '(' })],
    ['a reference to another host', of({ $ref: 'https://example.com/schema.json' })],
    ['a reference to nowhere', of({ $ref: '#/$defs/missing' })],
    ['a part that is to be waited for', of({ $async: true, type: 'number' })],
  ])('%s', (_name, schema) => {
    expect(problems({ a: 1 }, schema)).toMatchObject([
      { path: '', message: expect.stringContaining('cannot be checked') },
    ]);
  });

  test('no schema at all', () => {
    expect(problems({ a: 1 }, null)).toMatchObject([{ message: expect.stringContaining('declares no parameters') }]);
  });

  test('Ajv’s own $async makes no promise pass for “nothing wrong”', () => {
    expect(paths({ order_id: 'A', amount: '5' }, { ...refundSchema, $async: true })).toEqual(['/amount']);
  });
});

describe('schemas of all sizes', () => {
  test('two tools may carry the same $id, inside too', () => {
    const one: JsonObject = { $id: 'https://example.com/same', ...of({ $id: 'part', type: 'number' }) };
    const other: JsonObject = { $id: 'https://example.com/same', ...of({ $id: 'part', type: 'string' }) };
    expect(paths({ a: 'x' }, one)).toEqual(['/a']);
    expect(paths({ a: 'x' }, other)).toEqual([]);
  });

  test('an older draft named in $schema is read as the present one', () => {
    const schema: JsonObject = { $schema: 'http://json-schema.org/draft-07/schema#', ...of({ type: 'number' }) };
    expect(paths({ a: 'x' }, schema)).toEqual(['/a']);
  });

  test('a schema may refer to itself', () => {
    const tree: JsonObject = {
      type: 'object',
      properties: { name: { type: 'string' }, children: { type: 'array', items: { $ref: '#' } } },
      required: ['name'],
    };
    expect(paths({ name: 'root', children: [{ name: 'leaf' }] }, tree)).toEqual([]);
    expect(paths({ name: 'root', children: [{ children: [] }] }, tree)).toEqual(['/children/0/name']);
  });

  test('arguments nested without end are refused, not a crash', () => {
    let deep: JsonObject = {};
    for (let level = 0; level < 50_000; level++) deep = { a: deep };
    expect(problems(deep, of({ $ref: '#' }))).toMatchObject([{ message: expect.stringContaining('too deeply') }]);
  });

  test('five hundred fields are checked, and at most fifty problems told', () => {
    const names = Array.from({ length: 500 }, (_, index) => `field_${index}`);
    const schema: JsonObject = {
      type: 'object',
      properties: Object.fromEntries(names.map((name) => [name, { type: 'number' }])),
      required: names,
    };
    expect(problems(Object.fromEntries(names.map((name, index) => [name, index])), schema)).toEqual([]);
    expect(problems({}, schema)).toHaveLength(50);
  });
});
