import { isObject, type Json, type JsonObject } from '../gemini/wire';
import { newBlockId } from './ids';
import type { Channel, Message, State } from './state';

export type NewMessage = {
  user: string;
  botId: string | null;
  teamId: string;
  text: string;
  blocks?: readonly JsonObject[];
  threadTs?: string | null;
  metadata?: Json;
  onlyFor?: string | null;
};

export function postMessage(state: State, channel: Channel, given: NewMessage): Message {
  const message: Message = {
    ts: state.nextTs(),
    channel: channel.id,
    user: given.user,
    botId: given.botId,
    teamId: given.teamId,
    text: given.text,
    blocks: withIds(given.blocks ?? []),
    threadTs: given.threadTs ?? null,
    metadata: given.metadata ?? null,
    editedTs: null,
    deleted: false,
    onlyFor: given.onlyFor ?? null,
    earlier: [],
  };
  channel.messages.push(message);
  return message;
}

/** Keeps what the message was before. */
export function changeMessage(state: State, message: Message, text: string, blocks: readonly JsonObject[]): void {
  message.earlier.push({ text: message.text, blocks: message.blocks });
  message.text = text;
  // With blocks Slack shows no mark that the message was edited.
  message.editedTs = blocks.length > 0 ? null : state.nextTs();
  message.blocks = withIds(blocks);
}

/** The message unless it was deleted; `ephemeral` ones are found only when asked for. */
export function findMessage(channel: Channel, ts: string, options: { ephemeral?: boolean } = {}): Message | null {
  // The latest are the ones that are asked for.
  const found = channel.messages.findLast((message) => message.ts === ts);
  if (found === undefined || found.deleted) return null;
  return found.onlyFor !== null && options.ephemeral !== true ? null : found;
}

export function repliesTo(channel: Channel, ts: string): Message[] {
  return channel.messages.filter(({ threadTs, deleted, onlyFor }) => threadTs === ts && !deleted && onlyFor === null);
}

/** A message as the API shows it. */
export function messageView(state: State, channel: Channel, message: Message): JsonObject {
  const replies = repliesTo(channel, message.ts);
  return {
    type: 'message',
    ...(message.botId === null ? {} : { subtype: 'bot_message' }),
    user: message.user,
    ...(message.botId === null ? {} : { bot_id: message.botId, app_id: state.app.id }),
    team: message.teamId,
    ts: message.ts,
    text: message.text,
    ...(message.blocks.length > 0 ? { blocks: message.blocks } : {}),
    ...(message.threadTs === null ? {} : { thread_ts: message.threadTs }),
    ...(replies.length > 0 ? { thread_ts: message.ts, reply_count: replies.length } : {}),
    ...(message.editedTs === null ? {} : { edited: { user: message.user, ts: message.editedTs } }),
  };
}

/** Gives every block and every acting element the id that it lacks. */
export function withIds(blocks: readonly JsonObject[]): JsonObject[] {
  return blocks.map((block) => ({
    ...block,
    block_id: block.block_id ?? newBlockId(),
    ...(block.type === 'actions' && Array.isArray(block.elements) ? { elements: block.elements.map(acting) } : {}),
    ...(block.type === 'section' && isObject(block.accessory) ? { accessory: acting(block.accessory) } : {}),
    ...(block.type === 'input' && isObject(block.element) ? { element: acting(block.element) } : {}),
  }));
}

function acting(element: Json): Json {
  if (!isObject(element) || element.type === 'image' || element.action_id !== undefined) return element;
  return { ...element, action_id: newBlockId() };
}
