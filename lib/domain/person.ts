/** Somebody with an account here. Groups by their names. */
export type Person = Readonly<{
  id: string;
  name: string;
  email: string;
  role: Role;
  active: boolean;
  groups: readonly string[];
  /** In whose place they may vote at present; absent: in nobody's. */
  standsInFor?: readonly Delegator[];
}>;

/** Somebody who has asked another person to vote in their place. What others asked of them does not go on to that person. */
export type Delegator = Readonly<{ id: string; name: string; email: string; groups: readonly string[] }>;

export const roles = ['viewer', 'reviewer', 'auditor', 'admin'] as const;
export type Role = (typeof roles)[number];

export const roleText: Record<Role, { name: string; can: string }> = {
  viewer: { name: 'Viewer', can: 'Sees runs and approvals; decides nothing.' },
  reviewer: { name: 'Reviewer', can: 'Decides approvals.' },
  auditor: { name: 'Auditor', can: 'Reads everything, the audit history included; changes nothing.' },
  admin: { name: 'Admin', can: 'Decides, sets up agents, people and connections, settles unclear resumes.' },
};

export type Permission =
  | 'approvals.read'
  | 'approvals.vote'
  | 'deadlines.extend'
  | 'runs.read'
  | 'runs.start'
  | 'events.read'
  | 'audit.read'
  | 'agents.manage'
  | 'people.manage'
  | 'keys.manage'
  | 'settings.manage'
  | 'policies.read'
  | 'policies.manage'
  | 'resume.settle';

const everyone: readonly Permission[] = ['approvals.read', 'runs.read'];
const allowed: Record<Role, readonly Permission[]> = {
  viewer: everyone,
  reviewer: [...everyone, 'approvals.vote', 'runs.start', 'events.read', 'keys.manage', 'policies.read'],
  auditor: [...everyone, 'events.read', 'audit.read', 'policies.read'],
  admin: [
    ...everyone,
    'approvals.vote',
    'deadlines.extend',
    'runs.start',
    'events.read',
    'audit.read',
    'agents.manage',
    'people.manage',
    'keys.manage',
    'settings.manage',
    'policies.read',
    'policies.manage',
    'resume.settle',
  ],
};

/** Whether this person may do this at all; a deactivated person may do nothing. */
export function can(person: Pick<Person, 'role' | 'active'>, permission: Permission): boolean {
  return person.active && allowed[person.role].includes(permission);
}
