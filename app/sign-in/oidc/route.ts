import type { Route } from 'next';
import { cookies } from 'next/headers';
import { redirect } from 'next/navigation';
import { beginSignIn } from '@/lib/oidc/flow';
import { nextPath } from '@/lib/people/next-path';
import { services } from '@/lib/services';
import { journeyCookie, journeyPath, journeySeconds } from './journey';

/** Sends a browser to the sign-in service. */
export async function GET(request: Request): Promise<Response> {
  const { searchParams } = new URL(request.url);
  const departure = await beginSignIn(services(), nextPath(searchParams.get('next')));
  if (departure.kind === 'refused') redirect(`/sign-in?service=${departure.reason}` as Route);
  (await cookies()).set(journeyCookie, departure.journey, {
    httpOnly: true,
    sameSite: 'lax', // it must come along when the service sends the browser back
    path: journeyPath,
    maxAge: journeySeconds,
    secure: services().env.appUrl.startsWith('https:'),
  });
  redirect(departure.address as Route);
}

/** Next would answer HEAD by running GET. */
export function HEAD(): Response {
  return new Response(null, { status: 204 });
}
