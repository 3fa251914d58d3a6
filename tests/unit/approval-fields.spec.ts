import { expect, test } from 'vitest';
import { fieldsOf } from '@/lib/approvals/fields';

test('what a field must keep to is said in plain words, never as a pattern', () => {
  const schema = {
    type: 'object',
    properties: {
      order: { type: 'string', pattern: '^[A-Z]{0,4}-?\\d+$', description: 'Number of the order' },
      amount: { type: 'number', exclusiveMinimum: 0, maximum: 5000 },
      email: { type: 'string', format: 'email' },
      on: { type: 'string', format: 'date' },
      range: { type: 'string', format: 'ipv4' },
    },
    required: ['order', 'amount', 'email', 'on', 'range'],
  };
  const about = { schema, maskedFields: [], riskFields: [], agreed: null };
  expect(fieldsOf({}, about).map(({ label, limits }) => [label, limits])).toEqual([
    ['order', null],
    ['amount', 'more than 0, at most 5000'],
    ['email', 'an e-mail address'],
    ['on', 'a date such as 2026-03-31'],
    ['range', 'written as ipv4'],
  ]);
});
