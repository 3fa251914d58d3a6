import { z } from 'zod';
import { appendAudit } from '@/lib/audit/append';
import type { Transaction } from '@/lib/db';
import type { AuditContext } from '@/lib/domain/audit';
import type { ClaimRules } from '@/lib/domain/claims';
import { type Person, roles } from '@/lib/domain/person';
import { actorOf, demand } from '@/lib/people/people';
import type { Services } from '@/lib/services';

/** The sign-in service as it is set up, with its secret opened. */
export type OidcService = Readonly<{
  name: string;
  issuer: string;
  clientId: string;
  clientSecret: string | null;
  scopes: string;
  enabled: boolean;
  createPeople: boolean;
  trustEmail: boolean;
  rules: ClaimRules;
  metadata: unknown;
  metadataAt: Date | null;
}>;

const id = 'service';
const line = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}*$/u, 'Leave out control characters.');
const roleRules = z.array(z.object({ value: line, role: z.enum(roles) })).max(100);
const groupRules = z.array(z.object({ value: line, group: line })).max(200);

/** The service as a form gives it; without a secret the one of before stays. */
export const serviceSchema = z.object({
  name: line.pipe(z.string().max(40, 'Use at most 40 characters.')),
  issuer: z
    .string()
    .trim()
    .max(500)
    .refine(isIssuer, 'Give an https address, as the service calls itself; http is for this machine alone.'),
  clientId: line,
  clientSecret: z.string().trim().max(1000).nullable(),
  scopes: z
    .string()
    .trim()
    .max(300)
    .regex(/^[\x21-\x7e]+( [\x21-\x7e]+)*$/, 'Words parted by single spaces.')
    .refine((text) => text.split(' ').includes('openid'), 'One of them must be openid.'),
  enabled: z.boolean(),
  createPeople: z.boolean(),
  trustEmail: z.boolean(),
  defaultRole: z.enum(roles),
  claim: line,
  roleRules,
  groupRules,
});
export type ServiceInput = z.output<typeof serviceSchema>;

/** The sign-in service, or null when none is set up. */
export async function oidcService(
  services: Pick<Services, 'db' | 'secrets'>,
  tx: Transaction = services.db.prisma,
): Promise<OidcService | null> {
  const row = await tx.oidcService.findUnique({ where: { id } });
  if (row === null) return null;
  return {
    name: row.name,
    issuer: row.issuer,
    clientId: row.clientId,
    clientSecret: row.clientSecret && services.secrets.open(row.clientSecret),
    scopes: row.scopes,
    enabled: row.enabled,
    createPeople: row.createPeople,
    trustEmail: row.trustEmail,
    rules: {
      claim: row.claim,
      defaultRole: z.enum(roles).parse(row.defaultRole),
      roles: roleRules.parse(row.roleRules),
      groups: groupRules.parse(row.groupRules),
    },
    metadata: row.metadata,
    metadataAt: row.metadataAt,
  };
}

/** The name of a service that people may sign in with, or null. */
export async function offeredService(tx: Transaction): Promise<string | null> {
  const row = await tx.oidcService.findFirst({ where: { enabled: true }, select: { name: true } });
  return row?.name ?? null;
}

/** Sets the service up, or changes it. What it said of itself before is forgotten with its address. */
export async function saveService(
  services: Pick<Services, 'db' | 'now' | 'secrets'>,
  input: ServiceInput,
  by: Person,
  context: AuditContext,
): Promise<{ kind: 'done' }> {
  demand(by, 'settings.manage');
  const { clientSecret, ...open } = serviceSchema.parse(input);
  return services.db.prisma.$transaction(async (tx) => {
    const before = await tx.oidcService.findUnique({ where: { id } });
    const moved = before?.issuer !== open.issuer;
    const data = {
      ...open,
      ...(clientSecret === null ? {} : { clientSecret: services.secrets.seal(clientSecret) }),
    };
    if (before === null) await tx.oidcService.create({ data: { id, ...data } });
    else await tx.oidcService.update({ where: { id }, data: { ...data, ...(moved ? { metadataAt: null } : {}) } });
    await appendAudit(tx, services.now(), {
      action: 'sign_in_service.changed',
      actor: actorOf(by),
      targets: [{ type: 'setting', id: 'sign_in.service', name: open.name }],
      context,
      facts: {
        issuer: open.issuer,
        client: open.clientId,
        enabled: open.enabled,
        createPeople: open.createPeople,
        trustEmail: open.trustEmail,
        defaultRole: open.defaultRole,
        rules: open.roleRules.length + open.groupRules.length,
        secret: clientSecret === null ? 'kept' : 'new',
      },
    });
    return { kind: 'done' };
  });
}

/** Keeps what the service said of itself. */
export async function keepMetadata(
  services: Pick<Services, 'db' | 'now'>,
  issuer: string,
  metadata: object,
): Promise<void> {
  await services.db.prisma.oidcService.updateMany({
    where: { id, issuer },
    data: { metadata: JSON.parse(JSON.stringify(metadata)), metadataAt: services.now() },
  });
}

/** Whether an address can be an issuer's: https, or http on this machine, for trying things out. */
function isIssuer(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, search, hash } = new URL(text);
  return search === '' && hash === '' && (protocol === 'https:' || isLocal(text));
}

/** Whether an address is on this machine and without encryption. */
export function isLocal(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  return protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}
