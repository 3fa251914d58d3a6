import { afterEach, beforeEach, expect, test } from 'vitest';
import { requireCaller } from '@/lib/api/caller';
import type { Person } from '@/lib/domain/person';
import { authOf } from '@/lib/people/authentication';
import { createKey } from '@/lib/people/keys';
import {
  changeRole,
  createPerson,
  deactivatePerson,
  listPeople,
  reactivatePerson,
  setSeatEnd,
} from '@/lib/people/people';
import { personColumns, toPerson } from '@/lib/people/store';
import { aPassword, fromWeb, openWorkspace, type Workspace } from './people-fixture';

const address = 'https://approvals.example.com';
const hour = 3600_000;

let workspace: Workspace;
let admin: Person;
beforeEach(async () => {
  workspace = await openWorkspace({ APP_URL: address });
  admin = await workspace.person('admin');
});
afterEach(() => workspace.close());

const inHours = (hours: number) => new Date(workspace.services.now().getTime() + hours * hour);

async function visitor(seatEndsAt: Date | null): Promise<Person> {
  const outcome = await createPerson(
    workspace.services,
    { name: 'Visitor', email: 'visitor@example.com', role: 'auditor', password: aPassword, seatEndsAt },
    admin,
    fromWeb,
  );
  if (outcome.kind === 'refused') throw new Error(outcome.message);
  return outcome.person;
}

function signIn(): Promise<Response> {
  return authOf(workspace.services).handler(
    new Request(`${address}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: address },
      body: JSON.stringify({ email: 'visitor@example.com', password: aPassword }),
    }),
  );
}

async function personBehind(cookie: string): Promise<Person> {
  const session = await authOf(workspace.services).api.getSession({ headers: new Headers({ cookie }) });
  const row = await workspace.prisma.user.findUnique({
    where: { id: session?.user.id ?? '' },
    select: personColumns,
  });
  return toPerson(row, workspace.services.now());
}

test('an auditor’s seat ends by itself, at once, in the browser and through the API', async () => {
  const { services } = workspace;
  const auditor = await visitor(inHours(2));
  const entered = await signIn();
  expect(entered.status).toBe(200);
  const cookie = entered.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  const { key } = await createKey(services, {
    name: 'Visit',
    scopes: ['audit'],
    ownerId: auditor.id,
    expiresAt: null,
    by: 'system',
    context: fromWeb,
  });
  const call = () =>
    requireCaller(services, new Request(`${address}/api/v1/audit`, { headers: { authorization: `Bearer ${key}` } }), {
      scopes: ['audit'],
      permission: 'audit.read',
    });
  expect(await personBehind(cookie)).toMatchObject({ active: true });
  expect((await call()).person).toMatchObject({ id: auditor.id, active: true });

  workspace.moveClock(2 * hour);
  expect(await personBehind(cookie)).toMatchObject({ active: false });
  await expect(call()).rejects.toMatchObject({ code: 'unauthenticated' });
  expect((await signIn()).ok).toBe(false);
});

test('a later end opens an ended seat again, and each change is on record', async () => {
  const { services } = workspace;
  const auditor = await visitor(inHours(1));
  workspace.moveClock(2 * hour);
  expect(await reactivatePerson(services, auditor.id, admin, fromWeb)).toMatchObject({ reason: 'seat_ended' });
  expect(await setSeatEnd(services, auditor.id, inHours(-1), admin, fromWeb)).toMatchObject({ reason: 'seat_over' });
  expect(await setSeatEnd(services, auditor.id, inHours(5), admin, fromWeb)).toMatchObject({
    kind: 'done',
    person: { active: true },
  });
  expect(await setSeatEnd(services, auditor.id, inHours(5), admin, fromWeb)).toMatchObject({ kind: 'unchanged' });
  expect((await workspace.actions()).filter((action) => action === 'person.seat_changed')).toHaveLength(2);
  expect((await listPeople(services, admin)).find((row) => row.id === auditor.id)?.seatEndsAt).toEqual(inHours(5));
});

test('only auditors have seats that end: another role is without one, and an ended one can still be deactivated', async () => {
  const { services } = workspace;
  const reviewer = await workspace.person('reviewer');
  expect(await setSeatEnd(services, reviewer.id, inHours(1), admin, fromWeb)).toMatchObject({ reason: 'no_seat' });
  const auditor = await visitor(inHours(1));
  await expect(setSeatEnd(services, auditor.id, null, auditor, fromWeb)).rejects.toMatchObject({ code: 'forbidden' });
  workspace.moveClock(hour);
  expect(await deactivatePerson(services, auditor.id, admin, fromWeb)).toMatchObject({ kind: 'done' });
  expect(await changeRole(services, auditor.id, 'viewer', admin, fromWeb)).toMatchObject({ kind: 'done' });
  const row = await workspace.prisma.user.findUniqueOrThrow({ where: { id: auditor.id } });
  expect(row).toMatchObject({ role: 'viewer', seatEndsAt: null });
});
