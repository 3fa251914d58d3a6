import { requirePerson } from '@/lib/auth';
import { services } from '@/lib/services';
import { beginInstall } from '@/lib/slack/oauth';
import { depart } from '@/lib/slack/oauth-response';

export const dynamic = 'force-dynamic';

/** Sends an admin to Slack, to install the app in a workspace. */
export async function GET(request: Request): Promise<Response> {
  const by = await requirePerson('settings.manage');
  return depart(request, services(), await beginInstall(services(), by));
}
