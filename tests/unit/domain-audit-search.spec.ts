import { describe, expect, test } from 'vitest';
import { auditActions } from '@/lib/domain/audit';
import {
  type AuditFilter,
  actionGroups,
  fits,
  needsOf,
  outcomeOf,
  type SearchedEntry,
  searchExpression,
  termsOf,
} from '@/lib/domain/audit-search';

const hash = 'ab'.repeat(32);
const entry: SearchedEntry = {
  action: 'approval.decided',
  sentence: 'settled refund_order: rejected',
  occurredAt: new Date('2026-11-25T10:00:00Z'),
  actor: { type: 'person', id: 'usr_1', name: 'Zoë Ångström' },
  targets: [{ type: 'approval', id: 'apr_1', name: 'refund_order' }],
  context: { surface: 'slack', ip: '203.0.113.7' },
  facts: { status: 'rejected', tool: 'refund_order', callHash: hash, requester: 'shop7@example.com' },
  runId: 'run_1',
  approvalId: 'apr_1',
  agentId: 'agt_1',
  tool: 'refund_order',
};

describe('an entry is found', () => {
  test.each<[string, AuditFilter]>([
    ['by nothing in particular', {}],
    ['by its action', { action: 'approval.decided' }],
    ['by its actor', { actor: 'usr_1' }],
    ['by what it is about', { target: 'apr_1' }],
    ['by its run', { run: 'run_1' }],
    ['by its agent', { agent: 'agt_1' }],
    ['by its function', { tool: 'refund_order' }],
    ['by its outcome', { outcome: 'rejected' }],
    ['by its surface', { surface: 'slack' }],
    ['from the very instant on', { from: entry.occurredAt }],
    ['by a word of its sentence', { text: 'settled' }],
    ['by the beginnings of words, in any order and any letters', { text: 'REFUND sett' }],
    ['by a name with marks', { text: 'zoë ÅNG' }],
    ['by an e-mail address', { text: 'shop7@example.com' }],
    ['by a part of one', { text: 'example.com' }],
    ['by an IP address', { text: '203.0.113.7' }],
    ['by an id', { text: 'apr_1' }],
    ['by a hash', { text: hash }],
    ['by all together', { text: 'zoë', tool: 'refund_order', surface: 'slack', outcome: 'rejected', actor: 'usr_1' }],
  ])('%s', (_how, filter) => expect(fits(entry, filter)).toBe(true));

  test.each<[string, AuditFilter]>([
    ['a word that it does not hold', { text: 'deploy' }],
    ['one word of two', { text: 'refund deploy' }],
    ['the middle of a word', { text: 'fund' }],
    ['one letter', { text: 'z' }],
    ['another surface', { surface: 'web', tool: 'refund_order' }],
    ['the instant after', { from: new Date('2026-11-25T10:00:00.001Z') }],
    ['before its own instant', { to: entry.occurredAt }],
    ['a word that looks like a filter', { text: 's=slack deploy' }],
    ['an action’s name as a surface', { surface: 'approval.decided' }],
  ])('not by %s', (_how, filter) => expect(fits(entry, filter)).toBe(false));
});

test('what people type cannot leave its quotes in the language of the search', () => {
  expect(searchExpression(needsOf({ tool: "a' | 'b\\" }))).toBe(String.raw`(('f=a'' | ''b\\'))`);
  expect(searchExpression(needsOf({ text: "o'brien & !x" }))).toBe(
    "(('t=o''brien') | ('o''brien':*) | ('o' & 'brien':*)) & (('t=x') | ('x'))",
  );
});

test('terms stand once each, in an order that does not depend on anything else', () => {
  const terms = termsOf(entry);
  expect(terms).toEqual([...new Set(terms)].sort());
});

test.each([
  ['approval.decided', { status: 'answered' }, 'answered'],
  ['approval.expired', {}, 'expired'],
  ['vote.refused', {}, 'refused'],
  ['resume.settle_refused', {}, 'refused'],
  ['run.start_unclear', {}, 'unclear'],
  ['sign_in.failed', {}, 'failed'],
  ['integrity.mismatch', {}, 'failed'],
  ['run.ended', { status: 'cancelled' }, 'failed'],
  ['run.ended', { status: 'completed' }, 'completed'],
  ['approval.viewed', { status: 'approved' }, null],
  ['vote.cast', {}, null],
])('%s %j comes out as %s', (action, facts, outcome) => expect(outcomeOf(action, facts)).toBe(outcome));

test('every action can be chosen', () => {
  expect(actionGroups.flatMap(({ actions }) => actions).toSorted()).toEqual([...auditActions].toSorted());
});
