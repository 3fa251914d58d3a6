import { createHash, randomInt } from 'node:crypto';
import { appendAudit } from '@/lib/audit/append';
import type { Transaction } from '@/lib/db';
import type { AuditContext, AuditFact } from '@/lib/domain/audit';
import type { Person } from '@/lib/domain/person';
import { oneFactorMethods } from '@/lib/domain/sign-in';
import { notifyLive } from '@/lib/live/notify';
import type { Services } from '@/lib/services';
import { actorOf, type By, demand } from './people';
import { demandFresh, type Session } from './session';
import { newTotpSecret, totpAddress, totpStep } from './totp';

type FactorServices = Pick<Services, 'db' | 'now' | 'secrets'>;

export type Factors = Readonly<{
  password: boolean;
  totp: boolean;
  passkeys: readonly { id: string; name: string; createdAt: Date; usedAt: Date | null }[];
  recoveryCodes: number; // those not used yet
}>;

/** With what a person can prove that it is them. */
export async function factorsOf(tx: Transaction, personId: string): Promise<Factors> {
  const [password, totp, passkeys, recoveryCodes] = await Promise.all([
    tx.account.count({ where: { userId: personId, providerId: 'credential', password: { not: null } } }),
    tx.totp.count({ where: { userId: personId, confirmedAt: { not: null } } }),
    tx.passkey.findMany({
      where: { userId: personId },
      orderBy: { createdAt: 'asc' },
      select: { id: true, name: true, createdAt: true, usedAt: true },
    }),
    tx.recoveryCode.count({ where: { userId: personId } }),
  ]);
  return { password: password > 0, totp: totp > 0, passkeys, recoveryCodes };
}

/** What an authenticator app is set up with. It counts for nothing until `confirmTotp` was given a code of it. */
export async function beginTotp(
  services: FactorServices,
  session: Session,
): Promise<{ secret: string; address: string }> {
  const now = services.now();
  demandFresh(session, now);
  const { prisma } = services.db;
  const { id, email } = session.person;
  const secret = newTotpSecret();
  const fresh = { cipher: services.secrets.seal(secret), createdAt: now, lastStep: 0n };
  await prisma.$transaction(async (tx) => {
    await tx.totp.deleteMany({ where: { userId: id, confirmedAt: null } });
    await tx.totp.createMany({ data: { userId: id, ...fresh }, skipDuplicates: true });
  });
  return { secret, address: totpAddress(secret, email) };
}

export type TotpOutcome = { kind: 'done'; codes: readonly string[] } | { kind: 'refused'; message: string };

/** Turns the authenticator app on with a first code from it, and answers with recovery codes, shown this once. */
export async function confirmTotp(
  services: FactorServices,
  session: Session,
  code: string,
  context: AuditContext,
): Promise<TotpOutcome> {
  const now = services.now();
  demandFresh(session, now);
  const { person } = session;
  return services.db.prisma.$transaction(async (tx) => {
    const row = await tx.totp.findUnique({ where: { userId: person.id } });
    if (row === null) return { kind: 'refused', message: 'Begin again: this set-up is not here any more.' };
    if (row.confirmedAt !== null) return { kind: 'refused', message: 'An authenticator app is set up already.' };
    const step = totpStep(services.secrets.open(row.cipher), code, now, 0n);
    if (step === null) return { kind: 'refused', message: 'The code is not right. Is the clock of your device right?' };
    await tx.totp.update({ where: { userId: person.id }, data: { confirmedAt: now, lastStep: step } });
    // The code was given in this session, so it has two factors from now on.
    await tx.session.updateMany({ where: { id: session.id }, data: { provedAt: now, provedWith: 'totp' } });
    await tx.session.updateMany({
      where: { id: session.id, method: { in: [...oneFactorMethods] } },
      data: { method: 'password_totp' },
    });
    const codes = await replaceCodes(tx, person.id);
    await record(services, tx, person, person, context, { action: 'factor.added', facts: { factor: 'totp' } });
    return { kind: 'done', codes };
  });
}

/** Takes the authenticator app away, and its recovery codes with it. */
export async function turnOffTotp(services: FactorServices, session: Session, context: AuditContext): Promise<void> {
  demandFresh(session, services.now());
  const { person } = session;
  await services.db.prisma.$transaction(async (tx) => {
    const { count } = await tx.totp.deleteMany({ where: { userId: person.id } });
    await tx.recoveryCode.deleteMany({ where: { userId: person.id } });
    if (count === 0) return;
    await record(services, tx, person, person, context, { action: 'factor.removed', facts: { factor: 'totp' } });
  });
}

/** Makes new recovery codes, shown this once; those of before stop working. */
export async function newRecoveryCodes(
  services: FactorServices,
  session: Session,
  context: AuditContext,
): Promise<readonly string[]> {
  demandFresh(session, services.now());
  const { person } = session;
  return services.db.prisma.$transaction(async (tx) => {
    const codes = await replaceCodes(tx, person.id);
    await record(services, tx, person, person, context, {
      action: 'factor.codes_made',
      facts: { count: codes.length },
    });
    return codes;
  });
}

/** Takes every second factor of a person away, for somebody who has lost theirs. Their sessions end. */
export async function resetFactors(
  services: FactorServices,
  personId: string,
  by: By,
  context: AuditContext,
): Promise<{ kind: 'done' | 'refused'; message: string }> {
  demand(by, 'people.manage');
  return services.db.prisma.$transaction(async (tx) => {
    const person = await tx.user.findUnique({ where: { id: personId }, select: { id: true, name: true } });
    if (person === null) return { kind: 'refused', message: 'This person is not here any more.' };
    const where = { userId: personId };
    const gone = [await tx.totp.deleteMany({ where }), await tx.passkey.deleteMany({ where })];
    await tx.recoveryCode.deleteMany({ where });
    if (gone.every(({ count }) => count === 0)) return { kind: 'refused', message: 'There is no second factor.' };
    await tx.session.deleteMany({ where });
    await record(services, tx, by, person, context, { action: 'factor.reset', facts: {} });
    return { kind: 'done', message: 'Second factors removed. Their sessions have ended.' };
  });
}

/**
 * Whether this is a code of the person's authenticator app, or one of their recovery codes; either works once. Does not
 * count attempts: the caller does.
 */
export async function checkCode(
  services: FactorServices,
  personId: string,
  code: string,
): Promise<'totp' | 'recovery' | null> {
  const { prisma } = services.db;
  const typed = code.replace(/[\s-]/g, '').toLowerCase();
  const row = await prisma.totp.findUnique({ where: { userId: personId } });
  if (row?.confirmedAt) {
    const step = totpStep(services.secrets.open(row.cipher), typed, services.now(), row.lastStep);
    if (step !== null) {
      const { count } = await prisma.totp.updateMany({
        where: { userId: personId, lastStep: { lt: step } },
        data: { lastStep: step },
      });
      return count === 1 ? 'totp' : null;
    }
  }
  const { count } = await prisma.recoveryCode.deleteMany({
    where: { hash: hashOf(personId, typed), userId: personId },
  });
  return count === 1 ? 'recovery' : null;
}

const alphabet = '23456789abcdefghjkmnpqrstvwxyz';
const codeLetters = 10; // 49 bits, and ten tries in five minutes
const codeCount = 10;

async function replaceCodes(tx: Transaction, personId: string): Promise<readonly string[]> {
  const codes = Array.from({ length: codeCount }, () =>
    Array.from({ length: codeLetters }, () => alphabet.charAt(randomInt(alphabet.length))).join(''),
  );
  await tx.recoveryCode.deleteMany({ where: { userId: personId } });
  await tx.recoveryCode.createMany({ data: codes.map((code) => ({ userId: personId, hash: hashOf(personId, code) })) });
  return codes.map((code) => `${code.slice(0, 5)}-${code.slice(5)}`);
}

const hashOf = (personId: string, code: string): string =>
  createHash('sha256').update(`${personId}:${code}`).digest('hex');

/** Keeps in the history what happened to a person's factors, and tells open pages. */
export async function record(
  services: Pick<Services, 'now'>,
  tx: Transaction,
  by: By,
  person: Pick<Person, 'id' | 'name'>,
  context: AuditContext,
  fact: AuditFact<'factor'>,
): Promise<void> {
  await appendAudit(tx, services.now(), {
    ...fact,
    actor: actorOf(by),
    targets: [{ type: 'person', id: person.id, name: person.name }],
    context,
  });
  await notifyLive(tx, { type: 'people' });
}
