import { appendAudit } from '@/lib/audit/append';
import type { AuditContext, AuditFact } from '@/lib/domain/audit';
import { can, type Person } from '@/lib/domain/person';
import { newId } from '@/lib/ids';
import { notifyLive } from '@/lib/live/notify';
import type { Services } from '@/lib/services';
import { actorOf, demand } from './people';
import { lockPeople, personColumns, toPerson } from './store';

type DelegationServices = Pick<Services, 'db' | 'now'>;
type Named = Readonly<{ id: string; name: string }>;

/** Who votes in whose place, from when until when. */
export type Delegation = Readonly<{
  id: string;
  from: Named;
  to: Named;
  startsAt: Date;
  endsAt: Date;
  running: boolean;
}>;

export type DelegationOutcome =
  | { kind: 'done'; message: string }
  | { kind: 'refused'; reason: DelegationRefusal; message: string };

export type DelegationRefusal =
  | 'same_person'
  | 'may_not_vote'
  | 'cannot_stand_in'
  | 'no_time'
  | 'too_long'
  | 'overlaps'
  | 'not_found';

const refusalText: Record<DelegationRefusal, string> = {
  same_person: 'Choose somebody else.',
  may_not_vote: 'Only people who may decide have something to hand on.',
  cannot_stand_in: 'Choose somebody active whose role includes deciding.',
  no_time: 'It must end later than it begins, and later than now.',
  too_long: 'At most half a year at once.',
  overlaps: 'This person stands in at that time already.',
  not_found: 'It has ended already.',
};

const longestMs = 184 * 24 * 3600_000;

/** What runs or is to come of a person’s own delegations, and of those in which they stand in; the first to begin first. */
export async function delegationsOf(services: DelegationServices, personId: string): Promise<readonly Delegation[]> {
  const now = services.now();
  const named = { select: { id: true, name: true } } as const;
  const rows = await services.db.prisma.delegation.findMany({
    where: { revokedAt: null, endsAt: { gt: now }, OR: [{ fromUserId: personId }, { toUserId: personId }] },
    orderBy: [{ startsAt: 'asc' }, { id: 'asc' }],
    select: { id: true, startsAt: true, endsAt: true, from: named, to: named },
    take: 50,
  });
  return rows.map((row) => ({ ...row, running: row.startsAt <= now }));
}

/** Whom a person may ask to stand in: everybody active who may vote. */
export async function possibleDelegates(services: DelegationServices, personId: string): Promise<readonly Named[]> {
  const rows = await services.db.prisma.user.findMany({
    where: { id: { not: personId }, deactivatedAt: null, role: { in: ['reviewer', 'admin'] } },
    orderBy: [{ name: 'asc' }, { id: 'asc' }],
    select: { id: true, name: true },
    take: 500,
  });
  return rows;
}

/**
 * Lets somebody vote in a person's place for a time; it ends by itself. A person does it for themselves, an admin for anybody.
 * Throws `forbidden` for everybody else.
 */
export async function delegate(
  services: DelegationServices,
  input: { fromId: string; toId: string; startsAt: Date; endsAt: Date },
  by: Person,
  context: AuditContext,
): Promise<DelegationOutcome> {
  if (by.id !== input.fromId) demand(by, 'people.manage');
  const { fromId, toId, startsAt, endsAt } = input;
  return services.db.prisma.$transaction(async (tx) => {
    await lockPeople(tx);
    const now = services.now();
    if (fromId === toId) return refused('same_person');
    const rows = await tx.user.findMany({ where: { id: { in: [fromId, toId] } }, select: personColumns });
    const people = new Map(rows.map((row) => [row.id, toPerson(row, now)]));
    const [from, to] = [people.get(fromId), people.get(toId)];
    if (from === undefined || !can(from, 'approvals.vote')) return refused('may_not_vote');
    if (to === undefined || !can(to, 'approvals.vote')) return refused('cannot_stand_in');
    if (endsAt <= startsAt || endsAt <= now) return refused('no_time');
    if (endsAt.getTime() - startsAt.getTime() > longestMs) return refused('too_long');
    const present = { fromUserId: fromId, toUserId: toId, revokedAt: null };
    const overlapping = { ...present, startsAt: { lt: endsAt }, endsAt: { gt: startsAt } };
    if ((await tx.delegation.count({ where: overlapping })) > 0) return refused('overlaps');
    await tx.delegation.create({
      data: { id: newId('del', now), fromUserId: fromId, toUserId: toId, startsAt, endsAt, createdAt: now },
    });
    await appendAudit(tx, now, {
      ...made(startsAt, endsAt),
      actor: actorOf(by),
      targets: [target(from), target(to)],
      context,
    });
    await notifyLive(tx, { type: 'people' });
    return { kind: 'done', message: `${to.name} may vote for ${from.id === by.id ? 'you' : from.name}.` };
  });
}

/** Ends a delegation before its time, at once on every surface. For whoever made it, whoever stands in, and admins. */
export async function endDelegation(
  services: DelegationServices,
  id: string,
  by: Person,
  context: AuditContext,
): Promise<DelegationOutcome> {
  return services.db.prisma.$transaction(async (tx) => {
    await lockPeople(tx);
    const now = services.now();
    const named = { select: { id: true, name: true } } as const;
    const row = await tx.delegation.findUnique({ where: { id }, include: { from: named, to: named } });
    if (row === null || row.revokedAt !== null || row.endsAt <= now) return refused('not_found');
    if (by.id !== row.fromUserId && by.id !== row.toUserId) demand(by, 'people.manage');
    await tx.delegation.update({ where: { id }, data: { revokedAt: now } });
    await appendAudit(tx, now, {
      action: 'delegation.ended',
      facts: { until: row.endsAt.toISOString() },
      actor: actorOf(by),
      targets: [target(row.from), target(row.to)],
      context,
    });
    await notifyLive(tx, { type: 'people' });
    return { kind: 'done', message: 'Ended.' };
  });
}

function made(startsAt: Date, endsAt: Date): Extract<AuditFact<'delegation'>, { action: 'delegation.made' }> {
  return { action: 'delegation.made', facts: { from: startsAt.toISOString(), until: endsAt.toISOString() } };
}

function target({ id, name }: Named) {
  return { type: 'person' as const, id, name };
}

function refused(reason: DelegationRefusal): DelegationOutcome {
  return { kind: 'refused', reason, message: refusalText[reason] };
}
