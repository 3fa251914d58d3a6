import type { Clock } from '../gemini/clock';
import { isObject, type JsonObject } from '../gemini/wire';
import { checkBlocks, problemText } from './block-kit';
import { changeMessage, findMessage, postMessage } from './messages';
import type { Channel, ResponseUrl, State } from './state';

export type TextAnswer = { status: number; body: string };

const MOST_USES = 5; // Slack: so many answers
const MOST_KEPT = 2_000;
const LIFETIME_MS = 30 * 60_000; // Slack: within half an hour

/** What an app says through a `response_url`; `path` is what follows the host. It works where the bot may not post. */
export function answerResponseUrl(state: State, clock: Clock, path: string, body: unknown): TextAnswer {
  const target = state.responseUrls.get(path);
  if (target === undefined) return refusal(404, 'no_active_hooks');
  if (clock.now() - target.issuedAt > LIFETIME_MS) return refusal(404, 'expired_url');
  if (target.uses >= MOST_USES) return refusal(404, 'used_url');
  if (!isObject(body)) return refusal(400, 'invalid_payload');
  state.responses = [...state.responses.slice(-MOST_KEPT), body];
  const channel = state.channels.get(target.channel);
  if (channel === undefined) return refusal(404, 'channel_not_found');
  const problem = sayInChannel(state, channel, target, body);
  if (problem !== null) return refusal(400, problem);
  target.uses += 1;
  return { status: 200, body: 'ok' };
}

/** Posts, replaces or deletes as a message object says that answers an interaction; Slack's word when it cannot. */
export function sayInChannel(
  state: State,
  channel: Channel,
  target: Pick<ResponseUrl, 'installation' | 'userId' | 'messageTs'>,
  body: JsonObject,
): string | null {
  const original = target.messageTs === null ? null : findMessage(channel, target.messageTs, { ephemeral: true });
  if (body.delete_original === true) {
    if (original !== null) original.deleted = true;
    return null;
  }
  const text = typeof body.text === 'string' ? body.text : '';
  if (text === '' && (!Array.isArray(body.blocks) || body.blocks.length === 0)) return 'no_text';
  if (body.blocks !== undefined) {
    const problems = checkBlocks(body.blocks, 'message');
    if (problems.length > 0) return `invalid_blocks: ${problems.map(problemText).join('; ')}`;
  }
  const blocks = Array.isArray(body.blocks) ? body.blocks.filter(isObject) : [];
  if (body.replace_original === true && original !== null) {
    changeMessage(state, original, text, blocks);
    return null;
  }
  const { installation, userId } = target;
  postMessage(state, channel, {
    user: installation.botUserId,
    botId: installation.botId,
    teamId: installation.teamId ?? channel.teamId,
    text,
    blocks,
    threadTs: typeof body.thread_ts === 'string' ? body.thread_ts : null,
    onlyFor: body.response_type === 'in_channel' ? null : userId,
  });
  return null;
}

function refusal(status: number, error: string): TextAnswer {
  return { status, body: error };
}
