import { APIError } from 'better-auth/api';
import { redirect } from 'next/navigation';
import { auth } from '@/lib/auth';
import { consumeSignInLink } from '@/lib/people/sign-in-link';
import { services } from '@/lib/services';

/** Signs in whoever opens a link that this server printed in its terminal, once. */
export async function GET(request: Request): Promise<Response> {
  const token = new URL(request.url).searchParams.get('token') ?? '';
  const personId = await consumeSignInLink(services(), token.slice(0, 200));
  if (personId === null || !(await startSession(personId, request.headers))) redirect('/sign-in?link=used');
  redirect('/inbox');
}

/** Next would answer HEAD by running GET, and whatever only looks at a link would use it up. */
export function HEAD(): Response {
  return new Response(null, { status: 204 });
}

async function startSession(personId: string, headers: Headers): Promise<boolean> {
  try {
    await auth().api.startSession({ body: { personId, method: 'link' }, headers });
    return true;
  } catch (error) {
    if (error instanceof APIError) return false; // deactivated since
    throw error;
  }
}
