import { z } from 'zod';
import { releaseClaimsOf } from '@/lib/approvals/claims';
import { appendAudit } from '@/lib/audit/append';
import type { Transaction } from '@/lib/db';
import { type Actor, type AuditContext, type AuditFact, system } from '@/lib/domain/audit';
import { can, type Permission, type Person, type Role, roles } from '@/lib/domain/person';
import { AppError } from '@/lib/errors';
import { newId } from '@/lib/ids';
import { notifyLive } from '@/lib/live/notify';
import type { Services } from '@/lib/services';
import { hashed, isPasswordOf, storePassword } from './password';
import { countAttempt, hasEnded, lockPeople, personColumns, toPerson } from './store';

type PeopleServices = Pick<Services, 'db' | 'now'>;

/** Who acts: a person, whose role is checked, or the system itself at start and from the command line. */
export type By = Person | 'system';

export type PersonOutcome =
  | { kind: 'done'; person: Person }
  | { kind: 'unchanged'; person: Person } // it was so already
  | { kind: 'refused'; reason: PersonRefusal; message: string };

export type PersonRefusal =
  | 'email_taken'
  | 'last_admin'
  | 'wrong_password'
  | 'too_many_attempts'
  | 'not_found'
  | 'no_seat'
  | 'seat_over'
  | 'seat_ended'
  | 'erased'
  | 'erased';

const refusalText: Record<PersonRefusal, string> = {
  email_taken: 'Somebody with this e-mail address is here already.',
  last_admin: 'This is the last active admin. Make somebody else an admin first.',
  wrong_password: 'The current password is not right.',
  too_many_attempts: 'Too many wrong passwords. Wait five minutes and try again.',
  not_found: 'This person is not here any more.',
  no_seat: 'Only an auditor’s access can have an end.',
  erased: 'Who this was has been erased. The account stays closed.',
  seat_ended: 'The seat has ended. Give it a later end, or another role.',
  seat_over: 'Choose a day that is not over yet.',
};

export const passwordSchema = z.string().min(10, 'Use at least 10 characters.').max(128, 'Use at most 128 characters.');

/** A person to add, as a form or a command gives it. */
export const newPersonSchema = z.object({
  name: z
    .string()
    .trim()
    .min(1, 'Give a name.')
    .max(100, 'Use at most 100 characters.')
    .regex(/^\P{Cc}*$/u, 'Leave out control characters.'),
  email: z.string().trim().toLowerCase().pipe(z.email('Give an e-mail address.').max(254)),
  role: z.enum(roles),
  password: passwordSchema,
  /** When an auditor's access ends by itself. */
  seatEndsAt: z.date().nullable().default(null),
});
export type NewPerson = z.input<typeof newPersonSchema>;

/** Adds a person. Throws `forbidden` without `people.manage`; an address in use is refused as a value. */
export async function createPerson(
  services: PeopleServices,
  input: NewPerson,
  by: By,
  context: AuditContext,
): Promise<PersonOutcome> {
  demand(by, 'people.manage');
  const hash = await hashed(input.password);
  return services.db.prisma.$transaction((tx) => insertPerson(services, tx, { ...input, hash }, by, context));
}

/** Gives a person another role; it counts from their next request on. */
export async function changeRole(
  services: PeopleServices,
  personId: string,
  role: Role,
  by: By,
  context: AuditContext,
): Promise<PersonOutcome> {
  demand(by, 'people.manage');
  return changePerson(services, personId, async (tx, person) => {
    if (person.role === role) return { kind: 'unchanged', person };
    if (role !== 'admin' && (await isLastAdmin(tx, person))) return refused('last_admin');
    await tx.user.update({ where: { id: person.id }, data: { role, seatEndsAt: null } });
    await record(services, tx, by, context, person, {
      action: 'person.role_changed',
      facts: { from: person.role, to: role },
    });
    return { kind: 'done', person: { ...person, role } };
  });
}

/** Shuts a person out at once: their sessions end here, and every surface asks whether its person is active. */
export async function deactivatePerson(
  services: PeopleServices,
  personId: string,
  by: By,
  context: AuditContext,
): Promise<PersonOutcome> {
  demand(by, 'people.manage');
  return changePerson(services, personId, async (tx, person, { deactivatedAt }) => {
    if (deactivatedAt !== null) return { kind: 'unchanged', person };
    if (await isLastAdmin(tx, person)) return refused('last_admin');
    await tx.user.update({ where: { id: person.id }, data: { deactivatedAt: services.now() } });
    await tx.session.deleteMany({ where: { userId: person.id } });
    await record(services, tx, by, context, person, { action: 'person.deactivated', facts: { role: person.role } });
    await releaseClaimsOf(tx, person, services.now());
    return { kind: 'done', person: { ...person, active: false } };
  });
}

/**
 * Sets when an auditor's access ends by itself, on every surface, or with null that it does not. A seat that was over
 * and is given a later end works again.
 */
export async function setSeatEnd(
  services: PeopleServices,
  personId: string,
  endsAt: Date | null,
  by: By,
  context: AuditContext,
): Promise<PersonOutcome> {
  demand(by, 'people.manage');
  if (hasEnded(endsAt, services.now())) return refused('seat_over');
  return changePerson(services, personId, async (tx, person, { seatEndsAt }) => {
    if (person.role !== 'auditor') return refused('no_seat');
    if (seatEndsAt?.getTime() === endsAt?.getTime()) return { kind: 'unchanged', person };
    const row = await tx.user.update({
      where: { id: person.id },
      data: { seatEndsAt: endsAt },
      select: personColumns,
    });
    await record(services, tx, by, context, person, seatChanged(seatEndsAt, endsAt));
    return { kind: 'done', person: toPerson(row, services.now()) };
  });
}

/** Lets a person in again, with the role and the password of before. */
export async function reactivatePerson(
  services: PeopleServices,
  personId: string,
  by: By,
  context: AuditContext,
): Promise<PersonOutcome> {
  demand(by, 'people.manage');
  return changePerson(services, personId, async (tx, person, { seatEndsAt }) => {
    if (person.active) return { kind: 'unchanged', person };
    if (hasEnded(seatEndsAt, services.now())) return refused('seat_ended');
    await tx.user.update({ where: { id: person.id }, data: { deactivatedAt: null } });
    await record(services, tx, by, context, person, { action: 'person.reactivated', facts: { role: person.role } });
    return { kind: 'done', person: { ...person, active: true } };
  });
}

export type PasswordChange = Readonly<{
  personId: string;
  password: string;
  /** Needed for one's own password, whatever one's role. */
  current?: string;
  /** The session that goes on; all others of the person end. */
  keepSessionId?: string;
}>;

// Whoever finds an open browser must not be able to try out passwords in it.
const currentPasswordLimit = { max: 10, windowMs: 5 * 60_000 };

/** Sets a password: one's own with the current one, anybody's as an admin. The person's other sessions end. */
export async function setPassword(
  services: PeopleServices,
  { personId, password, current, keepSessionId }: PasswordChange,
  by: By,
  context: AuditContext,
): Promise<PersonOutcome> {
  const own = by !== 'system' && by.id === personId;
  if (!own) demand(by, 'people.manage');
  else if (!by.active) throw new AppError('forbidden', 'This account is deactivated.');
  const { prisma } = services.db;
  if (own) {
    const waitMs = await countAttempt(prisma, `password:${personId}`, currentPasswordLimit, services.now());
    if (waitMs > 0) return refused('too_many_attempts');
    if (!(await isPasswordOf(prisma, personId, current ?? ''))) return refused('wrong_password');
  }
  const hash = await hashed(password);
  return changePerson(services, personId, async (tx, person) => {
    await storePassword(tx, person.id, hash);
    await tx.session.deleteMany({
      where: { userId: person.id, ...(own && keepSessionId ? { id: { not: keepSessionId } } : {}) },
    });
    await record(services, tx, by, context, person, {
      action: 'person.password_reset',
      facts: { by: own ? 'self' : 'admin' },
    });
    return { kind: 'done', person };
  });
}

export type PersonRow = Person &
  Readonly<{ createdAt: Date; signedInAt: Date | null; seatEndsAt: Date | null; seatOver: boolean; erased: boolean }>;

const longestList = 500;

/** People by name, active ones first; `search` looks into names and addresses. For admins and auditors. */
export async function listPeople(
  services: PeopleServices,
  by: Person,
  options: { search?: string } = {},
): Promise<readonly PersonRow[]> {
  if (!can(by, 'people.manage')) demand(by, 'audit.read');
  const search = options.search?.trim();
  const rows = await services.db.prisma.user.findMany({
    ...(search
      ? {
          where: {
            OR: [
              { name: { contains: search, mode: 'insensitive' } },
              { email: { contains: search, mode: 'insensitive' } },
            ],
          },
        }
      : {}),
    orderBy: [{ deactivatedAt: { sort: 'asc', nulls: 'first' } }, { name: 'asc' }, { id: 'asc' }],
    take: longestList,
    select: {
      ...personColumns,
      createdAt: true,
      erasedAt: true,
      sessions: { orderBy: { createdAt: 'desc' }, take: 1, select: { createdAt: true } },
    },
  });
  const now = services.now();
  return rows.map((row) => ({
    ...toPerson(row, now),
    seatEndsAt: row.seatEndsAt,
    seatOver: hasEnded(row.seatEndsAt, now),
    erased: row.erasedAt !== null,
    createdAt: row.createdAt,
    signedInAt: row.sessions[0]?.createdAt ?? null,
  }));
}

/** One person, for admins; null when there is none of this id. */
export async function findPerson(services: PeopleServices, by: Person, personId: string): Promise<Person | null> {
  demand(by, 'people.manage');
  const row = await services.db.prisma.user.findUnique({ where: { id: personId }, select: personColumns });
  return row && toPerson(row, services.now());
}

/**
 * Makes the admin whom the environment names, unless there is an admin already. Safe at every start and in several
 * processes at once; returns the person when this call made them.
 */
export async function ensureFirstAdmin(services: PeopleServices & Pick<Services, 'env'>): Promise<Person | null> {
  const { admin } = services.env;
  if (admin === null || (await hasAdmin(services.db.prisma))) return null;
  return createFirstAdmin(
    services,
    { name: nameFrom(admin.email), email: admin.email, password: admin.password },
    { surface: 'worker' },
  );
}

/** Makes the first admin; null when there is one. Two at once: one wins. */
export async function createFirstAdmin(
  services: PeopleServices,
  input: Omit<NewPerson, 'role'>,
  context: AuditContext,
): Promise<Person | null> {
  const hash = await hashed(input.password);
  return services.db.prisma.$transaction(async (tx) => {
    await lockPeople(tx);
    if (await hasAdmin(tx)) return null;
    const outcome = await insertPerson(services, tx, { ...input, role: 'admin', hash }, 'system', context);
    if (outcome.kind !== 'refused') return outcome.person;
    // Somebody of this address is here, but not as an admin: the environment, or the set-up link, says to make them one.
    const present = await tx.user.findUniqueOrThrow({ where: { email: input.email }, select: personColumns });
    const person = toPerson(present, services.now());
    await tx.user.update({ where: { id: person.id }, data: { role: 'admin', deactivatedAt: null, seatEndsAt: null } });
    await storePassword(tx, person.id, hash);
    await tx.session.deleteMany({ where: { userId: person.id } });
    await record(services, tx, 'system', context, person, {
      action: 'person.role_changed',
      facts: { from: person.role, to: 'admin' },
    });
    return { ...person, role: 'admin', active: true };
  });
}

/** Whether anybody could let others in. */
export async function hasAdmin(tx: Transaction): Promise<boolean> {
  return (await tx.user.findFirst({ where: { role: 'admin', deactivatedAt: null }, select: { id: true } })) !== null;
}

/** Makes somebody an account without a password, in the caller's transaction and under `lockPeople`. Asks for no permission. */
export async function insertAccount(
  services: PeopleServices,
  tx: Transaction,
  input: { name: string; email: string; role: Role },
  context: AuditContext,
): Promise<Person> {
  const now = services.now();
  const id = newId('usr', now);
  await tx.user.create({ data: { id, ...input, emailVerified: true, createdAt: now } });
  const person: Person = { id, ...input, active: true, groups: [] };
  await record(services, tx, 'system', context, person, { action: 'person.created', facts: { role: input.role } });
  return person;
}

/**
 * Gives a person the role that a sign-in service says, in the caller's transaction and under `lockPeople`. The last active
 * admin stays one. Asks for no permission.
 */
export async function applyRole(
  services: PeopleServices,
  tx: Transaction,
  personId: string,
  role: Role,
  context: AuditContext,
): Promise<void> {
  const row = await tx.user.findUniqueOrThrow({ where: { id: personId }, select: personColumns });
  const person = toPerson(row, services.now());
  if (person.role === role || (await isLastAdmin(tx, person))) return;
  await tx.user.update({ where: { id: personId }, data: { role, seatEndsAt: null } });
  await record(services, tx, 'system', context, person, {
    action: 'person.role_changed',
    facts: { from: person.role, to: role },
  });
}

/** Throws `forbidden`, in words for the person, when they may not do this. */
export function demand(by: By, permission: Permission): void {
  if (by !== 'system' && !can(by, permission)) {
    throw new AppError('forbidden', 'Your role does not allow this. An admin can change your role.');
  }
}

/** The person or the system as the audit history names them. */
export function actorOf(by: By): Actor {
  return by === 'system' ? system : { type: 'person', id: by.id, name: by.name };
}

async function insertPerson(
  services: PeopleServices,
  tx: Transaction,
  input: Omit<NewPerson, 'password'> & { hash: string },
  by: By,
  context: AuditContext,
): Promise<PersonOutcome> {
  const now = services.now();
  const email = input.email.toLowerCase();
  const id = newId('usr', now);
  const seatEndsAt = input.seatEndsAt ?? null;
  if (seatEndsAt !== null && input.role !== 'auditor') return refused('no_seat');
  if (hasEnded(seatEndsAt, now)) return refused('seat_over');
  const made = await tx.user.createMany({
    data: { id, name: input.name, email, emailVerified: true, role: input.role, createdAt: now, seatEndsAt },
    skipDuplicates: true, // a failed insert would end the transaction
  });
  if (made.count === 0) return refused('email_taken');
  await storePassword(tx, id, input.hash);
  const person: Person = { id, name: input.name, email, role: input.role, active: true, groups: [] };
  await record(services, tx, by, context, person, { action: 'person.created', facts: { role: input.role } });
  if (seatEndsAt !== null) await record(services, tx, by, context, person, seatChanged(null, seatEndsAt));
  return { kind: 'done', person };
}

async function changePerson(
  services: PeopleServices,
  personId: string,
  change: (
    tx: Transaction,
    person: Person,
    row: { seatEndsAt: Date | null; deactivatedAt: Date | null },
  ) => Promise<PersonOutcome>,
): Promise<PersonOutcome> {
  return services.db.prisma.$transaction(async (tx) => {
    await lockPeople(tx);
    const row = await tx.user.findUnique({ where: { id: personId }, select: { ...personColumns, erasedAt: true } });
    if (row?.erasedAt) return refused('erased');
    return row === null ? refused('not_found') : change(tx, toPerson(row, services.now()), row);
  });
}

/** Whether nobody would be left to let others in. */
export async function isLastAdmin(tx: Transaction, person: Person): Promise<boolean> {
  if (person.role !== 'admin' || !person.active) return false;
  const other = await tx.user.findFirst({
    where: { role: 'admin', deactivatedAt: null, id: { not: person.id } },
    select: { id: true },
  });
  return other === null;
}

function seatChanged(from: Date | null, to: Date | null): AuditFact<'person'> {
  const day = (end: Date | null) => end?.toISOString() ?? 'no end';
  return { action: 'person.seat_changed', facts: { from: day(from), to: day(to) } };
}

async function record(
  services: PeopleServices,
  tx: Transaction,
  by: By,
  context: AuditContext,
  person: Person,
  fact: AuditFact<'person'>,
): Promise<void> {
  await appendAudit(tx, services.now(), { ...fact, actor: actorOf(by), targets: [target(person)], context });
  await notifyLive(tx, { type: 'people' });
}

function target(person: Person) {
  return { type: 'person' as const, id: person.id, name: person.name };
}

function refused(reason: PersonRefusal): PersonOutcome {
  return { kind: 'refused', reason, message: refusalText[reason] };
}

function nameFrom(email: string): string {
  const local = email.split('@')[0] ?? email;
  return local.charAt(0).toUpperCase() + local.slice(1);
}
