import { newToken } from '@/lib/ids';
import type { Services } from '@/lib/services';
import { keepOnce, takeOnce } from './once';

type LinkServices = Pick<Services, 'env' | 'db' | 'now'>;

const lifetimeMs = 10 * 60_000;
const purpose = 'sign-in-link';

/**
 * An address that signs this person in, once, within ten minutes. Only its hash is stored. For whoever may act on the
 * server itself: it asks for no permission, so it must never be made at the wish of a request.
 */
export async function signInLink(services: LinkServices, personId: string): Promise<string> {
  const token = newToken(32);
  const until = new Date(services.now().getTime() + lifetimeMs);
  await keepOnce(services.db.prisma, purpose, token, personId, until);
  return `${services.env.appUrl}/sign-in/link?token=${token}`;
}

/** Uses a link up: the person it was made for, or null when it is unknown, used or too old. Two at once: one wins. */
export async function consumeSignInLink(services: LinkServices, token: string): Promise<string | null> {
  return takeOnce(services.db.prisma, purpose, token, services.now());
}
