import { APIError } from 'better-auth/api';
import type { Route } from 'next';
import { cookies } from 'next/headers';
import { redirect } from 'next/navigation';
import { auth, requestContext } from '@/lib/auth';
import { endSignIn } from '@/lib/oidc/flow';
import { admit } from '@/lib/oidc/person';
import { nextPath } from '@/lib/people/next-path';
import { services } from '@/lib/services';
import { journeyCookie, journeyPath } from '../journey';

/** Takes a browser back from the sign-in service and signs its person in. */
export async function GET(request: Request): Promise<Response> {
  const jar = await cookies();
  const sealed = jar.get(journeyCookie)?.value ?? '';
  jar.delete({ name: journeyCookie, path: journeyPath });
  const arrival = await endSignIn(services(), new URL(request.url), sealed);
  if (arrival.kind === 'refused') redirect(`/sign-in?service=${arrival.reason}` as Route);
  const admission = await admit(services(), arrival.service, arrival, await requestContext());
  if (admission.kind === 'refused') redirect(`/sign-in?service=${admission.reason}` as Route);
  const started = await startSession(admission.person.id, request.headers);
  redirect((started ? nextPath(arrival.next) : '/sign-in?service=deactivated') as Route);
}

/** Next would answer HEAD by running GET, and use the code up. */
export function HEAD(): Response {
  return new Response(null, { status: 204 });
}

async function startSession(personId: string, headers: Headers): Promise<boolean> {
  try {
    await auth().api.startSession({ body: { personId, method: 'oidc' }, headers });
    return true;
  } catch (error) {
    if (error instanceof APIError) return false; // deactivated since
    throw error;
  }
}
