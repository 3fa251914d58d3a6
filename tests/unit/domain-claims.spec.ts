import { expect, test } from 'vitest';
import { type ClaimRules, mapClaims } from '@/lib/domain/claims';

const rules: ClaimRules = {
  claim: 'groups',
  defaultRole: 'viewer',
  roles: [
    { value: 'cs-admins', role: 'admin' },
    { value: 'cs-reviewers', role: 'reviewer' },
  ],
  groups: [
    { value: 'money', group: 'finance' },
    { value: 'treasury', group: 'finance' },
    { value: 'night', group: 'on-call' },
  ],
};

test('the first rule that matches gives the role, and governed groups are given and taken', () => {
  expect(mapClaims({ groups: ['cs-reviewers', 'cs-admins', 'treasury'] }, rules)).toEqual({
    role: 'admin',
    groups: [
      { name: 'finance', member: true },
      { name: 'on-call', member: false },
    ],
  });
});

test.each([
  ['a missing claim', {}],
  ['an object', { groups: { 'cs-admins': true } }],
  ['a text that only contains the value', { groups: 'not-cs-admins' }],
  ['numbers', { groups: [1, null, ['cs-admins']] }],
  ['an inherited member', Object.create({ groups: ['cs-admins'] })],
])('%s gives the default role and no group', (_what, claims) => {
  const mapped = mapClaims(claims, rules);
  expect(mapped.role).toBe('viewer');
  expect(mapped.groups.every(({ member }) => !member)).toBe(true);
});

test('a single text counts, and a path leads into objects unless a claim is called so', () => {
  expect(mapClaims({ groups: 'cs-reviewers' }, rules).role).toBe('reviewer');
  const deep = { ...rules, claim: 'realm_access.roles' };
  expect(mapClaims({ realm_access: { roles: ['cs-admins'] } }, deep).role).toBe('admin');
  expect(mapClaims({ 'realm_access.roles': ['cs-reviewers'], realm_access: { roles: ['cs-admins'] } }, deep).role).toBe(
    'reviewer',
  );
});

test('without rules claims change nothing', () => {
  expect(mapClaims({ groups: ['cs-admins'] }, { ...rules, roles: [], groups: [] })).toEqual({ role: null, groups: [] });
});
