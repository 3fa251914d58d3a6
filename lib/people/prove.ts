import { appendAudit } from '@/lib/audit/append';
import type { AuditContext } from '@/lib/domain/audit';
import type { Proof } from '@/lib/domain/sign-in';
import type { Services } from '@/lib/services';
import { checkCode } from './factors';
import { personOfPasskey } from './passkeys';
import { isPasswordOf } from './password';
import type { Session } from './session';
import { countAttempt } from './store';

/** What somebody gives to prove that it is them. */
export type GivenProof = Readonly<
  { kind: 'password'; password: string } | { kind: 'code'; code: string } | { kind: 'passkey'; response: unknown }
>;

export type ProofOutcome =
  | { kind: 'proved'; with: Proof }
  | { kind: 'refused'; reason: 'wrong' | 'too_many_attempts'; message: string };

// Whoever finds an open browser must not be able to try things out in it.
const limit = { max: 10, windowMs: 5 * 60_000 };

/** Takes a password, a code or a used passkey as proof; from now on the session counts as fresh. Failures are on record. */
export async function prove(
  services: Pick<Services, 'env' | 'db' | 'now' | 'secrets'>,
  session: Pick<Session, 'id' | 'person'>,
  given: GivenProof,
  context: AuditContext,
): Promise<ProofOutcome> {
  const { person } = session;
  const { prisma } = services.db;
  const now = services.now();
  if ((await countAttempt(prisma, `proof:${person.id}`, limit, now)) > 0) {
    return { kind: 'refused', reason: 'too_many_attempts', message: 'Too many tries. Wait five minutes.' };
  }
  const proof = await proofIn(services, person.id, given);
  const actor = { type: 'person' as const, id: person.id, name: person.name };
  const about = { actor, targets: [{ type: 'person' as const, id: person.id, name: person.name }], context };
  if (proof === null) {
    await appendAudit(prisma, now, { ...about, action: 'proof.failed', facts: { with: given.kind } });
    return { kind: 'refused', reason: 'wrong', message: wrongText[given.kind] };
  }
  await prisma.$transaction(async (tx) => {
    await tx.session.updateMany({ where: { id: session.id }, data: { provedAt: now, provedWith: proof } });
    await appendAudit(tx, now, { ...about, action: 'proof.given', facts: { with: proof } });
    await tx.rateLimit.deleteMany({ where: { key: `proof:${person.id}` } });
  });
  return { kind: 'proved', with: proof };
}

const wrongText: Record<GivenProof['kind'], string> = {
  password: 'The password is not right.',
  code: 'The code is not right.',
  passkey: 'This passkey is not yours, or was not used.',
};

async function proofIn(
  services: Pick<Services, 'env' | 'db' | 'now' | 'secrets'>,
  personId: string,
  given: GivenProof,
): Promise<Proof | null> {
  if (given.kind === 'password') {
    return (await isPasswordOf(services.db.prisma, personId, given.password)) ? 'password' : null;
  }
  if (given.kind === 'passkey') {
    return (await personOfPasskey(services, given.response)) === personId ? 'passkey' : null;
  }
  return (await checkCode(services, personId, given.code)) === 'totp' ? 'totp' : null;
}
