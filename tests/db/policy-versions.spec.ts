import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Person } from '@/lib/domain/person';
import { createGroup } from '@/lib/people/groups';
import { beginDraft, discardDraft, publishDraft, saveDraft, shadowDraft } from '@/lib/policies/drafts';
import { findPolicy, listPolicies } from '@/lib/policies/queries';
import { changeSettings } from '@/lib/settings/change';
import { aPolicy, ask, letPass } from '@/tests/support/policies';
import { fromWeb, openWorkspace, type Workspace } from './people-fixture';

let workspace: Workspace;
let ada: Person;
let grace: Person;
let vera: Person;
beforeAll(async () => {
  workspace = await openWorkspace();
  [ada, grace, vera] = [
    await workspace.person('admin', 'Ada'),
    await workspace.person('admin', 'Grace'),
    await workspace.person('reviewer', 'Vera'),
  ];
});
afterAll(() => workspace.close());

async function draft(rules: readonly unknown[], by: Person = ada) {
  const outcome = await beginDraft(workspace.services, { document: aPolicy(rules), note: '' }, by, fromWeb);
  if (outcome.kind !== 'done') throw new Error(JSON.stringify(outcome));
  return { version: outcome.version, revision: outcome.revision };
}
const inForce = async () =>
  (await workspace.prisma.policyVersion.findFirstOrThrow({ where: { status: 'published' } })).version;

describe('a draft', () => {
  test('begins from what is in force, is saved over the revision that was seen, and can be thrown away', async () => {
    const { services } = workspace;
    const made = await beginDraft(services, { document: null, note: '' }, ada, fromWeb);
    expect(made).toMatchObject({ kind: 'done', revision: 1 });
    if (made.kind !== 'done') return;
    const at = { version: made.version, revision: 1 };
    expect((await findPolicy(services, at.version, vera))?.document?.rules).toHaveLength(6);
    const change = { ...at, document: aPolicy([letPass('true')]), note: 'All' };
    expect(await saveDraft(services, change, grace, fromWeb)).toEqual({
      kind: 'done',
      version: at.version,
      revision: 2,
    });
    expect(await saveDraft(services, change, ada, fromWeb)).toEqual({ kind: 'refused', reason: 'moved' });
    expect(await discardDraft(services, at, ada, fromWeb)).toEqual({ kind: 'refused', reason: 'moved' });
    expect(await discardDraft(services, { ...at, revision: 2 }, ada, fromWeb)).toMatchObject({ kind: 'done' });
    expect(await findPolicy(services, at.version, ada)).toBeNull();
  });

  test('may hold a condition that cannot be read, but not be anything else than a policy', async () => {
    const at = await draft([letPass('args.amount >')]);
    const broken = { ...at, document: { rules: 'none' }, note: '' };
    expect(await saveDraft(workspace.services, broken, ada, fromWeb)).toMatchObject({ kind: 'invalid' });
  });

  test('is for admins; reviewers may read', async () => {
    const { services } = workspace;
    await expect(beginDraft(services, { document: null, note: '' }, vera, fromWeb)).rejects.toThrow('role');
    expect((await listPolicies(services, vera)).length).toBeGreaterThan(0);
    const at = await draft([letPass('true')]);
    await expect(publishDraft(services, { ...at, over: await inForce() }, vera, fromWeb)).rejects.toThrow('role');
  });
});

describe('publishing', () => {
  test('replaces the version that was compared, and no other', async () => {
    const before = await inForce();
    const [one, other] = [await draft([letPass('false')]), await draft([letPass('1 == 2')])];
    const { services } = workspace;
    expect(await publishDraft(services, { ...one, over: before }, ada, fromWeb)).toEqual({
      kind: 'published',
      version: one.version,
      replaced: before,
    });
    expect(await publishDraft(services, { ...other, over: before }, ada, fromWeb)).toEqual({
      kind: 'refused',
      reason: 'moved',
    });
    expect(await publishDraft(services, { ...one, over: one.version }, ada, fromWeb)).toEqual({
      kind: 'refused',
      reason: 'not_a_draft',
    });
    expect(await inForce()).toBe(one.version);
    expect((await findPolicy(services, before, ada))?.status).toBe('archived');
    expect(await workspace.actions()).toContain('policy.published');
  });

  test('of two at once one wins', async () => {
    const over = await inForce();
    const [one, other] = [await draft([letPass('false')]), await draft([letPass('false')])];
    const outcomes = await Promise.all(
      [one, other].map((at) => publishDraft(workspace.services, { ...at, over }, ada, fromWeb)),
    );
    expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['published', 'refused']);
    expect(await workspace.prisma.policyVersion.count({ where: { status: 'published' } })).toBe(1);
  });

  test.each([
    ['a condition that cannot be read', [letPass('nothing(args)')], 'rules.0.when'],
    ['a group that is not there', [ask('true', { groups: ['nobody'] })], 'rules.0.outcome.groups'],
    [
      'a person who is not there',
      [ask('true', { escalate: [{ afterMinutes: 5, people: ['no@example.com'] }] })],
      'rules.0.outcome.escalate',
    ],
  ])('is refused for %s', async (_what, rules, path) => {
    const outcome = await publishDraft(
      workspace.services,
      { ...(await draft(rules)), over: await inForce() },
      ada,
      fromWeb,
    );
    expect(outcome).toMatchObject({ kind: 'invalid', problems: [{ path }] });
  });

  test('is refused while a test that the policy carries fails', async () => {
    const { services } = workspace;
    const tests = [{ name: 'Reads pass', call: { tool: 'f', tier: 0 }, expect: { outcome: 'approve' } }];
    const made = await beginDraft(services, { document: aPolicy([], { tests }), note: '' }, ada, fromWeb);
    if (made.kind !== 'done') throw new Error('refused');
    expect(await publishDraft(services, { ...made, over: await inForce() }, ada, fromWeb)).toMatchObject({
      kind: 'invalid',
      problems: [{ path: 'tests.0', message: expect.stringContaining('Expected approve') }],
    });
  });

  test('takes a second person where the workspace says so: nobody who changed the draft', async () => {
    const { services } = workspace;
    await createGroup(services, { name: 'finance' }, 'system', fromWeb);
    await changeSettings(services, { policySecondPerson: true }, 'system', fromWeb);
    const at = await draft([ask('true', { groups: ['finance'] })]);
    const input = { ...at, over: await inForce() };
    expect(await publishDraft(services, input, ada, fromWeb)).toEqual({ kind: 'refused', reason: 'second_person' });
    expect(await publishDraft(services, input, 'system', fromWeb)).toEqual({
      kind: 'refused',
      reason: 'second_person',
    });
    expect(await workspace.actions()).toContain('policy.publish_refused');
    expect(await publishDraft(services, input, grace, fromWeb)).toMatchObject({ kind: 'published' });
    await changeSettings(services, { policySecondPerson: false }, 'system', fromWeb);
  });

  test('is for ever: what was published cannot be changed or deleted, not even in the database', async () => {
    const version = await inForce();
    const where = { version };
    await expect(workspace.prisma.policyVersion.update({ where, data: { document: {} } })).rejects.toThrow();
    await expect(workspace.prisma.policyVersion.update({ where, data: { status: 'draft' } })).rejects.toThrow();
    await expect(workspace.prisma.policyVersion.delete({ where })).rejects.toThrow();
  });
});

test('one draft at a time is evaluated beside', async () => {
  const { services } = workspace;
  const [one, other] = [await draft([letPass('true')]), await draft([letPass('false')])];
  await shadowDraft(services, { ...one, on: true }, ada, fromWeb);
  await shadowDraft(services, { ...other, on: true }, ada, fromWeb);
  const beside = await workspace.prisma.policyVersion.findMany({ where: { shadow: true } });
  expect(beside.map(({ version }) => version)).toEqual([other.version]);
  await shadowDraft(services, { ...other, on: false }, ada, fromWeb);
});
