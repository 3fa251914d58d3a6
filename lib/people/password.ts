import { randomInt } from 'node:crypto';
import { hashPassword, verifyPassword } from 'better-auth/crypto';
import type { Transaction } from '@/lib/db';

const alphabet = '23456789abcdefghjkmnpqrstvwxyz'; // nothing that is mistaken for something else when read aloud

/** A password to hand over: four groups of five, about 98 bits. */
export function generatePassword(): string {
  const group = () => Array.from({ length: 5 }, () => alphabet.charAt(randomInt(alphabet.length))).join('');
  return [group(), group(), group(), group()].join('-');
}

/** The form in which a password is stored: scrypt with a salt of its own. Takes about 50 ms on purpose. */
export function hashed(password: string): Promise<string> {
  return hashPassword(password);
}

/** Whether this is the person's password. Somebody without one has none that fits. */
export async function isPasswordOf(tx: Transaction, personId: string, password: string): Promise<boolean> {
  const account = await tx.account.findFirst({
    where: { userId: personId, providerId: 'credential' },
    select: { password: true },
  });
  return account?.password ? verifyPassword({ hash: account.password, password }) : false;
}

/** Stores the hash of a person's password in place of the one before. */
export async function storePassword(tx: Transaction, personId: string, hash: string): Promise<void> {
  await tx.account.upsert({
    where: { id: personId }, // one password account a person: better-auth finds it by provider and account id
    create: { id: personId, accountId: personId, providerId: 'credential', userId: personId, password: hash },
    update: { password: hash },
  });
}
