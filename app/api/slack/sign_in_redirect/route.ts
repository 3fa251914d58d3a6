import { requestContext, requirePerson } from '@/lib/auth';
import { services } from '@/lib/services';
import { finishSignIn } from '@/lib/slack/oauth';
import { arrive, returnOf } from '@/lib/slack/oauth-response';

export const dynamic = 'force-dynamic';

/** Where Slack sends the browser back to, after the person said yes or no.. */
export async function GET(request: Request): Promise<Response> {
  const by = await requirePerson();
  return arrive(services(), await finishSignIn(services(), returnOf(request), by, await requestContext()));
}
