import { expect, test } from 'vitest';
import { settledWords } from '@/components/approvals/wording';

test.each([
  [{ status: 'approved', by: ['Ada', 'Noor'], byRule: false }, 'Ada and Noor approved this'],
  [{ status: 'rejected', by: ['Small refunds'], byRule: true }, 'The rule “Small refunds” rejected this'],
  [{ status: 'expired', by: [], byRule: false }, 'Nobody decided before the deadline; the request expired'],
  [{ status: 'superseded', by: [], byRule: false }, 'The request was closed'],
] as const)('who settled it, in words: %j', (decision, words) => {
  expect(settledWords(decision)).toBe(words);
});
