import type { Clock } from '../gemini/clock';
import type { JsonObject } from '../gemini/wire';
import { checkArguments, type RawArguments, Refusal, unknownArguments } from './arguments';
import type { Events } from './events';
import type { Method } from './method';
import { createAuthMethods } from './methods-auth';
import { chatMethods } from './methods-chat';
import { placeMethods } from './methods-places';
import { viewMethods } from './methods-views';
import type { OAuth } from './oauth';
import { RateLimited, type RateLimits } from './rate-limits';
import type { Sockets } from './sockets';
import type { ApiCall, Installation, State, Token } from './state';
import type { Switches } from './switches';

/** A complete answer of the Web API; nearly everything is HTTP 200. */
export type ApiAnswer = { status: number; body: JsonObject; headers: Record<string, string> };

export type GivenCall = { method: string; raw: RawArguments; authorization: string | null };

export type Api = {
  /** What is remembered of a call, before it is performed. */
  describe(given: GivenCall): Omit<ApiCall, 'sequence'>;
  perform(given: GivenCall): Promise<ApiAnswer>;
};

/** All methods of the Web API, with the checks that come before each: body, token, scopes, arguments, tier. */
export function createApi(parts: {
  clock: Clock;
  state: State;
  switches: Switches;
  limits: RateLimits;
  oauth: OAuth;
  sockets: Sockets;
  events: Events;
  baseUrl(): string;
}): Api {
  const { clock, state, switches, limits, oauth, sockets, events, baseUrl } = parts;
  const methods: Record<string, Method> = {
    ...chatMethods,
    ...viewMethods,
    ...placeMethods,
    ...createAuthMethods({
      oauth,
      openSocket: () => sockets.open(baseUrl()),
      uninstall: (installation) => void events.uninstall(installation),
      revoke: (token) => void events.revoke(token),
    }),
  };
  const methodOf = (name: string) => (Object.hasOwn(methods, name) ? methods[name] : undefined);

  async function answer({ method: name, raw, authorization }: GivenCall, headers: Record<string, string>) {
    const method = methodOf(name);
    if (method === undefined) throw new Refusal('unknown_method', { req_method: name });
    if (raw.problem !== null) throw new Refusal(raw.problem);
    const token = method.token === 'none' ? nobody : findToken(method, raw, authorization);
    headers['x-oauth-scopes'] = token.scopes.join(',');
    headers['x-accepted-oauth-scopes'] = method.scopes.join(',');
    for (const scope of method.scopes)
      if (!token.scopes.includes(scope))
        throw new Refusal('missing_scope', { needed: scope, provided: token.scopes.join(',') });
    if (token.installation !== null)
      limits.countCall(name, token.installation.teamId ?? token.installation.enterpriseId ?? '', method.tier);
    const values = { ...clientCredentials(authorization), ...raw.values };
    const args = checkArguments(method.args, values);
    const installation = token.installation ?? nowhere;
    return method.run({ state, clock, switches, limits, args, token, installation, baseUrl: baseUrl() });
  }

  function findToken(method: Method, raw: RawArguments, authorization: string | null): Token {
    const header = authorization?.startsWith('Bearer ') ? authorization.slice('Bearer '.length) : null;
    // Slack takes the app-level token from the header alone.
    const inBody = method.token !== 'app' && typeof raw.values.token === 'string' ? raw.values.token : null;
    const given = header ?? inBody;
    if (given === null || given === '') throw new Refusal('not_authed');
    const token = state.tokens.get(given);
    if (token === undefined) throw new Refusal('invalid_auth');
    if (token.refusedWith !== null) throw new Refusal(token.refusedWith);
    if (token.kind !== method.token) throw new Refusal('not_allowed_token_type');
    return token;
  }

  return {
    describe({ method, raw, authorization }) {
      const bearer = authorization?.replace(/^Bearer /, '') ?? String(raw.values.token ?? '');
      const { installation = null } = state.tokens.get(bearer) ?? {};
      return {
        at: Date.now(),
        method,
        teamId: installation?.teamId ?? installation?.enterpriseId ?? null,
        args: readable(methodOf(method), raw.values),
        unknownArguments: unknownArguments(methodOf(method)?.args ?? {}, raw.values),
        contentType: raw.contentType,
        status: null,
        ok: null,
        error: null,
        fault: null,
        durationMs: null,
      };
    },
    async perform(given) {
      const headers: Record<string, string> = {};
      try {
        const body = await answer(given, headers);
        return { status: 200, body: { ok: true, ...body }, headers };
      } catch (error) {
        if (error instanceof RateLimited) {
          const body = { ok: false, error: 'ratelimited' };
          return { status: 429, body, headers: { ...headers, 'retry-after': String(error.seconds) } };
        }
        if (!(error instanceof Refusal)) throw error;
        return { status: 200, body: { ok: false, error: error.error, ...error.more }, headers };
      }
    },
  };
}

const nowhere: Installation = {
  teamId: null,
  enterpriseId: null,
  botUserId: '',
  botId: '',
  scopes: [],
  installedBy: '',
  active: false,
};

const nobody: Token = { token: '', kind: 'user', installation: null, userId: '', scopes: [], refusedWith: null };

/** OAuth methods take the app's id and secret as HTTP Basic too. */
function clientCredentials(authorization: string | null): JsonObject {
  if (authorization === null || !authorization.startsWith('Basic ')) return {};
  const text = Buffer.from(authorization.slice('Basic '.length), 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? {} : { client_id: text.slice(0, colon), client_secret: text.slice(colon + 1) };
}

/** The arguments as a test wants to read them: JSON inside a form is opened, tokens and secrets are left out. */
function readable(method: Method | undefined, values: JsonObject): JsonObject {
  const shown: JsonObject = {};
  for (const [name, value] of Object.entries(values)) {
    if (name === 'token' || name === 'client_secret') continue;
    const isJson = method?.args[name]?.startsWith('json') === true && typeof value === 'string';
    shown[name] = isJson ? (parse(value) ?? value) : value;
  }
  return shown;
}

function parse(text: string): JsonObject | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
