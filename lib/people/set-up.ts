import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { AuditContext } from '@/lib/domain/audit';
import type { Person } from '@/lib/domain/person';
import type { Services } from '@/lib/services';
import { createFirstAdmin, hasAdmin, type NewPerson } from './people';

type SetUpServices = Pick<Services, 'env' | 'db' | 'now'>;

/**
 * What proves that whoever opens the set-up page can read this server's terminal. Derived from the master secret, so that
 * every process of an installation prints, and takes, the same one; worth nothing once there is an admin.
 */
export function setUpToken({ env }: Pick<Services, 'env'>): string {
  const key = Buffer.from(hkdfSync('sha256', env.appSecret, 'countersign', 'set-up token', 32));
  return createHmac('sha256', key).update('first admin').digest('base64url').slice(0, 32);
}

/** The address to make the first admin at, or null when there is one. */
export async function setUpLink(services: SetUpServices): Promise<string | null> {
  if (await hasAdmin(services.db.prisma)) return null;
  return `${services.env.appUrl}/set-up?token=${setUpToken(services)}`;
}

export type SetUpState = 'open' | 'wrong_token' | 'done';

/** Whether this token opens the set-up page now. */
export async function setUpState(services: SetUpServices, token: string): Promise<SetUpState> {
  if (await hasAdmin(services.db.prisma)) return 'done';
  return fits(token, setUpToken(services)) ? 'open' : 'wrong_token';
}

export type SetUpOutcome = { kind: 'done'; person: Person } | { kind: 'refused'; state: Exclude<SetUpState, 'open'> };

/** Makes the first admin. Two at once with the right token: one wins, the other is told that it is done. */
export async function setUp(
  services: SetUpServices,
  token: string,
  input: Omit<NewPerson, 'role'>,
  context: AuditContext,
): Promise<SetUpOutcome> {
  const state = await setUpState(services, token);
  if (state !== 'open') return { kind: 'refused', state };
  const person = await createFirstAdmin(services, input, context);
  return person ? { kind: 'done', person } : { kind: 'refused', state: 'done' };
}

function fits(given: string, wanted: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(wanted)];
  return one.length === other.length && timingSafeEqual(one, other);
}
