import { createHash } from 'node:crypto';
import type { Transaction } from '@/lib/db';
import { newToken } from '@/lib/ids';

/** Keeps `value` to be taken once, by `secret`, until `expiresAt`. Only the secret's hash is stored. */
export async function keepOnce(
  tx: Transaction,
  purpose: string,
  secret: string,
  value: string,
  expiresAt: Date,
): Promise<void> {
  const identifier = identifierOf(purpose, secret);
  await tx.verification.deleteMany({ where: { identifier } });
  await tx.verification.create({ data: { id: newToken(16), identifier, value, expiresAt } });
}

/** What was kept, without taking it; null when it is unknown, taken or too old. */
export async function lookOnce(tx: Transaction, purpose: string, secret: string, now: Date): Promise<string | null> {
  const found = await tx.verification.findFirst({
    where: { identifier: identifierOf(purpose, secret), expiresAt: { gt: now } },
    select: { value: true },
  });
  return found?.value ?? null;
}

/** Takes what was kept; null when it is unknown, taken or too old. Two at once: one gets it. */
export async function takeOnce(tx: Transaction, purpose: string, secret: string, now: Date): Promise<string | null> {
  const found = await tx.verification.findFirst({
    where: { identifier: identifierOf(purpose, secret) },
    select: { id: true, value: true, expiresAt: true },
  });
  if (found === null) return null;
  const { count } = await tx.verification.deleteMany({ where: { id: found.id } });
  return count === 1 && found.expiresAt > now ? found.value : null;
}

function identifierOf(purpose: string, secret: string): string {
  return `${purpose}:${createHash('sha256').update(secret).digest('base64url')}`;
}
