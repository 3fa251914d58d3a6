import { describe, expect, test } from 'vitest';
import { emptyGaps, templateProblems } from '@/lib/domain/effect-template';
import type { Json } from '@/lib/domain/json';
import { schemaFields, seenFields } from '@/lib/domain/schema-fields';

const told = (schema: Json) => schemaFields(schema).map(({ path, type }) => `${path}: ${type}`);

describe('the fields of a schema', () => {
  test('stand by their paths, places in lists left out, with their types in words', () => {
    expect(
      told({
        type: 'object',
        properties: {
          amount: { type: 'number' },
          currency: { enum: ['EUR', 'USD'] },
          due: { type: 'string', format: 'date' },
          order: { type: 'object', properties: { id: { type: ['string', 'null'] } } },
          lines: { type: 'array', items: { type: 'object', properties: { sku: { type: 'string' } } } },
          tags: { type: 'array', items: { type: 'string' } },
        },
      }),
    ).toEqual([
      'amount: number',
      'currency: one of EUR, USD',
      'due: text (date)',
      'order: group',
      'order.id: text or nothing',
      'lines: list of group',
      'lines.sku: text',
      'tags: list of text',
    ]);
  });

  test('are found through references and combinations', () => {
    const schema = {
      allOf: [{ properties: { to: { $ref: '#/$defs/address' } } }, { properties: { note: {} } }],
      $defs: { address: { type: 'object', required: ['street'], properties: { street: { type: 'string' } } } },
    };
    expect(told(schema)).toEqual(['to: group', 'to.street: text', 'note: anything']);
    expect(schemaFields(schema).find(({ path }) => path === 'to.street')?.required).toBe(true);
  });

  test('end where a schema refers to itself, or to elsewhere', () => {
    const node = { type: 'object', properties: { next: { $ref: '#/$defs/node' }, value: { type: 'integer' } } };
    const paths = schemaFields({ $ref: '#/$defs/node', $defs: { node } }).map(({ path }) => path);
    expect(paths).toEqual(['next', 'value']);
    expect(told({ properties: { far: { $ref: 'https://example.com/x' } } })).toEqual(['far: anything']);
  });

  test.each<[string, Json]>([
    ['nothing', null],
    ['a list', []],
    ['true', true],
    ['properties that are none', { properties: 'x', required: 'y', items: [1] }],
  ])('are none of %s', (_name, schema) => {
    expect(schemaFields(schema)).toEqual([]);
  });

  test('are never more than a page can show', () => {
    const properties = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`f${index}`, {}]));
    expect(schemaFields({ properties })).toHaveLength(200);
  });

  test('of a call are those that the schema leaves out', () => {
    const known = schemaFields({ properties: { a: { type: 'string' } } });
    expect(seenFields({ a: 'x', b: { c: 1 }, d: [{ e: true }] }, known).map(({ path, type }) => [path, type])).toEqual([
      ['b', 'group'],
      ['b.c', 'number'],
      ['d', 'list'],
      ['d.e', 'yes or no'],
    ]);
  });
});

describe('what is wrong with a sentence', () => {
  const known = ['amount', 'order', 'order.id', 'card', 'card.number'];
  const problems = (template: string, masked: readonly string[] = []) =>
    templateProblems(template, { known, masked }).join(' ');

  test('nothing, when its gaps are fields', () => {
    expect(problems('Refund {amount} for {order.id}')).toBe('');
    expect(problems('')).toBe('');
  });

  test('a field that nobody knows is named, with the nearest one', () => {
    expect(problems('Refund {amout}')).toContain('No field is called amout; there is amount.');
    expect(problems('Refund {id}')).toContain('there is order.id');
    expect(problems('Refund {recipient}')).toContain('No field is called recipient. ');
    expect(templateProblems('Refund {x}', { known: [], masked: [] })).toEqual([]);
  });

  test('a brace that is no gap', () => {
    expect(problems('Refund {order id}')).toContain('has spaces in it');
    expect(problems('Refund {amount')).toContain('stands alone');
  });

  test('a masked field, or one inside a masked one', () => {
    expect(problems('Pay with {card.number}', ['card'])).toContain('card.number is masked');
    expect(problems('Pay with {card.number}', ['number'])).toContain('card.number is masked');
    expect(problems('Pay {amount}', ['number'])).toBe('');
  });

  test('the gaps that a call leaves empty', () => {
    const args = { amount: 1, order: { id: null } };
    expect(emptyGaps({ arguments: args }, 'Refund {amount} for {order.id} by {who}')).toEqual(['order.id', 'who']);
  });
});
