import { z } from 'zod';
import type { Person } from '@/lib/domain/person';
import { isFresh, type Proof, proofs, type SignInMethod, signInMethods } from '@/lib/domain/sign-in';
import { AppError } from '@/lib/errors';
import type { Services } from '@/lib/services';
import { personColumns, toPerson } from './store';

/** A signed-in person's session: how it came to be, and when and with what they last proved that it is them. */
export type Session = Readonly<{
  id: string;
  person: Person;
  method: SignInMethod;
  provedAt: Date;
  provedWith: Proof;
}>;

/** The session of this id, with its person as they are now; null when either is gone or the person is not active. */
export async function findSession(services: Pick<Services, 'db' | 'now'>, id: string): Promise<Session | null> {
  const row = await services.db.prisma.session.findUnique({
    where: { id },
    select: { id: true, method: true, provedAt: true, provedWith: true, user: { select: personColumns } },
  });
  if (row === null) return null;
  const person = toPerson(row.user, services.now());
  if (!person.active) return null;
  return {
    id: row.id,
    person,
    method: z.enum(signInMethods).parse(row.method),
    provedAt: row.provedAt,
    provedWith: z.enum(proofs).parse(row.provedWith),
  };
}

const proofNeeded = 'proof_needed';

/** Whether a use case refused because of `demandFresh`. */
export function asksForProof(error: unknown): boolean {
  return error instanceof AppError && error.details.reason === proofNeeded;
}

/** Throws when the person has not proved lately that it is them: for what an open browser must not be enough. */
export function demandFresh(session: Session, now: Date): void {
  if (isFresh(session.provedAt, now)) return;
  throw new AppError('forbidden', 'Confirm first that it is you.', { reason: proofNeeded });
}
