import type { Role } from './person';

/** How a session came to be. */
export const signInMethods = [
  'password',
  'password_totp',
  'password_recovery',
  'password_passkey',
  'passkey',
  'oidc',
  'link',
  'set_up',
  'invitation',
] as const;
export type SignInMethod = (typeof signInMethods)[number];

/** With what a person proves, in a session, that it is still them. */
export const proofs = ['password', 'totp', 'passkey', 'oidc', 'link'] as const;
export type Proof = (typeof proofs)[number];

const proofOf: Record<SignInMethod, Proof> = {
  password: 'password',
  password_totp: 'totp',
  password_recovery: 'password',
  password_passkey: 'passkey',
  passkey: 'passkey',
  oidc: 'oidc',
  link: 'link',
  set_up: 'password',
  invitation: 'password',
};

/** What signing in by this method proves with. */
export function provedBy(method: SignInMethod): Proof {
  return proofOf[method];
}

// Where a sign-in service asked for a second factor is the service's own affair; a link shows that one may read the terminal.
export const oneFactorMethods: readonly SignInMethod[] = ['password', 'set_up', 'invitation'];

/** Whether a session of this method must first add a second factor, under the roles that need one. */
export function lacksSecondFactor(method: SignInMethod, role: Role, rolesWithTwo: readonly Role[]): boolean {
  return rolesWithTwo.includes(role) && oneFactorMethods.includes(method);
}

const freshMs = 5 * 60_000; // product.md §4: tiers 3 and 4

/** Whether what was proved then still counts now, for what asks who is sitting there. */
export function isFresh(provedAt: Date, now: Date): boolean {
  const age = now.getTime() - provedAt.getTime();
  return age >= 0 && age < freshMs;
}
