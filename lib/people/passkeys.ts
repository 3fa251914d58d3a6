import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server';
import { z } from 'zod';
import type { AuditContext } from '@/lib/domain/audit';
import { oneFactorMethods } from '@/lib/domain/sign-in';
import type { Services } from '@/lib/services';
import { record } from './factors';
import { keepOnce, takeOnce } from './once';
import { demandFresh, type Session } from './session';
import {
  type Assertion,
  assertionSchema,
  creationOptions,
  requestOptions,
  verifiedAssertion,
  verifiedCreation,
} from './webauthn';

type PasskeyServices = Pick<Services, 'env' | 'db' | 'now'>;

const challengeMs = 5 * 60_000;
const mostPasskeys = 20;
const adding = 'passkey-add';
const signingIn = 'passkey-sign-in';

/** Begins a new passkey: what the browser is to make it with. Throws `forbidden` when the session is not fresh. */
export async function passkeyOptions(
  services: PasskeyServices,
  session: Session,
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const now = services.now();
  demandFresh(session, now);
  const { prisma } = services.db;
  const present = await prisma.passkey.findMany({ where: { userId: session.person.id } });
  const options = await creationOptions(services, session.person, present);
  await keepOnce(prisma, adding, session.id, options.challenge, new Date(now.getTime() + challengeMs));
  return options;
}

export type PasskeyOutcome = { kind: 'done'; message: string } | { kind: 'refused'; message: string };

const nameSchema = z
  .string()
  .trim()
  .max(60)
  .regex(/^\P{Cc}*$/u)
  .catch('')
  .transform((name) => name || 'Passkey');

/** Keeps the passkey that the browser made. The session in which it was made counts as one with two factors. */
export async function addPasskey(
  services: PasskeyServices,
  session: Session,
  input: { name: string; response: unknown },
  context: AuditContext,
): Promise<PasskeyOutcome> {
  const now = services.now();
  const { person } = session;
  const challenge = await takeOnce(services.db.prisma, adding, session.id, now);
  const made = challenge === null ? null : await verifiedCreation(services, input.response, challenge);
  if (made === null) return { kind: 'refused', message: 'The passkey could not be verified. Try again.' };
  return services.db.prisma.$transaction(async (tx): Promise<PasskeyOutcome> => {
    if ((await tx.passkey.count({ where: { userId: person.id } })) >= mostPasskeys) {
      return { kind: 'refused', message: `There can be ${mostPasskeys} passkeys. Remove one first.` };
    }
    const { count } = await tx.passkey.createMany({
      data: {
        id: made.id,
        userId: person.id,
        name: nameSchema.parse(input.name),
        publicKey: made.publicKey,
        counter: BigInt(made.counter),
        transports: [...made.transports],
        createdAt: now,
      },
      skipDuplicates: true,
    });
    if (count === 0) return { kind: 'refused', message: 'This passkey is in use already.' };
    await tx.session.updateMany({ where: { id: session.id }, data: { provedAt: now, provedWith: 'passkey' } });
    await tx.session.updateMany({
      where: { id: session.id, method: { in: [...oneFactorMethods] } },
      data: { method: 'password_passkey' },
    });
    await record(services, tx, person, person, context, { action: 'factor.added', facts: { factor: 'passkey' } });
    return { kind: 'done', message: 'Passkey added' };
  });
}

/** Takes one of the person's own passkeys away. */
export async function removePasskey(
  services: PasskeyServices,
  session: Session,
  passkeyId: string,
  context: AuditContext,
): Promise<PasskeyOutcome> {
  demandFresh(session, services.now());
  const { person } = session;
  return services.db.prisma.$transaction(async (tx): Promise<PasskeyOutcome> => {
    const { count } = await tx.passkey.deleteMany({ where: { id: passkeyId, userId: person.id } });
    if (count === 0) return { kind: 'refused', message: 'This passkey is not here any more.' };
    await record(services, tx, person, person, context, { action: 'factor.removed', facts: { factor: 'passkey' } });
    return { kind: 'done', message: 'Passkey removed' };
  });
}

/** What a browser needs to sign in with a passkey: any of this site, or as a second step those of one person. */
export async function signInOptions(
  services: PasskeyServices,
  personId: string | null = null,
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const { prisma } = services.db;
  const allowed = personId === null ? null : await prisma.passkey.findMany({ where: { userId: personId } });
  const options = await requestOptions(services, allowed);
  const until = new Date(services.now().getTime() + challengeMs);
  await keepOnce(prisma, signingIn, options.challenge, 'open', until);
  return options;
}

/** Whose passkey was used to sign in, with a challenge of ours that was not used before; null when anything is wrong. */
export async function personOfPasskey(services: PasskeyServices, response: unknown): Promise<string | null> {
  const parsed = assertionSchema.safeParse(response);
  if (!parsed.success) return null;
  const challenge = challengeIn(parsed.data);
  if (challenge === null) return null;
  if ((await takeOnce(services.db.prisma, signingIn, challenge, services.now())) === null) return null;
  return (await usedPasskey(services, parsed.data, challenge))?.userId ?? null;
}

/** The passkey that made this assertion for this challenge, its use on record; null when anything is wrong. */
export async function usedPasskey(services: PasskeyServices, assertion: Assertion, challenge: string) {
  const { prisma } = services.db;
  const passkey = await prisma.passkey.findUnique({ where: { id: assertion.id } });
  if (passkey === null) return null;
  const counter = await verifiedAssertion(services, assertion, challenge, passkey);
  if (counter === null) return null;
  await prisma.passkey.updateMany({
    where: { id: passkey.id },
    data: { counter: BigInt(counter), usedAt: services.now() },
  });
  return passkey;
}

const clientData = z.object({ challenge: z.string().min(16).max(500) });

function challengeIn(assertion: Assertion): string | null {
  try {
    const text = Buffer.from(assertion.response.clientDataJSON, 'base64url').toString('utf8');
    return clientData.parse(JSON.parse(text)).challenge;
  } catch {
    return null;
  }
}
