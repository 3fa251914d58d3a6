import type { App } from '@slack/bolt';
import type { KnownBlock } from '@slack/types';
import type { AuditContext } from '@/lib/domain/audit';
import { log } from '@/lib/log';
import type { Services } from '@/lib/services';
import { rowBlocks } from '../blocks/home';
import { literal, markup, unformatted } from '../blocks/text';
import { identify, mayLink, recordRefusal } from '../identity';
import type { Installation } from '../installations';
import { slackRows, waitingFor } from '../waiting';
import { refusalBlocks, troubleText } from './actor';
import { holdWords, replyToHold } from './holds';

const shownRows = 10;

/** What the person is told, and nobody else. */
export type Reply = Readonly<{ text: string; blocks?: KnownBlock[] }>;

/** `/countersign`: what waits for me, how to link my account, what else there is. Only the person sees the answer. */
export function registerCommand(app: App, services: Services): void {
  app.command(/.*/, async ({ ack, command, context }) => {
    const installation = context.installation as Installation;
    const account = { userId: command.user_id, teamId: command.team_id };
    let reply: Reply | null;
    try {
      const words = holdWords(command.text);
      reply =
        words === null
          ? await replyTo(services, installation, account, command.text.trim().toLowerCase())
          : await replyToHold(services, installation, account, { ...words, triggerId: command.trigger_id });
    } catch (error) {
      log.error({ err: error }, 'slack.command_failed');
      reply = { text: troubleText };
    }
    if (reply === null) return ack(); // a form is open
    await ack({
      response_type: 'ephemeral',
      // What somebody typed may stand in it; a line of ours stays a line.
      text: reply.text
        .split('\n')
        .map((line) => unformatted(line, 600))
        .join('\n'),
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
    // Asking for the address to link by is what an account that is not linked is for.
    if (text !== 'link' || !mayLink(identity.reason)) {
      const team = installation.teamId ?? installation.enterpriseId ?? account.teamId;
      const context: AuditContext = { surface: 'slack', slack: { team, user: account.userId } };
      await recordRefusal(services, { context, reason: identity.reason, approvalId: null });
    }
    const { why } = identity;
    return { text: why, blocks: await refusalBlocks(services, installation, account, identity, why) };
  }
  if (text === 'link') {
    return { text: `This account is linked to ${identity.person.email}. You can unlink it on the app’s Home tab.` };
  }
  if (text !== '' && text !== 'list' && text !== 'pending') return help;
  const { rows, beyond } = await waitingFor(services, identity.person);
  const url = `${services.env.appUrl}/inbox`;
  if (rows.length === 0) return { text: 'Nothing waits for you.' };
  const shown = await slackRows(services, rows.slice(0, shownRows), identity.person);
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

const help: Reply = {
  text: [
    '/countersign list: the requests that wait for you',
    '/countersign stop: for admins, stop everything; add a function’s or an agent’s name to stop that alone',
    '/countersign release: for admins, let it go on; status says what is stopped',
    '/countersign link: link this Slack account to your Countersign account',
    '/countersign help: this',
  ].join('\n'),
};
