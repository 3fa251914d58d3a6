import { requirePerson } from '@/lib/auth';
import { services } from '@/lib/services';
import { beginSignIn } from '@/lib/slack/oauth';
import { depart } from '@/lib/slack/oauth-response';

export const dynamic = 'force-dynamic';

/** Sends a signed-in person to Slack, to say which account there is theirs. */
export async function GET(request: Request): Promise<Response> {
  const by = await requirePerson();
  return depart(request, services(), await beginSignIn(services(), by));
}
