import { isObject, type Json, type JsonObject } from '../gemini/wire';
import { type ArgumentSpec, Refusal } from './arguments';
import { changeMessage, findMessage, messageView, postMessage } from './messages';
import { getChannel, getDestination, getUser, type Method, type MethodCall, readBlocks } from './method';
import type { Channel, Message } from './state';

const POST_TEXT_MAX = 40_000; // longer ones are cut
const UPDATE_TEXT_MAX = 4_000; // longer ones are refused

const content: ArgumentSpec = {
  channel: 'string!',
  text: 'string',
  blocks: 'json',
  attachments: 'json',
  as_user: 'boolean',
  parse: 'string',
  link_names: 'boolean',
  unfurl_links: 'boolean',
  unfurl_media: 'boolean',
  metadata: 'json',
};

export const chatMethods: Record<string, Method> = {
  'chat.postMessage': {
    token: 'bot',
    scopes: ['chat:write'],
    tier: 'special',
    args: {
      ...content,
      thread_ts: 'string',
      reply_broadcast: 'boolean',
      mrkdwn: 'boolean',
      username: 'string',
      icon_url: 'string',
      icon_emoji: 'string',
      client_msg_id: 'string',
    },
    run(call) {
      const { args, limits, switches, token } = call;
      const channel = getDestination(call, args.text('channel'));
      if (channel.archived) throw new Refusal('is_archived');
      if (channel.kind === 'im' && !switches.messagesTabEnabled) throw new Refusal('messages_tab_disabled');
      const member = channel.members.has(call.installation.botUserId);
      if (!member && !token.scopes.includes('chat:write.public')) throw new Refusal('not_in_channel');
      const blocks = readBlocks(call);
      const text = requireContent(call, blocks);
      const metadata = readMetadata(call);
      const threadTs = args.optionalText('thread_ts') || null;
      if (threadTs !== null) requireThread(channel, threadTs);
      limits.countPost(channel.id);
      const message = postMessage(call.state, channel, {
        ...author(call, channel),
        text: text.slice(0, POST_TEXT_MAX),
        blocks: blocks ?? [],
        threadTs,
        metadata,
      });
      return { channel: channel.id, ts: message.ts, message: messageView(call.state, channel, message) };
    },
  },

  'chat.update': {
    token: 'bot',
    scopes: ['chat:write'],
    tier: 3,
    args: { ...content, ts: 'string!', reply_broadcast: 'boolean', file_ids: 'json' },
    run(call) {
      const { args, switches } = call;
      const channel = getChannel(call, args.text('channel'));
      const message = findMessage(channel, args.text('ts'));
      if (message === null) throw new Refusal('message_not_found');
      requireOwn(call, message, 'cant_update_message');
      if (channel.archived) throw new Refusal('is_inactive');
      const blocks = readBlocks(call);
      const text = requireContent(call, blocks);
      if (text.length > UPDATE_TEXT_MAX) throw new Refusal('msg_too_long');
      if (!switches.allowRichTextRemoval && blocks !== null && blocks.length > 0)
        if (hasRichText(message.blocks) && !hasRichText(blocks)) throw new Refusal('block_mismatch');
      if (args.has('metadata')) message.metadata = readMetadata(call);
      changeMessage(call.state, message, text, blocks ?? []);
      return {
        channel: channel.id,
        ts: message.ts,
        text: message.text,
        message: messageView(call.state, channel, message),
      };
    },
  },

  'chat.postEphemeral': {
    token: 'bot',
    scopes: ['chat:write'],
    tier: 4,
    args: {
      ...content,
      user: 'string!',
      thread_ts: 'string',
      username: 'string',
      icon_url: 'string',
      icon_emoji: 'string',
    },
    run(call) {
      const { args } = call;
      const channel = getChannel(call, args.text('channel'));
      if (channel.archived) throw new Refusal('is_archived');
      if (!channel.members.has(call.installation.botUserId)) throw new Refusal('not_in_channel');
      const user = getUser(call, args.text('user'), 'user_not_in_channel');
      if (!channel.members.has(user.id)) throw new Refusal('user_not_in_channel');
      const blocks = readBlocks(call);
      const text = requireContent(call, blocks);
      const message = postMessage(call.state, channel, {
        ...author(call, channel),
        text,
        blocks: blocks ?? [],
        threadTs: args.optionalText('thread_ts') || null,
        onlyFor: user.id,
      });
      return { message_ts: message.ts };
    },
  },

  'chat.delete': {
    token: 'bot',
    scopes: ['chat:write'],
    tier: 3,
    args: { channel: 'string!', ts: 'string!', as_user: 'boolean' },
    run(call) {
      const channel = getChannel(call, call.args.text('channel'));
      const message = findMessage(channel, call.args.text('ts'));
      if (message === null) throw new Refusal('message_not_found');
      requireOwn(call, message, 'cant_delete_message');
      message.deleted = true;
      return { channel: channel.id, ts: message.ts };
    },
  },

  'chat.getPermalink': {
    token: 'bot',
    scopes: [],
    tier: 'special',
    args: { channel: 'string!', message_ts: 'string!' },
    run(call) {
      const channel = getChannel(call, call.args.text('channel'));
      const message = findMessage(channel, call.args.text('message_ts'));
      if (message === null) throw new Refusal('message_not_found');
      // Leads to the page of the simulator, not to slack.com, so that the link works in the demo.
      const permalink = `${call.baseUrl}/archives/${channel.id}/p${message.ts.replace('.', '')}`;
      return { channel: channel.id, permalink };
    },
  },
};

/** An empty text with blocks is allowed; nothing at all is not. */
function requireContent({ args }: MethodCall, blocks: readonly JsonObject[] | null): string {
  const text = args.optionalText('text') ?? '';
  if (text === '' && (blocks === null || blocks.length === 0)) throw new Refusal('no_text');
  return text;
}

function readMetadata({ args }: MethodCall): Json {
  const metadata = args.json('metadata');
  if (metadata === undefined || metadata === null) return null;
  if (!isObject(metadata)) throw new Refusal('invalid_metadata_format');
  const { event_type: type, event_payload: payload } = metadata;
  if (typeof type !== 'string' || !isObject(payload)) throw new Refusal('invalid_metadata_schema');
  return metadata;
}

function requireThread(channel: Channel, ts: string): void {
  const parent = findMessage(channel, ts);
  if (parent === null) throw new Refusal('thread_not_found');
  if (parent.threadTs !== null) throw new Refusal('cannot_reply_to_message');
}

function requireOwn({ token }: MethodCall, message: Message, refusal: string): void {
  if (message.user !== token.userId) throw new Refusal(refusal);
}

function author({ installation }: MethodCall, channel: Channel) {
  return {
    user: installation.botUserId,
    botId: installation.botId,
    teamId: installation.teamId ?? channel.teamId,
  };
}

function hasRichText(blocks: readonly JsonObject[]): boolean {
  return blocks.some(({ type }) => type === 'rich_text');
}
