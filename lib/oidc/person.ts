import { z } from 'zod';
import { appendAudit } from '@/lib/audit/append';
import type { Transaction } from '@/lib/db';
import type { AuditContext } from '@/lib/domain/audit';
import { type Claims, mapClaims } from '@/lib/domain/claims';
import type { Person, Role } from '@/lib/domain/person';
import { newId } from '@/lib/ids';
import { addToGroup, takeFromGroup } from '@/lib/people/groups';
import { closeAccepted, openInvitation } from '@/lib/people/invitations';
import { applyRole, insertAccount } from '@/lib/people/people';
import { lockPeople, personColumns, toPerson } from '@/lib/people/store';
import type { Services } from '@/lib/services';
import type { OidcService } from './service';

type PersonServices = Pick<Services, 'db' | 'now'>;

export type Admission =
  | { kind: 'in'; person: Person }
  | { kind: 'refused'; reason: 'no_email' | 'email_unverified' | 'no_account' | 'deactivated' };

const identity = z.object({
  email: z.string().trim().toLowerCase().pipe(z.email().max(254)).optional().catch(undefined),
  email_verified: z
    .union([z.boolean(), z.literal('true')])
    .optional()
    .catch(undefined),
  name: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .regex(/^\P{Cc}*$/u)
    .optional()
    .catch(undefined),
});

/**
 * Whom somebody is here who has signed in at the service. They are known by the service's own id of them; the first time, by an
 * address that the service has verified, or they get an account. Role and groups follow the claims at each sign-in, and
 * what changes is on record.
 */
export async function admit(
  services: PersonServices,
  service: OidcService,
  { subject, claims }: { subject: string; claims: Claims },
  context: AuditContext,
): Promise<Admission> {
  return services.db.prisma.$transaction(async (tx) => {
    await lockPeople(tx);
    const found = await findOrMake(services, tx, service, subject, claims, context);
    if (found.kind === 'refused') return found;
    const { person } = found;
    if (!person.active) return { kind: 'refused', reason: 'deactivated' };
    const mapped = mapClaims(claims, service.rules);
    if (mapped.role !== null) await applyRole(services, tx, person.id, mapped.role, context);
    await applyGroups(services, tx, person, mapped.groups, context);
    const row = await tx.user.findUniqueOrThrow({ where: { id: person.id }, select: personColumns });
    return { kind: 'in', person: toPerson(row, services.now()) };
  });
}

async function findOrMake(
  services: PersonServices,
  tx: Transaction,
  service: OidcService,
  subject: string,
  claims: Claims,
  context: AuditContext,
): Promise<Admission> {
  const now = services.now();
  const providerId = `oidc:${service.issuer}`;
  const account = await tx.account.findFirst({
    where: { providerId, accountId: subject },
    select: { user: { select: personColumns } },
  });
  if (account !== null) return { kind: 'in', person: toPerson(account.user, now) };

  const { email, email_verified: verified, name } = identity.parse(claims);
  if (email === undefined) return { kind: 'refused', reason: 'no_email' };
  // An address that anybody could have typed must open nobody's account, and claim nobody's runs.
  if (!service.trustEmail && verified !== true && verified !== 'true') {
    return { kind: 'refused', reason: 'email_unverified' };
  }
  const present = await tx.user.findUnique({ where: { email }, select: personColumns });
  const invited = present === null ? await openInvitation(tx, email, now) : null;
  if (present === null && invited === null && !service.createPeople) return { kind: 'refused', reason: 'no_account' };
  const role = invited?.role ?? firstRole(service, claims);
  const person =
    present === null
      ? await insertAccount(services, tx, { name: name ?? email, email, role }, context)
      : toPerson(present, now);
  if (invited !== null) await closeAccepted(services, tx, invited, person, 'service', context);
  await tx.account.create({ data: { id: newId('usr', now), accountId: subject, providerId, userId: person.id } });
  await appendAudit(tx, now, {
    action: 'person.linked',
    actor: { type: 'person', id: person.id, name: person.name },
    targets: [{ type: 'person', id: person.id, name: person.name }],
    context,
    facts: { service: service.issuer },
  });
  return { kind: 'in', person };
}

const firstRole = (service: OidcService, claims: Claims): Role =>
  mapClaims(claims, service.rules).role ?? service.rules.defaultRole;

async function applyGroups(
  services: PersonServices,
  tx: Transaction,
  person: Person,
  wanted: readonly { name: string; member: boolean }[],
  context: AuditContext,
): Promise<void> {
  const groups = await tx.personGroup.findMany({
    where: { name: { in: wanted.map(({ name }) => name) } },
    select: { id: true, name: true },
  });
  for (const group of groups) {
    const member = wanted.some(({ name, member }) => name === group.name && member);
    await (member ? addToGroup : takeFromGroup)(services, tx, group, person, 'system', context);
  }
}
