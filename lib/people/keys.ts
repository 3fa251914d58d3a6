import { createHash } from 'node:crypto';
import { appendAudit } from '@/lib/audit/append';
import { type Actor, type AuditContext, system } from '@/lib/domain/audit';
import { can, type Person } from '@/lib/domain/person';
import { AppError } from '@/lib/errors';
import type { Prisma } from '@/lib/generated/prisma/client';
import { newId, newToken } from '@/lib/ids';
import type { Services } from '@/lib/services';
import type { By } from './people';
import { personColumns, toPerson } from './store';

/** What a key may be used for; the role of its person limits it further. */
export const keyScopes = ['runs', 'approvals', 'votes', 'audit'] as const;
export type KeyScope = (typeof keyScopes)[number];

export const keyScopeText: Record<KeyScope, string> = {
  runs: 'Starts, registers and reads runs.',
  approvals: 'Reads approvals and runs.',
  votes: 'Votes, records results and settles resumes, in the name of its person.',
  audit: 'Reads and exports the audit history.',
};

export type KeyView = Readonly<{
  id: string;
  name: string;
  prefix: string;
  scopes: readonly KeyScope[];
  owner: Readonly<{ id: string; name: string; email: string }> | null;
  createdAt: Date;
  lastUsedAt: Date | null;
  expiresAt: Date | null;
  revokedAt: Date | null;
  state: KeyState;
}>;
export type KeyState = 'active' | 'revoked' | 'expired' | 'deactivated';

/** A key that was presented and is in force. */
export type CheckedKey = Readonly<{ id: string; name: string; scopes: readonly KeyScope[]; person: Person | null }>;

export type KeyCheck =
  | { kind: 'valid'; key: CheckedKey }
  | { kind: 'refused'; key: CheckedKey; reason: Exclude<KeyState, 'active'> }
  | { kind: 'unknown' };

const keyBytes = 32;
const keyForm = /^csk_[A-Za-z0-9_-]{43}$/;
const shownCharacters = 12; // the prefix and 48 of 256 bits: enough to recognise, useless to guess by
const usedEveryMs = 60_000;

/**
 * Makes a key and answers with it; it is shown this once, only its hash is kept. People make keys for themselves, admins
 * also keys of no person, which cannot vote; the command line (`system`) makes any. Throws `AppError` when that is not allowed.
 */
export async function createKey(
  services: Pick<Services, 'db' | 'now'>,
  input: {
    name: string;
    scopes: readonly KeyScope[];
    ownerId: string | null;
    expiresAt: Date | null;
    by: By;
    context: AuditContext;
  },
): Promise<{ id: string; key: string; prefix: string }> {
  const name = input.name.trim().slice(0, 100);
  if (name === '') throw new AppError('invalid_input', 'Give the key a name, so that it can be told from others.');
  const scopes = keyScopes.filter((scope) => input.scopes.includes(scope));
  if (scopes.length === 0) throw new AppError('invalid_input', 'Choose at least one scope for the key.');
  mustManage(input.by, input.ownerId, 'create');
  const now = services.now();
  if (input.expiresAt && input.expiresAt <= now) throw new AppError('invalid_input', 'The key would already be over.');

  const key = `csk_${newToken(keyBytes)}`;
  const id = newId('key', now);
  const prefix = key.slice(0, shownCharacters);
  await services.db.prisma.$transaction(async (tx) => {
    const owner = input.ownerId
      ? await tx.user.findUnique({ where: { id: input.ownerId }, select: personColumns })
      : null;
    if (input.ownerId && (owner === null || !toPerson(owner, now).active)) {
      throw new AppError('invalid_input', 'The key’s person does not exist or is deactivated.');
    }
    await tx.apiKey.create({
      data: {
        id,
        name,
        prefix,
        scopes,
        hash: hashOf(key),
        userId: input.ownerId,
        createdAt: now,
        expiresAt: input.expiresAt,
      },
    });
    await appendAudit(tx, now, {
      action: 'key.created',
      actor: actorOf(input.by),
      targets: [{ type: 'api_key', id, name }, ...(owner ? [personTarget(toPerson(owner, now))] : [])],
      context: input.context,
      facts: { scopes: scopes.join(', '), prefix },
    });
  });
  return { id, key, prefix };
}

/** The keys that a person may see, newest first: their own, or for admins with `everyones` all. */
export async function listKeys(
  services: Pick<Services, 'db' | 'now'>,
  by: Person,
  { everyones = false }: { everyones?: boolean } = {},
): Promise<readonly KeyView[]> {
  if (everyones && !can(by, 'people.manage')) throw new AppError('forbidden', 'Only admins see everyone’s keys.');
  const rows = await services.db.prisma.apiKey.findMany({
    where: everyones ? {} : { userId: by.id },
    include: withPerson,
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: 500,
  });
  const now = services.now();
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    scopes: scopesIn(row.scopes),
    owner: row.user && { id: row.user.id, name: row.user.name, email: row.user.email },
    createdAt: row.createdAt,
    lastUsedAt: row.lastUsedAt,
    expiresAt: row.expiresAt,
    revokedAt: row.revokedAt,
    state: stateOf(row, now),
  }));
}

/** Ends a key at once. Revoking it again changes nothing. Throws `AppError` for a key that is unknown or somebody else's. */
export async function revokeKey(
  services: Pick<Services, 'db' | 'now'>,
  input: { keyId: string; by: By; context: AuditContext },
): Promise<void> {
  await services.db.prisma.$transaction(async (tx) => {
    const row = await tx.apiKey.findUnique({ where: { id: input.keyId } });
    if (row === null) throw new AppError('not_found', 'There is no such key.');
    mustManage(input.by, row.userId, 'revoke');
    const now = services.now();
    const { count } = await tx.apiKey.updateMany({
      where: { id: row.id, revokedAt: null },
      data: { revokedAt: now },
    });
    if (count === 0) return;
    await appendAudit(tx, now, {
      action: 'key.revoked',
      actor: actorOf(input.by),
      targets: [{ type: 'api_key', id: row.id, name: row.name }],
      context: input.context,
      facts: { prefix: row.prefix },
    });
  });
}

/**
 * Whose key this is and whether it is in force: not revoked, not past its end, its person active. The moment of use is
 * kept to the minute.
 */
export async function checkKey(services: Pick<Services, 'db' | 'now'>, key: string): Promise<KeyCheck> {
  if (!keyForm.test(key)) return { kind: 'unknown' };
  const { prisma } = services.db;
  const row = await prisma.apiKey.findUnique({ where: { hash: hashOf(key) }, include: withPerson });
  if (row === null) return { kind: 'unknown' };
  const now = services.now();
  const checked: CheckedKey = {
    id: row.id,
    name: row.name,
    scopes: scopesIn(row.scopes),
    person: row.user && toPerson(row.user, now),
  };
  const state = stateOf(row, now);
  if (state !== 'active') return { kind: 'refused', key: checked, reason: state };
  const stale = new Date(now.getTime() - usedEveryMs);
  if (row.lastUsedAt === null || row.lastUsedAt <= stale) {
    await prisma.apiKey.updateMany({
      where: { id: row.id, OR: [{ lastUsedAt: null }, { lastUsedAt: { lte: stale } }] },
      data: { lastUsedAt: now },
    });
  }
  return { kind: 'valid', key: checked };
}

const withPerson = { user: { select: personColumns } } satisfies Prisma.ApiKeyInclude;
type KeyRow = Prisma.ApiKeyGetPayload<{ include: typeof withPerson }>;

function stateOf(row: KeyRow, now: Date): KeyState {
  if (row.revokedAt !== null) return 'revoked';
  if (row.expiresAt !== null && row.expiresAt <= now) return 'expired';
  return row.user !== null && !toPerson(row.user, now).active ? 'deactivated' : 'active';
}

// A key acts in its person's name, so nobody, not even an admin, makes one for somebody else.
function mustManage(by: By, ownerId: string | null, doing: 'create' | 'revoke'): void {
  if (by === 'system') return;
  const own = ownerId === by.id && can(by, 'keys.manage');
  const asAdmin = can(by, 'people.manage') && (ownerId === null || doing === 'revoke');
  if (own || asAdmin) return;
  throw new AppError(
    'forbidden',
    doing === 'create'
      ? 'You can make keys for yourself alone; a key of no person is made by an admin.'
      : 'You can revoke your own keys; others are revoked by an admin.',
  );
}

function actorOf(by: By): Actor {
  return by === 'system' ? system : { type: 'person', id: by.id, name: by.name };
}

const personTarget = (person: Person) => ({ type: 'person' as const, id: person.id, name: person.name });

// A key is 256 random bits: one round of a fast hash is as good as many of a slow one.
const hashOf = (key: string): string => createHash('sha256').update(key, 'utf8').digest('hex');

const scopesIn = (stored: readonly string[]): readonly KeyScope[] =>
  keyScopes.filter((scope) => stored.includes(scope));
