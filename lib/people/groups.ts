import { z } from 'zod';
import { appendAudit } from '@/lib/audit/append';
import type { Transaction } from '@/lib/db';
import type { AuditContext, AuditFact, Target } from '@/lib/domain/audit';
import { can, type Person } from '@/lib/domain/person';
import { newId } from '@/lib/ids';
import { notifyLive } from '@/lib/live/notify';
import { policiesInForce } from '@/lib/policies/published-store';
import type { Services } from '@/lib/services';
import { actorOf, type By, demand } from './people';
import { lockPeople, personColumns, toPerson } from './store';

type GroupServices = Pick<Services, 'db' | 'now'>;

export type Group = Readonly<{ id: string; name: string; description: string }>;

export type GroupOutcome =
  | { kind: 'done'; group: Group }
  | { kind: 'unchanged'; group: Group }
  | { kind: 'refused'; reason: GroupRefusal; message: string };

export type GroupRefusal = 'name_taken' | 'not_found' | 'nobody' | 'rule_names_it' | 'asked_now';

const refusalText: Record<GroupRefusal, string> = {
  name_taken: 'There is a group of this name already.',
  not_found: 'This group is not here any more.',
  nobody: 'One of these people is not here any more.',
  rule_names_it: 'A rule of the published policy names this group. Publish one that does not first.',
  asked_now: 'This group is asked about requests that are still open. Wait until they are decided.',
};

const plain = /^\P{Cc}*$/u;

/** A group as a form gives it. */
export const groupSchema = z.object({
  name: z
    .string()
    .trim()
    .min(1, 'Give a name.')
    .max(60, 'Use at most 60 characters.')
    .regex(plain, 'Leave out control characters.'),
  description: z
    .string()
    .trim()
    .max(200, 'Use at most 200 characters.')
    .regex(plain, 'Leave out control characters.')
    .default(''),
});
export type GroupInput = z.input<typeof groupSchema>;

/** The names of the groups that a person is in, read anew. */
export async function groupsOf(tx: Transaction, personId: string): Promise<readonly string[]> {
  const rows = await tx.groupMember.findMany({
    where: { userId: personId },
    orderBy: { group: { name: 'asc' } },
    select: { group: { select: { name: true } } },
  });
  return rows.map(({ group }) => group.name);
}

/** The people in a group, by its name; nobody for a group that is not there. Who is not active is left out. */
export async function membersOf(tx: Transaction, groupName: string, now: Date): Promise<readonly Person[]> {
  const rows = await tx.user.findMany({
    where: { groups: { some: { group: { name: groupName } } } },
    orderBy: [{ name: 'asc' }, { id: 'asc' }],
    select: personColumns,
  });
  return rows.map((row) => toPerson(row, now)).filter((person) => person.active);
}

export type GroupRow = Group & Readonly<{ members: readonly { id: string; name: string; active: boolean }[] }>;

const longestList = 200;

/** All groups by name, each with its members. For admins and auditors. */
export async function listGroups(services: GroupServices, by: Person): Promise<readonly GroupRow[]> {
  if (!can(by, 'people.manage')) demand(by, 'audit.read');
  const rows = await services.db.prisma.personGroup.findMany({
    orderBy: [{ name: 'asc' }],
    take: longestList,
    select: {
      ...groupColumns,
      members: { orderBy: { user: { name: 'asc' } }, select: { user: { select: personColumns } } },
    },
  });
  const now = services.now();
  return rows.map(({ members, ...group }) => ({
    ...group,
    members: members.map(({ user }) => {
      const { id, name, active } = toPerson(user, now);
      return { id, name, active };
    }),
  }));
}

/** Makes an empty group. A name in use, in whatever case, is refused as a value. */
export async function createGroup(
  services: GroupServices,
  input: GroupInput,
  by: By,
  context: AuditContext,
): Promise<GroupOutcome> {
  demand(by, 'people.manage');
  const wanted = groupSchema.parse(input);
  return services.db.prisma.$transaction(async (tx) => {
    await lockPeople(tx);
    if (await isTaken(tx, wanted.name, null)) return refused('name_taken');
    const now = services.now();
    const group = await tx.personGroup.create({
      data: { id: newId('grp', now), ...wanted, createdAt: now },
      select: groupColumns,
    });
    await record(services, tx, by, context, group, [], { action: 'group.created', facts: { name: group.name } });
    return { kind: 'done', group };
  });
}

/** Gives a group another name or description. Rules name a group, so they are asked first. */
export async function changeGroup(
  services: GroupServices,
  groupId: string,
  input: GroupInput,
  by: By,
  context: AuditContext,
): Promise<GroupOutcome> {
  demand(by, 'people.manage');
  const wanted = groupSchema.parse(input);
  return onGroup(services, groupId, async (tx, before) => {
    if (before.name === wanted.name && before.description === wanted.description) {
      return { kind: 'unchanged', group: before };
    }
    if (await isTaken(tx, wanted.name, groupId)) return refused('name_taken');
    const named = before.name === wanted.name ? null : await namedBy(tx, before.name);
    if (named !== null) return refused(named);
    const group = await tx.personGroup.update({ where: { id: groupId }, data: wanted, select: groupColumns });
    await record(services, tx, by, context, group, [], {
      action: 'group.changed',
      facts: { from: before.name, to: group.name },
    });
    return { kind: 'done', group };
  });
}

/** Makes exactly these people the members of a group, with an entry in the history for each who comes or goes. */
export async function setMembers(
  services: GroupServices,
  groupId: string,
  personIds: readonly string[],
  by: By,
  context: AuditContext,
): Promise<GroupOutcome> {
  demand(by, 'people.manage');
  return onGroup(services, groupId, async (tx, group) => {
    const present = await tx.groupMember.findMany({
      where: { groupId },
      select: { user: { select: { id: true, name: true } } },
    });
    const wanted = new Set(personIds);
    const coming = await tx.user.findMany({
      where: { id: { in: [...wanted].filter((id) => !present.some(({ user }) => user.id === id)) } },
      select: { id: true, name: true },
    });
    const staying = present.filter(({ user }) => wanted.has(user.id));
    if (staying.length + coming.length < wanted.size) return refused('nobody');
    const leaving = present.map(({ user }) => user).filter(({ id }) => !wanted.has(id));
    if (coming.length === 0 && leaving.length === 0) return { kind: 'unchanged', group };
    for (const person of coming) await addToGroup(services, tx, group, person, by, context);
    for (const person of leaving) await takeFromGroup(services, tx, group, person, by, context);
    return { kind: 'done', group };
  });
}

/** Deletes a group that no rule in force and no open request names; its members stay people. */
export async function deleteGroup(
  services: GroupServices,
  groupId: string,
  by: By,
  context: AuditContext,
): Promise<GroupOutcome> {
  demand(by, 'people.manage');
  return onGroup(services, groupId, async (tx, group) => {
    const named = await namedBy(tx, group.name);
    if (named !== null) return refused(named);
    const members = await tx.groupMember.count({ where: { groupId } });
    await tx.personGroup.delete({ where: { id: groupId } });
    await record(services, tx, by, context, group, [], {
      action: 'group.deleted',
      facts: { name: group.name, members },
    });
    return { kind: 'done', group };
  });
}

type Named = Readonly<{ id: string; name: string }>;

/** Puts a person into a group in the caller's transaction; again changes nothing. Asks for no permission. */
export async function addToGroup(
  services: GroupServices,
  tx: Transaction,
  group: Named,
  person: Named,
  by: By,
  context: AuditContext,
): Promise<void> {
  const { count } = await tx.groupMember.createMany({
    data: { groupId: group.id, userId: person.id, addedAt: services.now() },
    skipDuplicates: true,
  });
  if (count === 0) return;
  await record(services, tx, by, context, group, [person], {
    action: 'group.member_added',
    facts: { group: group.name },
  });
}

/** Takes a person out of a group in the caller's transaction; again changes nothing. Asks for no permission. */
export async function takeFromGroup(
  services: GroupServices,
  tx: Transaction,
  group: Named,
  person: Named,
  by: By,
  context: AuditContext,
): Promise<void> {
  const { count } = await tx.groupMember.deleteMany({ where: { groupId: group.id, userId: person.id } });
  if (count === 0) return;
  await record(services, tx, by, context, group, [person], {
    action: 'group.member_removed',
    facts: { group: group.name },
  });
}

const groupColumns = { id: true, name: true, description: true } as const;

async function onGroup(
  services: GroupServices,
  groupId: string,
  change: (tx: Transaction, group: Group) => Promise<GroupOutcome>,
): Promise<GroupOutcome> {
  return services.db.prisma.$transaction(async (tx) => {
    await lockPeople(tx);
    const group = await tx.personGroup.findUnique({ where: { id: groupId }, select: groupColumns });
    return group === null ? refused('not_found') : change(tx, group);
  });
}

// Rules and requests name a group. Without its name nobody could decide what they ask it about.
async function namedBy(tx: Transaction, name: string): Promise<'rule_names_it' | 'asked_now' | null> {
  const { published } = await policiesInForce(tx);
  const inRule = (published.document?.rules ?? []).some(
    ({ outcome }) =>
      outcome.outcome === 'review' &&
      (outcome.groups.includes(name) || outcome.escalate.some((step) => step.groups.includes(name))),
  );
  if (inRule) return 'rule_names_it';
  const open = await tx.approval.count({ where: { status: 'pending', eligibleGroups: { has: name } } });
  return open > 0 ? 'asked_now' : null;
}

async function isTaken(tx: Transaction, name: string, byOtherThan: string | null): Promise<boolean> {
  const other = await tx.personGroup.findFirst({
    where: {
      name: { equals: escaped(name), mode: 'insensitive' },
      ...(byOtherThan ? { id: { not: byOtherThan } } : {}),
    },
    select: { id: true },
  });
  return other !== null;
}

// Without regard to case Prisma compares with ILIKE, to which these are patterns.
const escaped = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

async function record(
  services: GroupServices,
  tx: Transaction,
  by: By,
  context: AuditContext,
  group: Named,
  people: readonly Named[],
  fact: AuditFact<'group'>,
): Promise<void> {
  const targets: Target[] = [
    ...people.map(({ id, name }) => ({ type: 'person' as const, id, name })),
    { type: 'group', id: group.id, name: group.name },
  ];
  await appendAudit(tx, services.now(), { ...fact, actor: actorOf(by), targets, context });
  await notifyLive(tx, { type: 'people' });
}

function refused(reason: GroupRefusal): GroupOutcome {
  return { kind: 'refused', reason, message: refusalText[reason] };
}
