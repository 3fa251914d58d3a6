import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Person } from '@/lib/domain/person';
import { createGroup } from '@/lib/people/groups';
import {
  acceptInvitation,
  findInvitation,
  type InvitationOutcome,
  invite,
  listInvitations,
  openInvitation,
  renewInvitation,
  revokeInvitation,
} from '@/lib/people/invitations';
import { isPasswordOf } from '@/lib/people/password';
import { aPassword, fromWeb, openWorkspace, type Workspace } from './people-fixture';

let workspace: Workspace;
let admin: Person;
beforeEach(async () => {
  workspace = await openWorkspace({ APP_URL: 'https://approvals.example.com' });
  admin = await workspace.person('admin');
});
afterEach(() => workspace.close());

const day = 24 * 3600_000;
const wanted = { email: 'grace@example.com', role: 'reviewer' as const, groupIds: [] as string[] };
const me = { name: 'Grace', password: aPassword };

function tokenIn(outcome: InvitationOutcome): string {
  if (outcome.kind === 'refused') throw new Error(outcome.message);
  return new URL(outcome.link).searchParams.get('token') ?? '';
}

const accept = (token: string) => acceptInvitation(workspace.services, token, me, fromWeb);

test('an invitation makes one account, with its role and groups, and its link is not stored', async () => {
  const { services, prisma } = workspace;
  const made = await createGroup(services, { name: 'finance' }, admin, fromWeb);
  if (made.kind === 'refused') throw new Error(made.message);
  const token = tokenIn(await invite(services, { ...wanted, groupIds: [made.group.id] }, admin, fromWeb));
  expect(JSON.stringify(await prisma.invitation.findMany())).not.toContain(token);
  expect(await findInvitation(services, token)).toMatchObject({ email: wanted.email, role: 'reviewer' });
  const outcomes = await Promise.all([accept(token), accept(token), accept(token)]);
  expect(outcomes.filter(({ kind }) => kind === 'done')).toHaveLength(1);
  const grace = await prisma.user.findUniqueOrThrow({
    where: { email: wanted.email },
    include: { groups: { include: { group: true } } },
  });
  expect(grace).toMatchObject({ name: 'Grace', role: 'reviewer', groups: [{ group: { name: 'finance' } }] });
  expect(await isPasswordOf(prisma, grace.id, aPassword)).toBe(true);
  expect(await listInvitations(services, admin)).toEqual([]);
  expect(await workspace.actions()).toEqual(
    expect.arrayContaining(['invitation.made', 'person.created', 'group.member_added', 'invitation.accepted']),
  );
});

test('a link ends after seven days, with a new one, and when it is taken back', async () => {
  const { services } = workspace;
  const first = tokenIn(await invite(services, wanted, admin, fromWeb));
  workspace.moveClock(7 * day);
  expect(await accept(first)).toMatchObject({ kind: 'refused' });
  const [open] = await listInvitations(services, admin);
  expect(open).toMatchObject({ over: true });
  const second = tokenIn(await renewInvitation(services, open?.id ?? '', admin, fromWeb));
  expect(await findInvitation(services, first)).toBeNull();
  expect(await findInvitation(services, second)).not.toBeNull();
  await revokeInvitation(services, open?.id ?? '', admin, fromWeb);
  expect(await accept(second)).toMatchObject({ kind: 'refused' });
  expect(await renewInvitation(services, open?.id ?? '', admin, fromWeb)).toMatchObject({ kind: 'refused' });
});

test('an address has one open invitation, and somebody who is here gets none', async () => {
  const { services, prisma } = workspace;
  const first = tokenIn(await invite(services, wanted, admin, fromWeb));
  const second = tokenIn(await invite(services, { ...wanted, role: 'viewer' }, admin, fromWeb));
  expect(await findInvitation(services, first)).toBeNull();
  expect(await openInvitation(prisma, wanted.email, services.now())).toMatchObject({ role: 'viewer' });
  await accept(second);
  expect(await invite(services, wanted, admin, fromWeb)).toMatchObject({ kind: 'refused' });
});
