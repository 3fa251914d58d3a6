import { after } from 'next/server';
import { services } from '@/lib/services';
import { receive } from '@/lib/slack/receive';

export const runtime = 'nodejs';
export const dynamic = 'force-dynamic';

/** Everything that Slack sends: clicks, forms, commands, events. What goes on after the answer is kept alive by `after`. */
export async function POST(request: Request): Promise<Response> {
  return receive(services(), request, (work) => after(() => work));
}
