import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Person } from '@/lib/domain/person';
import { delegate, delegationsOf, endDelegation } from '@/lib/people/delegations';
import { erasePerson } from '@/lib/people/erase';
import { deactivatePerson, findPerson } from '@/lib/people/people';
import { fromWeb, openWorkspace, type Workspace } from './people-fixture';

let workspace: Workspace;
let admin: Person;
let ada: Person;
let grace: Person;
beforeEach(async () => {
  workspace = await openWorkspace();
  admin = await workspace.person('admin');
  [ada, grace] = [await workspace.person('reviewer', 'Ada'), await workspace.person('reviewer', 'Grace')];
});
afterEach(() => workspace.close());

const hour = 3600_000;
const at = (hours: number) => new Date(workspace.services.now().getTime() + hours * hour);
const handOver = (from: Person, to: Person, by = from, starts = 0, ends = 8) =>
  delegate(workspace.services, { fromId: from.id, toId: to.id, startsAt: at(starts), endsAt: at(ends) }, by, fromWeb);
const standsIn = async (person: Person) =>
  (await findPerson(workspace.services, admin, person.id))?.standsInFor?.map(({ name }) => name) ?? [];

test('somebody stands in from when until when it says, and it ends by itself', async () => {
  expect(await handOver(ada, grace, ada, 1, 3)).toMatchObject({ kind: 'done' });
  expect(await standsIn(grace)).toEqual([]);
  workspace.moveClock(hour);
  expect(await standsIn(grace)).toEqual(['Ada']);
  expect(await standsIn(ada)).toEqual([]);
  workspace.moveClock(2 * hour);
  expect(await standsIn(grace)).toEqual([]);
  expect(await delegationsOf(workspace.services, ada.id)).toEqual([]);
  expect(await workspace.actions()).toContain('delegation.made');
});

test('it is taken back at once, by either of them or an admin, and by nobody else', async () => {
  await handOver(ada, grace);
  const [running] = await delegationsOf(workspace.services, grace.id);
  const other = await workspace.person('reviewer', 'Edsger');
  const end = (by: Person) => endDelegation(workspace.services, running?.id ?? '', by, fromWeb);
  await expect(end(other)).rejects.toThrow('Your role does not allow this');
  expect(await end(grace)).toMatchObject({ kind: 'done' });
  expect(await standsIn(grace)).toEqual([]);
  expect(await end(ada)).toMatchObject({ reason: 'not_found' });
  expect(await workspace.actions()).toContain('delegation.ended');
});

test('an admin does it for anybody; nobody else does it for others', async () => {
  expect(await handOver(ada, grace, admin)).toMatchObject({ kind: 'done' });
  await expect(handOver(ada, admin, grace)).rejects.toThrow('Your role does not allow this');
});

test('what makes no sense is refused in words', async () => {
  const viewer = await workspace.person('viewer', 'Vic');
  expect(await handOver(ada, ada)).toMatchObject({ reason: 'same_person' });
  expect(await handOver(ada, viewer)).toMatchObject({ reason: 'cannot_stand_in' });
  expect(await handOver(viewer, ada)).toMatchObject({ reason: 'may_not_vote' });
  expect(await handOver(ada, grace, ada, 3, 3)).toMatchObject({ reason: 'no_time' });
  expect(await handOver(ada, grace, ada, -8, -1)).toMatchObject({ reason: 'no_time' });
  expect(await handOver(ada, grace, ada, 0, 24 * 365)).toMatchObject({ reason: 'too_long' });
  await handOver(ada, grace);
  expect(await handOver(ada, grace, ada, 4, 20)).toMatchObject({ reason: 'overlaps' });
});

test('what was handed on does not go on, and ends with whoever handed it on', async () => {
  const edsger = await workspace.person('reviewer', 'Edsger');
  await handOver(ada, grace);
  await handOver(grace, edsger);
  expect(await standsIn(edsger)).toEqual(['Grace']);
  await deactivatePerson(workspace.services, ada.id, admin, fromWeb);
  expect(await standsIn(grace)).toEqual([]);
  await erasePerson(workspace.services, grace.id, 'They asked for it', admin, fromWeb);
  expect(await workspace.prisma.delegation.count()).toBe(0);
});
