import type { JsonObject } from '../gemini/wire';
import { repliesTo } from './messages';
import type { Channel, Message, State } from './state';
import { homeOf, openModals, viewView } from './views';

/** What one person sees of the workspace, for the page to draw. */
export function workspaceView(
  state: State,
  { userId, channelId, threadTs }: { userId: string; channelId: string | null; threadTs: string | null },
): JsonObject {
  const user = state.users.get(userId);
  if (user === undefined) throw new Error(`no user ${userId}`);
  const visible = [...state.channels.values()].filter((channel) => canOpen(channel, userId, user.teamId));
  const channel = visible.find(({ id }) => id === channelId) ?? visible.find(({ archived }) => !archived) ?? null;
  const home = homeOf(state, userId);
  return {
    team: state.teams.get(user.teamId)?.name ?? '',
    app: state.app.name,
    commands: state.app.commands,
    user: { id: user.id, name: user.realName },
    people: [...state.users.values()].map((one) => ({ id: one.id, name: one.realName, note: noteOf(state, one.id) })),
    channels: [...state.channels.values()].map(({ id, name }) => ({ id, name })),
    visible: visible.map((one) => ({
      id: one.id,
      name: one.kind === 'im' ? otherName(state, one, userId) : one.name,
      kind: one.kind,
      archived: one.archived,
      shared: one.sharedWith.length > 0,
    })),
    channel: channel === null ? null : channelView(state, channel, userId, threadTs),
    home: home === null ? null : viewView(state, home),
    modals: openModals(state, userId).map((view) => ({ ...viewView(state, view), errors: { ...view.errors } })),
  };
}

const SHOWN_MESSAGES = 100; // the page is for looking, not for history

function canOpen(channel: Channel, userId: string, teamId: string): boolean {
  return channel.members.has(userId) || (channel.kind === 'public' && channel.teamId === teamId);
}

function channelView(state: State, channel: Channel, userId: string, threadTs: string | null): JsonObject {
  const seen = channel.messages.filter(({ deleted, onlyFor }) => !deleted && (onlyFor === null || onlyFor === userId));
  const parent = seen.find(({ ts }) => ts === threadTs) ?? null;
  const inThread = seen.filter((message) => message.threadTs === threadTs);
  return {
    id: channel.id,
    archived: channel.archived,
    member: channel.members.has(userId),
    messages: seen
      .filter((message) => message.threadTs === null)
      .slice(-SHOWN_MESSAGES)
      .map((message) => messageView(state, channel, message)),
    thread: parent === null ? null : [parent, ...inThread].map((message) => messageView(state, channel, message)),
  };
}

function messageView(state: State, channel: Channel, message: Message): JsonObject {
  const author = state.users.get(message.user);
  const replies = repliesTo(channel, message.ts).length;
  return {
    channel: channel.id,
    ts: message.ts,
    author: author?.realName ?? message.user,
    bot: message.botId !== null,
    text: message.text,
    blocks: message.blocks,
    edited: message.editedTs !== null,
    onlyForYou: message.onlyFor !== null,
    replies,
  };
}

function otherName(state: State, channel: Channel, userId: string): string {
  const other = [...channel.members].find((id) => id !== userId) ?? '';
  return state.users.get(other)?.realName ?? other;
}

function noteOf(state: State, userId: string): string {
  const user = state.users.get(userId);
  if (user === undefined) return '';
  if (user.isBot) return 'app';
  if (user.deleted) return 'deactivated';
  if (user.isInvited) return 'invited';
  if (user.isUltraRestricted) return 'single-channel guest';
  if (user.isRestricted) return 'guest';
  return state.teams.get(user.teamId)?.name ?? '';
}
