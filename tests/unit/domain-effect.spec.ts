import { describe, expect, test } from 'vitest';
import { effectSentence } from '@/lib/domain/effect';
import type { JsonObject } from '@/lib/domain/json';

const say = (template: string, args: JsonObject, name = 'issue_refund') =>
  effectSentence({ name, arguments: args }, template);
const refund = 'Refund {amount} {currency} for order {order.id}';
const code = (mark: string) => `[U+${(mark.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`;

describe('the effect sentence', () => {
  test('fills its gaps from the arguments, by path', () => {
    expect(say(refund, { amount: 49.9, currency: 'EUR', order: { id: 'A-1' } })).toBe('Refund 49.9 EUR for order A-1');
  });

  test.each<[string, JsonObject]>([
    ['missing', { amount: 1, currency: 'EUR' }],
    ['null', { amount: null, currency: 'EUR', order: { id: 'A' } }],
    ['empty', { amount: 1, currency: '', order: { id: 'A' } }],
    ['nothing but space', { amount: 1, currency: ' \n', order: { id: 'A' } }],
    ['an empty list', { amount: [], currency: 'EUR', order: { id: 'A' } }],
    ['behind something that is no object', { amount: 1, currency: 'EUR', order: 'id' }],
  ])('says only the function’s name when an argument is %s', (_name, args) => {
    expect(say(refund, args)).toBe('Call issue_refund');
  });

  test('without a template it says the function’s name', () => {
    expect(say('', { a: 1 })).toBe('Call issue_refund');
    expect(say('   ', { a: 1 })).toBe('Call issue_refund');
  });

  test('zero and false are values', () => {
    expect(say('Set {a} to {b}', { a: 0, b: false })).toBe('Set 0 to false');
  });

  test('lists and objects are told in short', () => {
    expect(say('Tag {tags} on {it}', { tags: ['a', 'b'], it: { id: 1 } })).toBe('Tag a, b on {"id":1}');
  });
});

describe('text of the model stays in its gap', () => {
  test('its braces are not gaps of ours', () => {
    expect(say('Send {subject} to {to}', { subject: '{to} {secret}', to: 'x', secret: 's' })).toBe(
      'Send {to} {secret} to x',
    );
  });

  test('its dollar signs are no replacement patterns', () => {
    expect(say('Say {a}.', { a: "$& $1 $' $$" })).toBe("Say $& $1 $' $$.");
  });

  test.each(['\n', '\r\n', '\t', '\u2028', '\u2029', '\u0085', '\u00a0', '\v'])(
    'a break (%j) becomes a space',
    (space) => {
      expect(say('Send {a} now', { a: `one${space}two` })).toBe('Send one two now');
    },
  );

  test.each(['\u202e', '\u202a', '\u2066', '\u2069', '\u200f', '\u061c', '\0', '\u001b', '\u200b', '\u00ad', '\u3164'])(
    'a character that hides or turns text (%j) is shown by its code',
    (mark) => {
      expect(say('Pay {a} EUR', { a: `10${mark}00` })).toBe(`Pay 10${code(mark)}00 EUR`);
      expect(say('', {}, `wire${mark}money`)).toBe(`Call wire${code(mark)}money`);
    },
  );

  test('many marks in a row stand there once, each kind', () => {
    expect(say('Pay {a}', { a: `1${'\u200b'.repeat(9)}\u202e0` })).toBe('Pay 1[U+200B][U+202E]0');
  });

  test.each([
    [49.9, '49.90'],
    [49.999, '49.999'],
    [18422, '18,422.00'],
    [-0.5, '-0.50'],
    [1e21, '1,000,000,000,000,000,000,000.00'],
    [1e-7, '0.0000001'],
    ['49.9', '49.9'],
  ])('a number with decimals asked for (%j) has them, and is never rounded', (amount, told) => {
    expect(say('Pay {amount:2} EUR', { amount })).toBe(`Pay ${told} EUR`);
  });

  test('the joiners of Persian and of emoji stay', () => {
    expect(say('Say {a}', { a: 'می‌خواهم 👩‍🚀' })).toBe('Say می‌خواهم 👩‍🚀');
  });

  test('a long value is cut between characters', () => {
    const told = say('Write {a}', { a: '😀'.repeat(200) });
    expect(told).toBe(`Write ${'😀'.repeat(119)}…`);
  });

  test.each(['__proto__', '__proto__.polluted', 'constructor.name', 'toString', 'order.constructor.name'])(
    'the path %s finds nothing that was not given',
    (path) => {
      expect(say(`Do {${path}}`, { order: {} })).toBe('Call issue_refund');
    },
  );

  test('a member named __proto__ that was given is found', () => {
    expect(say('Do {__proto__.x}', JSON.parse('{"__proto__":{"x":"it"}}') as JsonObject)).toBe('Do it');
  });
});
