import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { argumentsHash, callHash, sha256OfCanonical } from '@/lib/domain/call-hash';
import type { Json, JsonObject } from '@/lib/domain/json';

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');
const parse = (text: string): JsonObject => JSON.parse(text) as JsonObject;

describe('the call hash is SHA-256 over the canonical form of RFC 8785', () => {
  test('a vector that was computed with other tools', () => {
    // printf '%s' '{"arguments":{…},…}' | sha256sum
    expect(
      callHash({
        interaction: 'v1_abc',
        callId: '8f2b1a3c',
        name: 'issue_refund',
        arguments: { order_id: 'A-1001', currency: 'EUR', amount: 49.9 },
      }),
    ).toBe('8c9718027a2f3152457fe83084740c303b37ec2c9871395ee701534cefd06b75');
  });

  test('the canonical text is written out here, and hashed', () => {
    const text = '{"arguments":{"a":1,"b":[true,null,"x"]},"call_id":"c","interaction":"i","name":"n"}';
    const call = { interaction: 'i', callId: 'c', name: 'n', arguments: { b: [true, null, 'x'], a: 1 } };
    expect(callHash(call)).toBe(sha256(text));
  });

  test.each([
    [
      'numbers of RFC 8785',
      '[1.0, 1e21, -0, 0.000001, 1e-7, 333333333.33333329, 1E30, 4.50, 2e-3]',
      '[1,1e+21,0,0.000001,1e-7,333333333.3333333,1e+30,4.5,0.002]',
    ],
    [
      'keys by UTF-16 code unit',
      '{"\\u20ac":1,"\\r":2,"\\ufb33":3,"1":4,"\\ud83d\\ude00":5,"\\u0080":6,"\\u00f6":7}',
      '{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\ud83d\ude00":5,"\ufb33":3}',
    ],
    [
      'text as it is, without normal forms',
      '["\\u0041\\u030a","\\u00c5","\\u2028","\\/","\\u001f"]',
      '["A\u030a","\u00c5","\u2028","/","\\u001f"]',
    ],
    ['a member named __proto__', '{"__proto__":{"b":1,"a":2}}', '{"__proto__":{"a":2,"b":1}}'],
  ])('%s', (_name, given, canonical) => {
    expect(sha256OfCanonical(JSON.parse(given) as Json)).toBe(sha256(canonical));
  });

  test('types are told apart: 5 is not "5", 1 is not true, null is not missing', () => {
    const texts = [
      '{"a":5}',
      '{"a":"5"}',
      '{"a":1}',
      '{"a":true}',
      '{"a":null}',
      '{}',
      '{"a":[]}',
      '{"a":{}}',
      '{"a":""}',
    ];
    expect(new Set(texts.map((text) => argumentsHash(parse(text)))).size).toBe(texts.length);
  });

  test('every part of the call counts', () => {
    const call = { interaction: 'i', callId: 'c', name: 'n', arguments: { a: 1 } };
    const others = [
      { ...call, interaction: 'j' },
      { ...call, callId: 'd' },
      { ...call, name: 'm' },
      { ...call, arguments: { a: 2 } },
      // moving text from one part to the next must not give the same text
      { ...call, interaction: 'ic', callId: '' },
    ];
    expect(new Set([call, ...others].map(callHash)).size).toBe(6);
  });

  test('what JSON cannot say is refused', () => {
    expect(() => argumentsHash({ a: Number.NaN })).toThrow();
    expect(() => argumentsHash({ a: '\ud800' })).toThrow();
  });

  test('neither the order of keys nor a trip through text changes it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const shuffled = reversed(value as Json);
        expect(sha256OfCanonical(shuffled)).toBe(sha256OfCanonical(value as Json));
        expect(sha256OfCanonical(JSON.parse(JSON.stringify(value)) as Json)).toBe(sha256OfCanonical(value as Json));
      }),
    );
  });
});

function reversed(value: Json): Json {
  if (Array.isArray(value)) return (value as Json[]).map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, member]) => [key, reversed(member as Json)]),
  );
}
