import { createHash } from 'node:crypto';
import { z } from 'zod';
import { appendAudit } from '@/lib/audit/append';
import type { Transaction } from '@/lib/db';
import type { AuditContext, AuditFact } from '@/lib/domain/audit';
import { type Person, type Role, roles } from '@/lib/domain/person';
import { newId, newToken } from '@/lib/ids';
import { notifyLive } from '@/lib/live/notify';
import type { Services } from '@/lib/services';
import { addToGroup } from './groups';
import { hashed, storePassword } from './password';
import { actorOf, type By, demand, insertAccount, newPersonSchema } from './people';
import { lockPeople } from './store';

type InvitationServices = Pick<Services, 'env' | 'db' | 'now'>;

const lifetimeMs = 7 * 24 * 3600_000;

export const invitationSchema = newPersonSchema
  .pick({ email: true, role: true })
  .extend({ groupIds: z.array(z.string().max(100)).max(100).default([]) });
export type InvitationInput = z.output<typeof invitationSchema>;

export type InvitationOutcome = { kind: 'done'; link: string } | { kind: 'refused'; message: string };

/**
 * Invites somebody. The link is answered this once: nothing is sent, and only its hash is kept. It works once, for seven
 * days; an earlier one for the same address stops working.
 */
export async function invite(
  services: InvitationServices,
  input: InvitationInput,
  by: Person,
  context: AuditContext,
): Promise<InvitationOutcome> {
  demand(by, 'people.manage');
  const now = services.now();
  const token = newToken(32);
  return services.db.prisma.$transaction(async (tx): Promise<InvitationOutcome> => {
    await lockPeople(tx);
    if ((await tx.user.count({ where: { email: input.email } })) > 0) {
      return refused('Somebody with this e-mail address is here already.');
    }
    const groups = await tx.personGroup.findMany({ where: { id: { in: [...input.groupIds] } } });
    if (groups.length < new Set(input.groupIds).size) return refused('One of the groups is not here any more.');
    await tx.invitation.updateMany({ where: { email: input.email, closedAt: null }, data: { closedAt: now } });
    const id = newId('inv', now);
    await tx.invitation.create({
      data: {
        id,
        email: input.email,
        role: input.role,
        groupIds: groups.map((group) => group.id),
        tokenHash: hashOf(token),
        createdAt: now,
        createdBy: by.name,
        expiresAt: new Date(now.getTime() + lifetimeMs),
      },
    });
    await record(services, tx, by, id, context, {
      action: 'invitation.made',
      facts: { email: input.email, role: input.role, groups: groups.map(({ name }) => name).join(', ') },
    });
    return { kind: 'done', link: linkOf(services, token) };
  });
}

/** Makes a new link for an open invitation, good for seven days from now; the one of before stops working. */
export async function renewInvitation(
  services: InvitationServices,
  invitationId: string,
  by: Person,
  context: AuditContext,
): Promise<InvitationOutcome> {
  demand(by, 'people.manage');
  const now = services.now();
  const token = newToken(32);
  return services.db.prisma.$transaction(async (tx): Promise<InvitationOutcome> => {
    const { count } = await tx.invitation.updateMany({
      where: { id: invitationId, closedAt: null },
      data: { tokenHash: hashOf(token), expiresAt: new Date(now.getTime() + lifetimeMs) },
    });
    if (count === 0) return refused('This invitation is not open any more.');
    const { role } = await tx.invitation.findUniqueOrThrow({ where: { id: invitationId } });
    await record(services, tx, by, invitationId, context, { action: 'invitation.renewed', facts: { role } });
    return { kind: 'done', link: linkOf(services, token) };
  });
}

/** Takes an open invitation back; again changes nothing. */
export async function revokeInvitation(
  services: InvitationServices,
  invitationId: string,
  by: Person,
  context: AuditContext,
): Promise<void> {
  demand(by, 'people.manage');
  await services.db.prisma.$transaction(async (tx) => {
    const row = await tx.invitation.findUnique({ where: { id: invitationId } });
    const { count } = await tx.invitation.updateMany({
      where: { id: invitationId, closedAt: null },
      data: { closedAt: services.now() },
    });
    if (row === null || count === 0) return;
    await record(services, tx, by, invitationId, context, {
      action: 'invitation.revoked',
      facts: { role: row.role },
    });
  });
}

export type InvitationView = Readonly<{
  id: string;
  email: string;
  role: Role;
  createdBy: string;
  expiresAt: Date;
  over: boolean;
}>;

/** The invitations that nobody has accepted or taken back, newest first; those that are over can be renewed. */
export async function listInvitations(services: InvitationServices, by: Person): Promise<readonly InvitationView[]> {
  demand(by, 'people.manage');
  const rows = await services.db.prisma.invitation.findMany({
    where: { closedAt: null },
    orderBy: { createdAt: 'desc' },
    take: 200,
  });
  return rows.map(({ id, email, role, createdBy, expiresAt }) => ({
    id,
    email,
    role: z.enum(roles).parse(role),
    createdBy,
    expiresAt,
    over: expiresAt <= services.now(),
  }));
}

export type OpenInvitation = Readonly<{ id: string; email: string; role: Role; groupIds: readonly string[] }>;

/** The invitation that a link opens now, or null when it is unknown, used, taken back or over. */
export async function findInvitation(services: InvitationServices, token: string): Promise<OpenInvitation | null> {
  return openWhere(services.db.prisma, { tokenHash: hashOf(token) }, services.now());
}

/** The invitation that is open for an address, or null. */
export async function openInvitation(tx: Transaction, email: string, now: Date): Promise<OpenInvitation | null> {
  return openWhere(tx, { email }, now);
}

export const acceptSchema = newPersonSchema.pick({ name: true, password: true });

export type AcceptOutcome = { kind: 'done'; personId: string } | { kind: 'refused'; message: string };

/** Makes the account of somebody who was invited, with the role and groups of the invitation. Two at once: one wins. */
export async function acceptInvitation(
  services: InvitationServices,
  token: string,
  input: z.output<typeof acceptSchema>,
  context: AuditContext,
): Promise<AcceptOutcome> {
  const hash = await hashed(input.password);
  return services.db.prisma.$transaction(async (tx): Promise<AcceptOutcome> => {
    await lockPeople(tx);
    const invitation = await openWhere(tx, { tokenHash: hashOf(token) }, services.now());
    if (invitation === null) return refused('This invitation is not open any more. Ask for a new one.');
    const { email, role } = invitation;
    if ((await tx.user.count({ where: { email } })) > 0) {
      return refused('There is an account with this e-mail address already. Sign in.');
    }
    const person = await insertAccount(services, tx, { name: input.name, email, role }, context);
    await storePassword(tx, person.id, hash);
    await closeAccepted(services, tx, invitation, person, 'password', context);
    return { kind: 'done', personId: person.id };
  });
}

/** Closes an invitation that somebody accepted, and puts them into its groups, in the caller's transaction. */
export async function closeAccepted(
  services: Pick<Services, 'db' | 'now'>,
  tx: Transaction,
  invitation: OpenInvitation,
  person: Person,
  how: 'password' | 'service',
  context: AuditContext,
): Promise<void> {
  await tx.invitation.updateMany({ where: { id: invitation.id }, data: { closedAt: services.now() } });
  const groups = await tx.personGroup.findMany({ where: { id: { in: [...invitation.groupIds] } } });
  for (const group of groups) await addToGroup(services, tx, group, person, 'system', context);
  await record(services, tx, person, invitation.id, context, {
    action: 'invitation.accepted',
    facts: { role: invitation.role, how },
  });
}

async function openWhere(
  tx: Transaction,
  where: { tokenHash: string } | { email: string },
  now: Date,
): Promise<OpenInvitation | null> {
  const row = await tx.invitation.findFirst({ where: { ...where, closedAt: null, expiresAt: { gt: now } } });
  return row && { id: row.id, email: row.email, role: z.enum(roles).parse(row.role), groupIds: row.groupIds };
}

async function record(
  services: Pick<Services, 'now'>,
  tx: Transaction,
  by: By,
  id: string,
  context: AuditContext,
  fact: AuditFact<'invitation'>,
): Promise<void> {
  await appendAudit(tx, services.now(), {
    ...fact,
    actor: actorOf(by),
    targets: [{ type: 'invitation', id }],
    context,
  });
  await notifyLive(tx, { type: 'people' });
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

function linkOf({ env }: Pick<Services, 'env'>, token: string): string {
  return `${env.appUrl}/invitation?token=${token}`;
}

function refused(message: string): { kind: 'refused'; message: string } {
  return { kind: 'refused', message };
}
