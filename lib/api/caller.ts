import { appendAudit } from '@/lib/audit/append';
import type { Actor, AuditContext } from '@/lib/domain/audit';
import { can, type Permission, type Person } from '@/lib/domain/person';
import { jsonObject } from '@/lib/domain/profile';
import { AppError } from '@/lib/errors';
import { clientAddress } from '@/lib/people/client-address';
import { type CheckedKey, checkKey, type KeyScope } from '@/lib/people/keys';
import type { Services } from '@/lib/services';

/** Who calls the API: a key in force, and the person in whose name it acts, if any. */
export type Caller = Readonly<{
  key: CheckedKey;
  person: Person | null;
  actor: Actor;
  context: AuditContext;
}>;

/** What a call needs: one of the scopes, and of the key's person, if it has one, the permission. */
export type Need = Readonly<{ scopes: readonly [KeyScope, ...KeyScope[]]; permission: Permission }>;

/**
 * The caller behind a request. Throws `unauthenticated` without a key in force, and `forbidden` that names what is
 * missing when the key's scopes or its person's role do not reach; refusals of a key that we know are audited.
 */
export async function requireCaller(
  services: Pick<Services, 'db' | 'now'>,
  request: Request,
  need: Need,
): Promise<Caller> {
  const presented = bearer(request);
  if (presented === null) {
    throw new AppError('unauthenticated', 'Send a key of yours: Authorization: Bearer csk_…');
  }
  const checked = await checkKey(services, presented);
  if (checked.kind === 'unknown') throw new AppError('unauthenticated', 'This key is not one of ours.');

  const { key } = checked;
  const caller = callerOf(request, key);
  const refuse = (reason: string, scope: string) => recordRefusal(services, caller, reason, scope);
  const [wanted] = need.scopes;
  if (checked.kind === 'refused') {
    await refuse(checked.reason, wanted);
    throw new AppError('unauthenticated', deadKeyText[checked.reason], { reason: checked.reason });
  }
  if (!need.scopes.some((scope) => key.scopes.includes(scope))) {
    await refuse('scope_missing', wanted);
    throw new AppError('forbidden', `This key lacks the scope “${need.scopes.join('” or “')}”.`, {
      reason: 'scope_missing',
      scope: wanted,
    });
  }
  if (key.person !== null && !can(key.person, need.permission)) {
    await refuse('role', wanted);
    throw new AppError('forbidden', `The role of ${key.person.name}, ${key.person.role}, does not allow this.`, {
      reason: 'role',
      permission: need.permission,
    });
  }
  return caller;
}

/** The person of the key, for what only a person may do. Throws `forbidden` for a key of no person, and audits it. */
export async function requirePersonOf(
  services: Pick<Services, 'db' | 'now'>,
  caller: Caller,
  scope: KeyScope,
): Promise<Person> {
  if (caller.person !== null) return caller.person;
  await recordRefusal(services, caller, 'no_person', scope);
  throw new AppError('forbidden', 'This key belongs to no person, and only people decide. Use a key of your own.', {
    reason: 'no_person',
  });
}

const deadKeyText = {
  revoked: 'This key was revoked.',
  expired: 'This key has expired.',
  deactivated: 'The person of this key is deactivated.',
} as const;

function bearer(request: Request): string | null {
  const found = /^Bearer +(\S+)$/i.exec(request.headers.get('authorization')?.trim() ?? '');
  return found?.[1] ?? null;
}

function callerOf(request: Request, key: CheckedKey): Caller {
  const ip = clientAddress(request.headers);
  const userAgent = request.headers.get('user-agent')?.slice(0, 300);
  const { person } = key;
  return {
    key,
    person,
    actor: person
      ? { type: 'person', id: person.id, name: person.name }
      : { type: 'api_key', id: key.id, name: key.name },
    context: { surface: 'api', keyId: key.id, ...(ip ? { ip } : {}), ...(userAgent ? { userAgent } : {}) },
  };
}

async function recordRefusal(
  services: Pick<Services, 'db' | 'now'>,
  { key, context }: Caller,
  reason: string,
  scope: string,
): Promise<void> {
  if (await refusedLately(services, key.id, reason, scope)) return;
  await appendAudit(services.db.prisma, services.now(), {
    action: 'key.refused',
    actor: { type: 'api_key', id: key.id, name: key.name },
    targets: [{ type: 'api_key', id: key.id, name: key.name }],
    context,
    facts: { reason, scope },
  });
}

const quietMs = 60_000;

// The history cannot be shortened: whoever has a key that may not do this must not be able to fill it.
async function refusedLately(
  services: Pick<Services, 'db' | 'now'>,
  keyId: string,
  reason: string,
  scope: string,
): Promise<boolean> {
  const last = await services.db.prisma.auditEntry.findFirst({
    where: { actorId: keyId },
    orderBy: { seq: 'desc' },
    select: { action: true, occurredAt: true, metadata: true },
  });
  if (last?.action !== 'key.refused' || services.now().getTime() - last.occurredAt.getTime() >= quietMs) return false;
  const facts = jsonObject.parse(last.metadata);
  return facts.reason === reason && facts.scope === scope;
}
