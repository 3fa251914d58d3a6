import { expect, test } from 'vitest';
import { type Claim, claim, mayRelease } from '@/lib/domain/claim';
import {
  ada,
  afterVote,
  anApproval,
  aPerson,
  approving,
  edsger,
  grace,
  minutesAfter,
  noon,
} from '@/tests/support/builders';

const approval = anApproval();
const at = minutesAfter(noon, 1);
const ask = (change: Partial<Parameters<typeof claim>[2]> = {}, current: Claim | null = null, about = approval) =>
  claim(about, current, { by: ada, to: ada, over: null, now: at, ...change });
const taken = (): Claim => {
  const outcome = ask();
  if (outcome.kind !== 'claimed') throw new Error(outcome.kind);
  return outcome.claim;
};

test('whoever may vote takes it for half an hour; what is given lasts longer', () => {
  expect(ask()).toEqual({
    kind: 'claimed',
    over: null,
    claim: { holder: { id: ada.id, name: 'ada' }, givenBy: null, at, lapsesAt: minutesAfter(at, 30) },
  });
  expect(ask({ to: grace })).toMatchObject({
    claim: { holder: { name: 'grace' }, givenBy: { name: 'ada' }, lapsesAt: minutesAfter(at, 240) },
  });
});

test('taking it again changes nothing, and taking it over names whom one saw on it', () => {
  const current = taken();
  expect(ask({}, current)).toEqual({ kind: 'unchanged', claim: current });
  expect(ask({ by: grace, to: grace }, current)).toEqual({ kind: 'refused', reason: { code: 'held', by: 'ada' } });
  expect(ask({ by: grace, to: grace, over: edsger.id }, current)).toMatchObject({ reason: { code: 'held' } });
  expect(ask({ by: grace, to: grace, over: ada.id }, current)).toMatchObject({
    kind: 'claimed',
    over: { name: 'ada' },
    claim: { holder: { name: 'grace' } },
  });
});

test('a claim whose time is over holds nobody up', () => {
  const now = minutesAfter(at, 30);
  expect(ask({ by: grace, to: grace, now }, taken())).toMatchObject({ kind: 'claimed', over: null });
});

test.each([
  ['a viewer', { by: aPerson('vera', 'viewer'), to: aPerson('vera', 'viewer') }, 'not_a_reviewer'],
  ['somebody deactivated', { to: aPerson('dora', 'reviewer', false) }, 'they_may_not'],
  ['after the deadline', { now: minutesAfter(noon, 60) }, 'closed'],
])('%s: refused', (_who, change, code) => {
  expect(ask(change)).toEqual({ kind: 'refused', reason: { code } });
});

test('only to whom the rule asks, never whoever asked for the run, never who has voted', () => {
  const finance = anApproval({
    requirement: { groups: ['finance'], approvals: 2 },
    requester: { text: 'x', userId: grace.id },
  });
  const member = aPerson('ada', 'reviewer', true, ['finance']);
  const of = (to: typeof ada) => claim(finance, null, { by: member, to, over: null, now: at });
  expect(of(edsger)).toMatchObject({ reason: { code: 'they_may_not' } });
  expect(of(aPerson('grace', 'reviewer', true, ['finance']))).toMatchObject({ reason: { code: 'they_may_not' } });
  expect(of(aPerson('edsger', 'reviewer', true, ['finance']))).toMatchObject({ kind: 'claimed' });
  const voted = afterVote(anApproval({ requirement: { approvals: 2 } }), grace, approving(approval));
  expect(ask({ to: grace }, null, voted)).toMatchObject({ reason: { code: 'they_voted' } });
  expect(ask({}, null, afterVote(approval, grace, approving(approval)))).toMatchObject({ reason: { code: 'closed' } });
});

test('its holder lets it go, and whoever gave it', () => {
  const given: Claim = { ...taken(), givenBy: { id: grace.id, name: 'grace' } };
  expect([ada, grace, edsger].map((by) => mayRelease(given, by))).toEqual([true, true, false]);
});
