import { expect, test } from 'vitest';
import type { Approval } from '@/lib/domain/approval';
import { type Chosen, whyApart, whyDifferent } from '@/lib/domain/together';
import { ada, afterVote, anApproval, aPerson, approving, grace, minutesAfter, noon } from '@/tests/support/builders';

const at = minutesAfter(noon, 1);
const call = (id: string, change: Parameters<typeof anApproval>[0] = {}): Approval =>
  anApproval({ id, tier: 1, interactionId: `int_${id}`, ...change });
const chosen = (...approvals: Approval[]): Chosen[] => approvals.map((approval) => ({ approval, agentId: 'agt_1' }));
const other = (args: Record<string, unknown>, name = 'issue_refund') => ({
  call: { id: 'call_1', name, arguments: args as Approval['call']['arguments'] },
});

test('identical calls of low risk are decided together, whatever order their arguments came in', () => {
  const turned = call('b', other({ currency: 'EUR', order_id: 'A-1001', amount: 49.9 }));
  expect(whyApart(chosen(call('a'), turned, call('c')), ada, at)).toBeNull();
});

test.each<[string, Chosen[], string]>([
  ['one alone', chosen(call('a')), 'too_few'],
  ['more than fifty', chosen(...Array.from({ length: 51 }, (_, index) => call(`n${index}`))), 'too_many'],
  ['a higher risk', chosen(call('a'), call('b', { tier: 2 })), 'tier'],
  ['a higher risk of each', chosen(call('a', { tier: 3 }), call('b', { tier: 3 })), 'tier'],
  ['another function', chosen(call('a'), call('b', other(call('a').call.arguments, 'send_email'))), 'tool'],
  [
    'another amount',
    chosen(call('a'), call('b', other({ order_id: 'A-1001', amount: 50, currency: 'EUR' }))),
    'arguments',
  ],
  [
    'a number as text',
    chosen(call('a'), call('b', other({ order_id: 'A-1001', amount: '49.9', currency: 'EUR' }))),
    'arguments',
  ],
  ['another rule', chosen(call('a'), call('b', { requirement: { rule: 'Night' } })), 'rule'],
  ['another policy', chosen(call('a'), call('b', { requirement: { policyVersion: 2 } })), 'rule'],
  ['other people asked', chosen(call('a'), call('b', { requirement: { groups: ['finance'] } })), 'rule'],
  ['another tier', chosen(call('a'), call('b', { tier: 0 })), 'rule'],
])('%s keeps them apart', (_what, given, why) => {
  expect(whyDifferent(given)).toBe(why);
});

test('calls of different agents are apart, and calls of an agent and of none', () => {
  const [first, second] = [call('a'), call('b')];
  const by = (one: string | null, two: string | null) =>
    whyDifferent([
      { approval: first, agentId: one },
      { approval: second, agentId: two },
    ]);
  expect([by('agt_1', 'agt_2'), by('agt_1', null), by(null, null)]).toEqual(['agent', 'agent', null]);
});

test('only what the person may vote on now, and has not', () => {
  const two = { requirement: { approvals: 2 } };
  const apart = (second: Approval, first = call('a', two), by = ada) => whyApart(chosen(first, second), by, at);
  expect(apart(afterVote(call('b', two), ada, approving(call('b', two))))).toBe('voted');
  expect(apart(call('b'), call('a'), aPerson('vera', 'viewer'))).toBe('not_yours');
  expect(apart(afterVote(call('b'), grace, approving(call('b'))), call('a'))).toBe('closed');
  expect(apart(call('b', { ...two, deadline: at }))).toBe('closed');
  const edited = approving(call('b', two), { order_id: 'A-1001', amount: 1, currency: 'EUR' });
  expect(apart(afterVote(call('b', two), grace, edited))).toBe('proposed');
});
