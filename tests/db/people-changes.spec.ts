import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isPasswordOf } from '@/lib/people/password';
import {
  changeRole,
  createPerson,
  deactivatePerson,
  ensureFirstAdmin,
  newPersonSchema,
  setPassword,
} from '@/lib/people/people';
import { aPassword, fromWeb, openWorkspace, type Workspace } from './people-fixture';

let workspace: Workspace;
beforeEach(async () => {
  workspace = await openWorkspace();
});
afterEach(() => workspace.close());

const another = { name: 'Grace', email: 'grace@example.com', role: 'viewer', password: aPassword } as const;

test('an e-mail address is kept in small letters, and belongs to one person', async () => {
  const { services } = workspace;
  const admin = await workspace.person('admin');
  const input = newPersonSchema.parse({ ...another, email: '  Grace@Example.COM ' });
  expect(input.email).toBe('grace@example.com');
  expect(await createPerson(services, input, admin, fromWeb)).toMatchObject({ kind: 'done' });
  expect(await createPerson(services, { ...input, name: 'Other' }, admin, fromWeb)).toMatchObject({
    kind: 'refused',
    reason: 'email_taken',
  });
  expect(await workspace.prisma.user.count({ where: { email: 'grace@example.com' } })).toBe(1);
});

test('the last active admin stays: neither their role nor their access can be taken', async () => {
  const { services } = workspace;
  const admin = await workspace.person('admin');
  const gone = await workspace.person('admin', 'Gone');
  await deactivatePerson(services, gone.id, admin, fromWeb);
  expect(await changeRole(services, admin.id, 'viewer', admin, fromWeb)).toMatchObject({ reason: 'last_admin' });
  expect(await deactivatePerson(services, admin.id, admin, fromWeb)).toMatchObject({ reason: 'last_admin' });
});

test('two admins who remove each other at once do not leave the workspace without one', async () => {
  const { services } = workspace;
  const [ada, eve] = [await workspace.person('admin', 'Ada'), await workspace.person('admin', 'Eve')];
  const outcomes = await Promise.all([
    deactivatePerson(services, ada.id, eve, fromWeb),
    changeRole(services, eve.id, 'viewer', ada, fromWeb),
  ]);
  expect(outcomes.map((outcome) => outcome.kind).sort()).toEqual(['done', 'refused']);
  expect(await workspace.prisma.user.count({ where: { role: 'admin', deactivatedAt: null } })).toBe(1);
});

test('deactivation ends every session at once and stands in the audit history', async () => {
  const { services, prisma } = workspace;
  const admin = await workspace.person('admin');
  const other = await workspace.person('reviewer');
  await prisma.session.create({
    data: { id: 's1', token: 't1', userId: other.id, expiresAt: new Date('2027-01-01T00:00:00Z') },
  });
  expect(await deactivatePerson(services, other.id, admin, fromWeb)).toMatchObject({ kind: 'done' });
  expect(await prisma.session.count()).toBe(0);
  expect(await deactivatePerson(services, other.id, admin, fromWeb)).toMatchObject({ kind: 'unchanged' });
  const entry = await prisma.auditEntry.findFirstOrThrow({ where: { action: 'person.deactivated' } });
  expect(entry).toMatchObject({ actorId: admin.id, targets: [{ type: 'person', id: other.id }] });
  expect((await workspace.actions()).filter((action) => action === 'person.deactivated')).toHaveLength(1);
});

describe('a password', () => {
  test('of one’s own needs the current one and keeps only the session it was changed in', async () => {
    const { services, prisma } = workspace;
    const me = await workspace.person('viewer');
    for (const id of ['here', 'elsewhere']) {
      await prisma.session.create({
        data: { id, token: id, userId: me.id, expiresAt: new Date('2027-01-01T00:00:00Z') },
      });
    }
    const change = { personId: me.id, password: 'a new password', keepSessionId: 'here' };
    expect(await setPassword(services, { ...change, current: 'wrong' }, me, fromWeb)).toMatchObject({
      reason: 'wrong_password',
    });
    expect(await setPassword(services, { ...change, current: aPassword }, me, fromWeb)).toMatchObject({ kind: 'done' });
    expect(await isPasswordOf(prisma, me.id, 'a new password')).toBe(true);
    expect((await prisma.session.findMany()).map((session) => session.id)).toEqual(['here']);
  });

  test('cannot be tried out in an open browser', async () => {
    const { services } = workspace;
    const me = await workspace.person('admin');
    const attempt = { personId: me.id, password: 'a new password', current: 'guess' };
    for (let i = 0; i < 10; i++) {
      expect(await setPassword(services, attempt, me, fromWeb)).toMatchObject({ reason: 'wrong_password' });
    }
    const right = { ...attempt, current: aPassword };
    expect(await setPassword(services, right, me, fromWeb)).toMatchObject({ reason: 'too_many_attempts' });
    workspace.moveClock(5 * 60_000);
    expect(await setPassword(services, right, me, fromWeb)).toMatchObject({ kind: 'done' });
  });
});

test('the admin of the environment is made once, also by several processes, and never reset', async () => {
  const started = await openWorkspace({ ADMIN_EMAIL: 'Boss@Example.com', ADMIN_PASSWORD: aPassword });
  try {
    const made = await Promise.all([1, 2, 3].map(() => ensureFirstAdmin(started.services)));
    expect(made.filter((person) => person !== null)).toEqual([
      expect.objectContaining({ email: 'boss@example.com', role: 'admin' }),
    ]);
    const boss = await started.prisma.user.findFirstOrThrow();
    await setPassword(started.services, { personId: boss.id, password: 'changed since' }, 'system', fromWeb);
    expect(await ensureFirstAdmin(started.services)).toBeNull();
    expect(await isPasswordOf(started.prisma, boss.id, 'changed since')).toBe(true);
  } finally {
    await started.close();
  }
});
