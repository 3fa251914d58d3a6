import type { App } from '@slack/bolt';
import { z } from 'zod';
import { addComment, followSlack } from '@/lib/approvals/comments';
import type { AuditContext } from '@/lib/domain/audit';
import { longestComment } from '@/lib/domain/comment';
import { log } from '@/lib/log';
import type { Services } from '@/lib/services';
import { literal } from '../blocks/text';
import { failureOf } from '../failures';
import { identify } from '../identity';
import { clientsFor, type Installation } from '../installations';
import { plainText } from '../plain-text';
import { takeOnce } from '../store';
import { refusalBlocks } from './actor';

/**
 * Replies in the thread of a request become comments on it, by whoever wrote them. Nothing that is written there is ever a
 * vote. What bots write, and what stands anywhere else, is not looked at.
 */
export function registerThread(app: App, services: Services): void {
  app.event('message', async ({ event, context }) => {
    const installation = context.installation as Installation;
    const said = message.safeParse(event);
    if (said.success) return take(services, installation, said.data);
    const after = change.safeParse(event);
    if (after.success) return follow(services, installation, after.data);
  });
}

const id = z.string().regex(/^[A-Z0-9]{2,40}$/);
const ts = z.string().regex(/^\d{1,12}\.\d{1,9}$/);
const nothing = z.null().optional();

const message = z.looseObject({
  subtype: z.enum(['thread_broadcast', 'file_share']).optional(),
  channel: id,
  user: id,
  ts,
  thread_ts: ts,
  text: z.string(),
  bot_id: nothing,
  team: id.nullish(),
  user_team: id.nullish(),
});
type Reply = z.infer<typeof message>;

const change = z.discriminatedUnion('subtype', [
  z.looseObject({
    subtype: z.literal('message_changed'),
    channel: id,
    message: z.looseObject({ ts, text: z.string(), bot_id: nothing, subtype: z.string().optional() }),
  }),
  z.looseObject({ subtype: z.literal('message_deleted'), channel: id, deleted_ts: ts }),
]);

async function take(services: Services, installation: Installation, reply: Reply): Promise<void> {
  const { channel, thread_ts: threadTs } = reply;
  if (threadTs === reply.ts) return;
  const copy = await services.db.prisma.slackMessage.findFirst({
    where: { installationId: installation.id, channel, ts: threadTs },
    select: { approvalId: true },
  });
  if (copy === null) return;
  const account = { userId: reply.user, teamId: reply.user_team ?? reply.team ?? null };
  const identity = await identify(services, installation, account);
  if (!identity.ok) {
    if (identity.reason === 'unlinked' || identity.reason === 'frozen') await hint(services, installation, reply);
    return;
  }
  const text = plainText(reply.text);
  await addComment(services, {
    approvalId: copy.approvalId,
    text: text.length > longestComment ? `${text.slice(0, longestComment - 1).trimEnd()}…` : text,
    by: identity.person,
    surface: 'slack',
    slack: { installationId: installation.id, channel, threadTs, ts: reply.ts },
    context: contextOf(installation, channel, threadTs, reply.user, identity.method),
  });
}

async function follow(services: Services, installation: Installation, after: z.infer<typeof change>): Promise<void> {
  const { channel } = after;
  const gone = after.subtype === 'message_deleted';
  if (!gone && after.message.subtype === 'tombstone') return;
  const text = gone ? null : plainText(after.message.text).slice(0, longestComment);
  const place = { installationId: installation.id, channel, ts: gone ? after.deleted_ts : after.message.ts };
  await followSlack(services, { place, text, context: contextOf(installation, channel, place.ts, 'unknown') });
}

const hintedEachMs = 30 * 24 * 3600_000;

// Once a month and person: who only talks in the channel is not to be nagged.
async function hint(services: Services, installation: Installation, reply: Reply): Promise<void> {
  const key = `reply-hint:${installation.id}:${reply.user}`;
  if (!(await takeOnce(services.db, key, services.now(), hintedEachMs))) return;
  const text =
    'Replies here become comments in Countersign once this Slack account is linked. Yours was not kept there.';
  const account = { userId: reply.user, teamId: null };
  const identity = await identify(services, installation, account);
  const link = identity.ok ? [] : await refusalBlocks(services, installation, account, identity);
  try {
    await clientsFor(services, installation).interactive.chat.postEphemeral({
      channel: reply.channel,
      user: reply.user,
      thread_ts: reply.thread_ts,
      text,
      blocks: [{ type: 'section', block_id: 'hint', text: literal(text, 300) }, ...link.slice(1)],
    });
  } catch (error) {
    log.warn({ error: failureOf(error).error }, 'slack.hint_not_delivered');
  }
}

function contextOf(
  installation: Installation,
  channel: string,
  messageTs: string,
  user: string,
  link?: string,
): AuditContext {
  const team = installation.teamId ?? installation.enterpriseId ?? '';
  return { surface: 'slack', slack: { team, user, channel, message: messageTs, ...(link ? { link } : {}) } };
}
