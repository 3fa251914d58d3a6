import { z } from 'zod';
import { type Approval, type Ballot, namedArguments } from '@/lib/domain/approval';
import type { AuditContext } from '@/lib/domain/audit';
import { argumentsHash } from '@/lib/domain/call-hash';
import { type VoteStatement, voteChallenge } from '@/lib/domain/proof/passkey-vote';
import { needsStepUp, type StepUp, type StepUpNeed, stepUpNeed } from '@/lib/domain/step-up';
import { newToken } from '@/lib/ids';
import { factorsOf } from '@/lib/people/factors';
import { keepOnce, takeOnce } from '@/lib/people/once';
import { usedPasskey } from '@/lib/people/passkeys';
import { prove } from '@/lib/people/prove';
import type { Session } from '@/lib/people/session';
import { assertionSchema, publicKeyOf, requestOptions } from '@/lib/people/webauthn';
import type { Services } from '@/lib/services';

type StepUpServices = Pick<Services, 'env' | 'db' | 'now' | 'secrets'>;

const purpose = 'vote';
const nonceMs = 5 * 60_000;

/** With what the person is to prove that it is them, before they approve what cannot be taken back. */
export async function stepUpNeedOf(
  services: Pick<Services, 'db' | 'now'>,
  session: Pick<Session, 'person' | 'provedAt' | 'provedWith'>,
): Promise<StepUpNeed> {
  const { passkeys, totp, password } = await factorsOf(services.db.prisma, session.person.id);
  const has = { passkey: passkeys.length > 0, totp, password };
  return stepUpNeed(has, { with: session.provedWith, at: session.provedAt }, services.now());
}

/** What the browser needs for the person's passkey to sign this vote, and the nonce that stands in what it signs. */
export async function beginPasskeyVote(
  services: StepUpServices,
  { approval, ballot, voter }: { approval: Approval; ballot: Ballot; voter: string },
): Promise<{ nonce: string; options: unknown }> {
  const { prisma } = services.db;
  const statement = statementOf(approval, ballot, voter, newToken(24));
  const challenge = voteChallenge(statement);
  const until = new Date(services.now().getTime() + nonceMs);
  await keepOnce(prisma, purpose, statement.nonce, challenge, until);
  const allowed = await prisma.passkey.findMany({ where: { userId: voter } });
  const bytes = new Uint8Array(Buffer.from(challenge, 'base64url'));
  return { nonce: statement.nonce, options: await requestOptions(services, allowed, bytes) };
}

export const givenStepUp = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('password'), password: z.string().max(128) }),
  z.object({ kind: z.literal('code'), code: z.string().max(20) }),
  z.object({ kind: z.literal('passkey'), nonce: z.string().max(100), response: assertionSchema }),
]);
export type GivenStepUp = z.output<typeof givenStepUp>;

export type StepUpOutcome = { kind: 'taken'; stepUp: StepUp | null } | { kind: 'refused'; message: string };

/**
 * What a voter gave to prove that it is them, verified: a passkey's signature over this very vote, or a password or code, after
 * which the session counts for five minutes. Given nothing, what the session proved last. The rule judges whether it is enough.
 */
export async function takeStepUp(
  services: StepUpServices,
  input: { session: Session; approval: Approval; ballot: Ballot; given: GivenStepUp | null; context: AuditContext },
): Promise<StepUpOutcome> {
  const { session, approval, ballot, given } = input;
  if (!needsStepUp(approval.tier, ballot.verdict)) return { kind: 'taken', stepUp: null };
  const last: StepUp = { with: session.provedWith, at: session.provedAt, assertion: null };
  if (given === null) return { kind: 'taken', stepUp: last };
  if (given.kind !== 'passkey') {
    const outcome = await prove(services, session, given, input.context);
    return outcome.kind === 'refused'
      ? { kind: 'refused', message: `${outcome.message} Your vote was not recorded.` }
      : { kind: 'taken', stepUp: { with: outcome.with, at: services.now(), assertion: null } };
  }
  const signed = await signedVote(services, approval, ballot, session.person.id, given);
  return signed === null
    ? { kind: 'refused', message: 'The passkey could not be verified, so your vote was not recorded. Try again.' }
    : { kind: 'taken', stepUp: signed };
}

async function signedVote(
  services: StepUpServices,
  approval: Approval,
  ballot: Ballot,
  voter: string,
  { nonce, response }: Extract<GivenStepUp, { kind: 'passkey' }>,
): Promise<StepUp | null> {
  const now = services.now();
  const statement = statementOf(approval, ballot, voter, nonce);
  const challenge = voteChallenge(statement);
  // Made for this very vote, and not used before.
  if ((await takeOnce(services.db.prisma, purpose, nonce, now)) !== challenge) return null;
  const passkey = await usedPasskey(services, response, challenge);
  if (passkey === null || passkey.userId !== voter) return null;
  return {
    with: 'passkey',
    at: now,
    assertion: {
      credential: passkey.id,
      public_key: publicKeyOf(passkey.publicKey),
      statement,
      authenticator_data: response.response.authenticatorData,
      client_data_json: response.response.clientDataJSON,
      signature: response.response.signature,
    },
  };
}

function statementOf(approval: Approval, ballot: Ballot, voter: string, nonce: string): VoteStatement {
  return {
    type: 'countersign.vote',
    approval: approval.id,
    call_hash: ballot.callHash,
    verdict: ballot.verdict,
    arguments_hash: argumentsHash(namedArguments(approval, ballot)),
    voter,
    nonce,
  };
}
