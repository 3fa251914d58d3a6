import 'server-only';
import { cookies } from 'next/headers';
import { services } from '@/lib/services';

const name = 'countersign.second_step';

/** Keeps in this browser, for ten minutes, that its person gave the right password. */
export async function keepToken(token: string): Promise<void> {
  (await cookies()).set(name, token, {
    httpOnly: true,
    sameSite: 'lax',
    path: '/sign-in',
    maxAge: 10 * 60,
    secure: services().env.appUrl.startsWith('https:'),
  });
}

/** What `keepToken` kept, or an empty text. */
export async function keptToken(): Promise<string> {
  return (await cookies()).get(name)?.value ?? '';
}

/** Forgets it: the sign-in is done. */
export async function dropToken(): Promise<void> {
  (await cookies()).delete({ name, path: '/sign-in' });
}
