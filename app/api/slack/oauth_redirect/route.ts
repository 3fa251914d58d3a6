import { requestContext, requirePerson } from '@/lib/auth';
import { services } from '@/lib/services';
import { finishInstall } from '@/lib/slack/oauth';
import { arrive, returnOf } from '@/lib/slack/oauth-response';

export const dynamic = 'force-dynamic';

/** Where Slack sends the browser back to, after the app was installed or refused.. */
export async function GET(request: Request): Promise<Response> {
  const by = await requirePerson('settings.manage');
  return arrive(services(), await finishInstall(services(), returnOf(request), by, await requestContext()));
}
