import type { App } from '@slack/bolt';
import type { KnownBlock } from '@slack/types';
import type { AuditContext } from '@/lib/domain/audit';
import { AppError } from '@/lib/errors';
import { hold, release } from '@/lib/holds/holds';
import { log } from '@/lib/log';
import type { Services } from '@/lib/services';
import { rowBlocks } from '../blocks/home';
import { escapedWithin, literal, markup, visible } from '../blocks/text';
import { type Identity, identify } from '../identity';
import type { Installation } from '../installations';
import { slackRows, waitingFor } from '../waiting';
import { refusalBlocks, troubleText } from './actor';

const shownRows = 10;

type Reply = Readonly<{ text: string; blocks?: KnownBlock[] }>;

/** `/countersign`: what waits for me, how to link my account, what else there is. Only the person sees the answer. */
export function registerCommand(app: App, services: Services): void {
  app.command(/.*/, async ({ ack, command, context }) => {
    const installation = context.installation as Installation;
    const account = { userId: command.user_id, teamId: command.team_id };
    let reply: Reply;
    try {
      reply = await replyTo(services, installation, account, command.text.trim().toLowerCase());
    } catch (error) {
      log.error({ err: error }, 'slack.command_failed');
      reply = { text: troubleText };
    }
    await ack({
      response_type: 'ephemeral',
      text: escapedWithin(visible(reply.text), 3_000),
      ...(reply.blocks ? { blocks: reply.blocks } : {}),
    });
  });
}

async function replyTo(
  services: Services,
  installation: Installation,
  account: { userId: string; teamId: string },
  text: string,
): Promise<Reply> {
  if (text === 'help') return help;
  const identity = await identify(services, installation, account);
  if (!identity.ok) {
    return { text: identity.text, blocks: await refusalBlocks(services, installation, account, identity) };
  }
  if (text === 'link') {
    return { text: `This account is linked to ${identity.person.email}. You can unlink it on the app’s Home tab.` };
  }
  if (text === 'stop' || text === 'release') return stopOrRelease(services, identity, account, text);
  if (text !== '' && text !== 'list' && text !== 'pending') return help;
  const { rows, beyond } = await waitingFor(services, identity.person);
  const url = `${services.env.appUrl}/inbox`;
  if (rows.length === 0) return { text: 'Nothing waits for you.' };
  const shown = await slackRows(services, rows.slice(0, shownRows));
  const more = rows.length - shown.length;
  const count = `${rows.length}${beyond ? '+' : ''}`;
  return {
    text: `${count} waiting for you`,
    blocks: [
      {
        type: 'section',
        block_id: 'hd',
        text: literal(rows.length === 1 ? 'One request waits for you.' : `${count} requests wait for you.`, 100),
      },
      ...shown.flatMap(rowBlocks),
      {
        type: 'context',
        block_id: 'more',
        elements: [markup(`${more > 0 ? `${more}${beyond ? '+' : ''} more. ` : ''}<${url}|Open the inbox>`)],
      },
    ],
  };
}

/** Stops everything, or releases it, in the name of the admin whose account this is. */
async function stopOrRelease(
  services: Services,
  { person, method, scopeId }: Extract<Identity, { ok: true }>,
  account: { userId: string },
  text: 'stop' | 'release',
): Promise<Reply> {
  const context: AuditContext = { surface: 'slack', slack: { team: scopeId, user: account.userId, link: method } };
  const act = text === 'stop' ? hold : release;
  try {
    const { message } = await act(services, { scope: 'everything', key: '' }, person, context);
    return { text: text === 'stop' ? `${message} Release it with /countersign release.` : message };
  } catch (error) {
    if (error instanceof AppError && error.code === 'forbidden') return { text: `${error.message} Nothing changed.` };
    throw error;
  }
}

const help: Reply = {
  text: [
    '/countersign list: the requests that wait for you',
    '/countersign stop: for admins, stop everything; release lets it go on',
    '/countersign link: link this Slack account to your Countersign account',
    '/countersign help: this',
  ].join('\n'),
};
