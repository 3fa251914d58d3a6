import { createHash } from 'node:crypto';
import { newToken } from '@/lib/ids';
import type { Services } from '@/lib/services';

type LinkServices = Pick<Services, 'env' | 'db' | 'now'>;

const lifetimeMs = 10 * 60_000;

/**
 * An address that signs this person in, once, within ten minutes. Only its hash is stored. For whoever may act on the
 * server itself: it asks for no permission, so it must never be made at the wish of a request.
 */
export async function signInLink(services: LinkServices, personId: string): Promise<string> {
  const token = newToken(32);
  const now = services.now();
  await services.db.prisma.verification.create({
    data: {
      id: newToken(16),
      identifier: identifierOf(token),
      value: personId,
      expiresAt: new Date(now.getTime() + lifetimeMs),
      createdAt: now,
    },
  });
  return `${services.env.appUrl}/sign-in/link?token=${token}`;
}

/** Uses a link up: the person it was made for, or null when it is unknown, used or too old. Two at once: one wins. */
export async function consumeSignInLink(services: LinkServices, token: string): Promise<string | null> {
  const { prisma } = services.db;
  const found = await prisma.verification.findFirst({
    where: { identifier: identifierOf(token) },
    select: { id: true, value: true, expiresAt: true },
  });
  if (found === null) return null;
  const { count } = await prisma.verification.deleteMany({ where: { id: found.id } });
  return count === 1 && found.expiresAt > services.now() ? found.value : null;
}

function identifierOf(token: string): string {
  return `sign-in-link:${createHash('sha256').update(token).digest('base64url')}`;
}
