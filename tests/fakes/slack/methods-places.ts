import type { JsonObject } from '../gemini/wire';
import { Refusal } from './arguments';
import { findMessage, messageView, repliesTo } from './messages';
import { getChannel, getUser, type Method, type MethodCall, page, requireScope, teamOf } from './method';
import { belongsTo, canSee, canSeeChannel, directMessages, userView } from './people';
import type { Channel } from './state';

const paging = { cursor: 'string', limit: 'number' } as const;

/** People and conversations. */
export const placeMethods: Record<string, Method> = {
  'users.info': {
    token: 'bot',
    scopes: ['users:read'],
    tier: 4,
    args: { user: 'string!', include_locale: 'boolean' },
    run(call) {
      const user = getUser(call, call.args.text('user'));
      if (!canSee(call.state, user, call.installation)) throw new Refusal('user_not_found');
      return { user: userView(call.state, user, call.installation, call.token.scopes) };
    },
  },

  'users.lookupByEmail': {
    token: 'bot',
    scopes: ['users:read.email'],
    tier: 3,
    args: { email: 'string!', team_id: 'string' },
    run(call) {
      const email = call.args.text('email').toLowerCase();
      for (const user of call.state.users.values())
        if (!user.deleted && user.email?.toLowerCase() === email)
          if (belongsTo(call.state, user.teamId, call.installation))
            return { user: userView(call.state, user, call.installation, call.token.scopes) };
      throw new Refusal('users_not_found');
    },
  },

  'users.list': {
    token: 'bot',
    scopes: ['users:read'],
    tier: 2,
    args: { ...paging, include_locale: 'boolean', team_id: 'string' },
    run(call) {
      const team = teamOf(call);
      const users = [...call.state.users.values()].filter(({ teamId }) => teamId === team);
      const { items, metadata } = page(
        call,
        users.map((user) => userView(call.state, user, call.installation, call.token.scopes)),
      );
      return { members: items, cache_ts: Math.floor(call.clock.now() / 1_000), ...metadata };
    },
  },

  'conversations.open': {
    token: 'bot',
    scopes: [],
    tier: 3,
    args: { users: 'string', channel: 'string', return_im: 'boolean', prevent_creation: 'boolean' },
    run(call) {
      requireScope(call, 'im:write', 'chat:write');
      const given = call.args.optionalText('channel');
      if (given !== null) return { channel: { id: getChannel(call, given).id } };
      const ids = (call.args.optionalText('users') ?? '').split(',').filter((id) => id !== '');
      const [id] = ids;
      if (id === undefined) throw new Refusal('users_list_not_supplied');
      if (ids.length > 1) throw new Refusal('method_not_supported_for_channel_type');
      const user = getUser(call, id);
      if (!canSee(call.state, user, call.installation)) throw new Refusal('user_not_found');
      if (user.deleted) throw new Refusal('user_disabled');
      if (user.isBot) throw new Refusal('cannot_dm_bot');
      return { channel: { id: directMessages(call.state, call.installation, user).id } };
    },
  },

  'conversations.info': {
    token: 'bot',
    scopes: [],
    tier: 3,
    args: { channel: 'string!', include_locale: 'boolean', include_num_members: 'boolean' },
    run: (call) => ({ channel: channelView(call, readable(call)) }),
  },

  'conversations.list': {
    token: 'bot',
    scopes: [],
    tier: 2,
    args: { ...paging, types: 'string', exclude_archived: 'boolean', team_id: 'string' },
    run(call) {
      const team = teamOf(call);
      const types = (call.args.optionalText('types') ?? 'public_channel').split(',').map((one) => one.trim());
      if (types.includes('public_channel')) requireScope(call, 'channels:read');
      if (types.includes('private_channel')) requireScope(call, 'groups:read');
      const channels = [...call.state.channels.values()].filter(
        (channel) =>
          types.includes(typeNames[channel.kind]) &&
          (channel.teamId === team || channel.sharedWith.includes(team)) &&
          canSeeChannel(call.state, channel, call.installation) &&
          !(call.args.flag('exclude_archived') && channel.archived),
      );
      const { items, metadata } = page(
        call,
        channels.map((channel) => channelView(call, channel)),
      );
      return { channels: items, ...metadata };
    },
  },

  'conversations.members': {
    token: 'bot',
    scopes: [],
    tier: 4,
    args: { ...paging, channel: 'string!' },
    run(call) {
      const { items, metadata } = page(call, [...readable(call).members]);
      return { members: items, ...metadata };
    },
  },

  'conversations.join': {
    token: 'bot',
    scopes: ['channels:join'],
    tier: 3,
    args: { channel: 'string!' },
    run(call) {
      const channel = getChannel(call, call.args.text('channel'));
      if (channel.kind !== 'public') throw new Refusal('method_not_supported_for_channel_type');
      if (channel.archived) throw new Refusal('is_archived');
      channel.members.add(call.installation.botUserId);
      return { channel: channelView(call, channel) };
    },
  },

  'conversations.history': {
    token: 'bot',
    scopes: [],
    tier: 3,
    args: {
      ...paging,
      channel: 'string!',
      latest: 'string',
      oldest: 'string',
      inclusive: 'boolean',
      include_all_metadata: 'boolean',
    },
    run(call) {
      const channel = withHistory(call);
      const { oldest, latest } = bounds(call);
      const shown = channel.messages.filter(
        ({ ts, threadTs, deleted, onlyFor }) =>
          threadTs === null && !deleted && onlyFor === null && Number(ts) > oldest && Number(ts) < latest,
      );
      const { items, hasMore, metadata } = page(
        call,
        shown.map((message) => messageView(call.state, channel, message)).reverse(),
      );
      return { messages: items, has_more: hasMore, pin_count: 0, ...metadata };
    },
  },

  'conversations.replies': {
    token: 'bot',
    scopes: [],
    tier: 3,
    args: { ...paging, channel: 'string!', ts: 'string!', latest: 'string', oldest: 'string', inclusive: 'boolean' },
    run(call) {
      const channel = withHistory(call);
      const parent = findMessage(channel, call.args.text('ts'));
      if (parent === null) throw new Refusal('thread_not_found');
      const { items, hasMore, metadata } = page(
        call,
        [parent, ...repliesTo(channel, parent.ts)].map((message) => messageView(call.state, channel, message)),
      );
      return { messages: items, has_more: hasMore, ...metadata };
    },
  },

  'team.info': {
    token: 'bot',
    scopes: ['team:read'],
    tier: 3,
    args: { team: 'string' },
    run(call) {
      const team = call.state.teams.get(call.args.optionalText('team') ?? teamOf(call));
      if (team === undefined) throw new Refusal('team_not_found');
      return { team: { id: team.id, name: team.name, domain: team.domain } };
    },
  },
};

const typeNames: Record<Channel['kind'], string> = {
  public: 'public_channel',
  private: 'private_channel',
  im: 'im',
};
const readScopes: Record<Channel['kind'], string> = { public: 'channels:read', private: 'groups:read', im: 'im:read' };
const historyScopes: Record<Channel['kind'], string> = {
  public: 'channels:history',
  private: 'groups:history',
  im: 'im:history',
};

function readable(call: MethodCall): Channel {
  const channel = getChannel(call, call.args.text('channel'));
  requireScope(call, readScopes[channel.kind]);
  return channel;
}

function withHistory(call: MethodCall): Channel {
  const channel = getChannel(call, call.args.text('channel'));
  requireScope(call, historyScopes[channel.kind]);
  if (!channel.members.has(call.installation.botUserId)) throw new Refusal('not_in_channel');
  return channel;
}

function bounds({ args }: MethodCall): { oldest: number; latest: number } {
  return {
    oldest: Number(args.optionalText('oldest') ?? 0),
    latest: Number(args.optionalText('latest') ?? Number.POSITIVE_INFINITY),
  };
}

function channelView({ state, installation, args }: MethodCall, channel: Channel): JsonObject {
  const base = {
    id: channel.id,
    created: 1_700_000_000,
    is_archived: channel.archived,
    context_team_id: channel.teamId,
  };
  if (channel.kind === 'im') {
    const user = [...channel.members].find((id) => id !== installation.botUserId) ?? '';
    return { ...base, is_im: true, is_org_shared: false, user };
  }
  const shared = channel.sharedWith.length > 0;
  return {
    ...base,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: channel.kind === 'public',
    is_group: channel.kind === 'private',
    is_im: false,
    is_mpim: false,
    is_private: channel.kind === 'private',
    is_general: channel.name === 'general',
    is_shared: shared,
    is_ext_shared: shared && !channel.sharedWith.every((id) => belongsTo(state, id, installation)),
    is_org_shared: false,
    is_pending_ext_shared: false,
    shared_team_ids: [channel.teamId, ...channel.sharedWith],
    is_member: channel.members.has(installation.botUserId),
    topic: { value: '', creator: '', last_set: 0 },
    purpose: { value: '', creator: '', last_set: 0 },
    ...(args.flag('include_num_members') ? { num_members: channel.members.size } : {}),
  };
}
