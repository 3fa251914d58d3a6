import type { Role } from './person';

/** What a sign-in service says of a person. */
export type Claims = Readonly<Record<string, unknown>>;

/** Which values of a claim mean what here. */
export type ClaimRules = Readonly<{
  claim: string; // a path such as `realm_access.roles`
  defaultRole: Role;
  roles: readonly { value: string; role: Role }[]; // the first that matches counts; none given: roles are not taken from claims
  groups: readonly { value: string; group: string }[];
}>;

/** What the claims make of a person: their role, or null where claims do not say, and the groups that claims govern. */
export type Mapped = Readonly<{ role: Role | null; groups: readonly { name: string; member: boolean }[] }>;

/** Reads role and groups out of claims. A claim that is missing or of another form has no values: it gives nothing. */
export function mapClaims(claims: Claims, rules: ClaimRules): Mapped {
  const values = claimValues(claims, rules.claim);
  const role =
    rules.roles.length === 0 ? null : (rules.roles.find(({ value }) => values.has(value))?.role ?? rules.defaultRole);
  const groups = new Map<string, boolean>();
  for (const { value, group } of rules.groups) groups.set(group, groups.get(group) === true || values.has(value));
  return { role, groups: [...groups].map(([name, member]) => ({ name, member })) };
}

/** The values of a claim: a text or a list of texts, at a path whose steps are parted by dots unless a claim is called so. */
function claimValues(claims: Claims, path: string): ReadonlySet<string> {
  const found = Object.hasOwn(claims, path) ? claims[path] : path.split('.').reduce(memberOf, claims as unknown);
  const list = Array.isArray(found) ? found : [found];
  return new Set(list.filter((value): value is string => typeof value === 'string'));
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
