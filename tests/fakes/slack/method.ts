import type { Clock } from '../gemini/clock';
import { isObject, type Json, type JsonObject } from '../gemini/wire';
import { type ArgumentSpec, type Arguments, Refusal, refuseArguments } from './arguments';
import { checkBlocks, problemText } from './block-kit';
import { belongsTo, canSeeChannel, directMessages } from './people';
import type { RateLimits, Tier } from './rate-limits';
import type { Channel, Installation, State, Token, User } from './state';
import type { Switches } from './switches';

/** What a method of the Web API works with. */
export type MethodCall = {
  state: State;
  clock: Clock;
  switches: Switches;
  limits: RateLimits;
  args: Arguments;
  /** The token that was given; methods with `token: 'none'` do not look at it. */
  token: Token;
  installation: Installation;
  /** The simulator's own address. */
  baseUrl: string;
};

export type Method = {
  token: 'bot' | 'app' | 'user' | 'none';
  scopes: readonly string[];
  tier: Tier;
  args: ArgumentSpec;
  /** The members beside `ok: true`. Throws a `Refusal` for `ok: false`. */
  run(call: MethodCall): JsonObject | Promise<JsonObject>;
};

/** The workspace that a call is about: that of the token, or with an organisation-wide token the one it names. */
export function teamOf({ state, installation, args }: MethodCall): string {
  if (installation.teamId !== null) return installation.teamId;
  const named = args.optionalText('team_id');
  if (named === null) throw new Refusal('missing_argument');
  if (!belongsTo(state, named, installation)) throw new Refusal('team_not_found');
  return named;
}

export function requireScope({ token }: MethodCall, ...anyOf: readonly string[]): void {
  if (anyOf.some((scope) => token.scopes.includes(scope))) return;
  throw new Refusal('missing_scope', { needed: anyOf.join(','), provided: token.scopes.join(',') });
}

/** A channel that the caller can see, by its id. */
export function getChannel({ state, installation }: MethodCall, id: string): Channel {
  const channel = state.channels.get(id);
  if (channel === undefined || !canSeeChannel(state, channel, installation)) throw new Refusal('channel_not_found');
  return channel;
}

/** Where a new message goes: a channel by id or `#name`, or a person by id, with whom direct messages are opened. */
export function getDestination(call: MethodCall, given: string): Channel {
  const { state, installation } = call;
  if (/^[UW]/.test(given)) {
    const user = state.users.get(given);
    if (user === undefined || user.isBot || user.deleted || !belongsTo(state, user.teamId, installation))
      throw new Refusal('channel_not_found');
    return directMessages(state, installation, user);
  }
  if (!given.startsWith('#')) return getChannel(call, given);
  for (const channel of state.channels.values())
    if (channel.name === given.slice(1) && canSeeChannel(state, channel, installation)) return channel;
  throw new Refusal('channel_not_found');
}

/** The person, as long as the installation can see them. */
export function getUser({ state }: MethodCall, id: string, refusal = 'user_not_found'): User {
  const user = state.users.get(id);
  if (user === undefined) throw new Refusal(refusal);
  return user;
}

/** The blocks of a message, checked; null when none were given. */
export function readBlocks({ args }: MethodCall): JsonObject[] | null {
  const given = args.json('blocks');
  if (given === undefined) return null;
  if (!Array.isArray(given)) throw new Refusal('invalid_blocks_format');
  const problems = checkBlocks(given, 'message');
  if (problems.length > 0) throw refuseArguments('invalid_blocks', problems.map(problemText));
  return given.filter(isObject);
}

/** A page of a list, with the cursor that leads on. */
export function page(
  call: MethodCall,
  all: readonly Json[],
): { items: Json[]; hasMore: boolean; metadata: JsonObject } {
  const limit = Math.min(1_000, Math.max(1, call.args.number('limit') ?? 100));
  const cursor = call.args.optionalText('cursor') ?? '';
  const start = cursor === '' ? 0 : Number(Buffer.from(cursor, 'base64url').toString());
  if (!Number.isInteger(start) || start < 0 || start > all.length) throw new Refusal('invalid_cursor');
  const end = start + limit;
  const next = end < all.length ? Buffer.from(String(end)).toString('base64url') : '';
  return { items: all.slice(start, end), hasMore: next !== '', metadata: { response_metadata: { next_cursor: next } } };
}
