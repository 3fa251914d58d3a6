import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Person } from '@/lib/domain/person';
import {
  changeGroup,
  createGroup,
  deleteGroup,
  type Group,
  groupsOf,
  listGroups,
  membersOf,
  setMembers,
} from '@/lib/people/groups';
import { deactivatePerson } from '@/lib/people/people';
import { personColumns, toPerson } from '@/lib/people/store';
import { aPolicy } from '@/tests/support/policies';
import { fromWeb, openWorkspace, type Workspace } from './people-fixture';

let workspace: Workspace;
let admin: Person;
beforeEach(async () => {
  workspace = await openWorkspace();
  admin = await workspace.person('admin');
});
afterEach(() => workspace.close());

async function aGroup(name: string): Promise<Group> {
  const outcome = await createGroup(workspace.services, { name }, admin, fromWeb);
  if (outcome.kind === 'refused') throw new Error(outcome.message);
  return outcome.group;
}

test('a person carries the names of their groups, and a group knows its active members', async () => {
  const { services, prisma } = workspace;
  const [finance, ops] = [await aGroup('finance'), await aGroup('ops')];
  const [ada, eve] = [await workspace.person('reviewer', 'Ada'), await workspace.person('reviewer', 'Eve')];
  await setMembers(services, finance.id, [ada.id, eve.id], admin, fromWeb);
  await setMembers(services, ops.id, [ada.id], admin, fromWeb);
  expect(await groupsOf(prisma, ada.id)).toEqual(['finance', 'ops']);
  const row = await prisma.user.findUnique({ where: { id: ada.id }, select: personColumns });
  expect([...toPerson(row, services.now()).groups].sort()).toEqual(['finance', 'ops']);
  expect((await membersOf(prisma, 'finance', services.now())).map(({ name }) => name)).toEqual(['Ada', 'Eve']);
  await deactivatePerson(services, eve.id, admin, fromWeb);
  expect((await membersOf(prisma, 'finance', services.now())).map(({ name }) => name)).toEqual(['Ada']);
  expect(await membersOf(prisma, 'nobody', services.now())).toEqual([]);
});

test('a name is given once, whatever its case, and a wildcard in it is only a letter', async () => {
  const { services } = workspace;
  const ops = await aGroup('On_call');
  expect(await createGroup(services, { name: ' ON_CALL ' }, admin, fromWeb)).toMatchObject({ reason: 'name_taken' });
  const other = await aGroup('Onxcall');
  expect(await changeGroup(services, other.id, { name: 'on_call' }, admin, fromWeb)).toMatchObject({
    reason: 'name_taken',
  });
  expect(await changeGroup(services, ops.id, { name: 'on_call' }, admin, fromWeb)).toMatchObject({ kind: 'done' });
});

test('two who make the same group at once make one', async () => {
  const outcomes = await Promise.all(
    ['finance', 'Finance'].map((name) => createGroup(workspace.services, { name }, admin, fromWeb)),
  );
  expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['done', 'refused']);
});

test('each who comes or goes stands in the history, and what does not change leaves nothing', async () => {
  const { services, prisma } = workspace;
  const group = await aGroup('finance');
  const [ada, eve] = [await workspace.person('reviewer', 'Ada'), await workspace.person('reviewer', 'Eve')];
  await setMembers(services, group.id, [ada.id], admin, fromWeb);
  await setMembers(services, group.id, [eve.id], admin, fromWeb);
  expect(await setMembers(services, group.id, [eve.id], admin, fromWeb)).toMatchObject({ kind: 'unchanged' });
  expect(await setMembers(services, group.id, ['usr_none'], admin, fromWeb)).toMatchObject({ reason: 'nobody' });
  const entries = await prisma.auditEntry.findMany({
    where: { action: { startsWith: 'group.member' } },
    orderBy: { seq: 'asc' },
  });
  expect(entries.map(({ action, targets }) => [action, targets])).toEqual([
    ['group.member_added', [expect.objectContaining({ id: ada.id }), expect.objectContaining({ id: group.id })]],
    ['group.member_added', [expect.objectContaining({ id: eve.id }), expect.objectContaining({ id: group.id })]],
    ['group.member_removed', [expect.objectContaining({ id: ada.id }), expect.objectContaining({ id: group.id })]],
  ]);
});

test('a deleted group leaves its people, and is gone a second time', async () => {
  const { services, prisma } = workspace;
  const group = await aGroup('finance');
  const ada = await workspace.person('reviewer', 'Ada');
  await setMembers(services, group.id, [ada.id], admin, fromWeb);
  expect(await deleteGroup(services, group.id, admin, fromWeb)).toMatchObject({ kind: 'done' });
  expect(await deleteGroup(services, group.id, admin, fromWeb)).toMatchObject({ reason: 'not_found' });
  expect(await groupsOf(prisma, ada.id)).toEqual([]);
  expect(await listGroups(services, admin)).toEqual([]);
  expect(await workspace.actions()).toContain('group.deleted');
});

test('a group that the published policy names keeps its name and stays', async () => {
  const { services, prisma } = workspace;
  const [asked, escalated, free] = [await aGroup('finance'), await aGroup('on-call'), await aGroup('free')];
  const outcome = {
    outcome: 'review',
    groups: ['finance'],
    escalate: [{ afterMinutes: 10, groups: ['on-call'], people: [] }],
  };
  const document = aPolicy([{ name: 'Refunds', when: 'true', outcome }]) as object;
  await prisma.policyVersion.updateMany({ where: { status: 'published' }, data: { status: 'archived' } });
  await prisma.policyVersion.create({ data: { status: 'published', document } });
  for (const group of [asked, escalated]) {
    expect(await deleteGroup(services, group.id, admin, fromWeb)).toMatchObject({ reason: 'rule_names_it' });
    expect(await changeGroup(services, group.id, { name: 'other' }, admin, fromWeb)).toMatchObject({
      reason: 'rule_names_it',
    });
    const described = { name: group.name, description: 'Pays.' };
    expect(await changeGroup(services, group.id, described, admin, fromWeb)).toMatchObject({ kind: 'done' });
  }
  expect(await deleteGroup(services, free.id, admin, fromWeb)).toMatchObject({ kind: 'done' });
});
