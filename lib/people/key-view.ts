import { can, type Permission, type Person } from '@/lib/domain/person';
import { type KeyScope, type KeyView, keyScopes, keyScopeText } from './keys';

/** Keys as pages show them: plain data, nothing of the key itself but its first characters. */
export function shownKeys(keys: readonly KeyView[]) {
  return keys.map(({ id, name, prefix, scopes, owner, createdAt, lastUsedAt, expiresAt, state }) => ({
    id,
    name,
    prefix,
    scopes,
    owner: owner?.name ?? null,
    createdAt,
    lastUsedAt,
    expiresAt,
    state,
  }));
}

const needed: Record<KeyScope, Permission> = {
  runs: 'runs.start',
  approvals: 'approvals.read',
  votes: 'approvals.vote',
  audit: 'audit.read',
};

/** The scopes with what they mean, and whether this person's role would let a key use each. */
export function scopeChoices(person: Person) {
  return keyScopes.map((scope) => ({
    scope,
    meaning: keyScopeText[scope],
    available: can(person, needed[scope]),
  }));
}
