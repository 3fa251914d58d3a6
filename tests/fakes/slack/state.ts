import type { Clock } from '../gemini/clock';
import type { Json, JsonObject } from '../gemini/wire';
import { fillWorld, type WorldOptions } from './world';

export type Team = { id: string; name: string; domain: string; enterprise: { id: string; name: string } | null };

/** A person, or the bot user of an installed app. */
export type User = {
  id: string;
  teamId: string;
  name: string;
  realName: string;
  email: string | null;
  emailConfirmed: boolean;
  isAdmin: boolean;
  isBot: boolean;
  /** Guest: in several channels, or with `isUltraRestricted` in a single one. */
  isRestricted: boolean;
  isUltraRestricted: boolean;
  /** Someone of another organisation whom our workspace has not met in a direct message. */
  isStranger: boolean;
  isInvited: boolean;
  deleted: boolean;
};

export type Message = {
  ts: string;
  channel: string;
  /** The author; messages of the app name its bot user. */
  user: string;
  botId: string | null;
  /** The workspace whose installation posted it, or that the author belongs to. */
  teamId: string;
  text: string;
  blocks: JsonObject[];
  threadTs: string | null;
  metadata: Json;
  editedTs: string | null;
  deleted: boolean;
  /** Seen by this person alone. */
  onlyFor: string | null;
  /** What it was before each change, oldest first. */
  earlier: { text: string; blocks: JsonObject[] }[];
};

export type Channel = {
  id: string;
  teamId: string;
  name: string;
  kind: 'public' | 'private' | 'im';
  members: Set<string>;
  archived: boolean;
  /** Other workspaces with which the channel is shared through Slack Connect. */
  sharedWith: string[];
  messages: Message[];
};

/** The app in one workspace, or in a whole organisation (`teamId` null). */
export type Installation = {
  teamId: string | null;
  enterpriseId: string | null;
  botUserId: string;
  botId: string;
  scopes: string[];
  installedBy: string;
  active: boolean;
};

export type Token = {
  token: string;
  kind: 'bot' | 'user' | 'app';
  installation: Installation | null;
  userId: string;
  scopes: string[];
  /** Why it is refused, or null while it is good. */
  refusedWith: string | null;
};

export type View = {
  id: string;
  type: 'modal' | 'home';
  teamId: string;
  userId: string;
  installation: Installation;
  /** As the app gave it, ids of blocks and actions filled in. */
  payload: JsonObject;
  hash: string;
  rootId: string;
  previousId: string | null;
  open: boolean;
  /** What the app said about inputs, by `block_id`. */
  errors: Record<string, string>;
  /** What the person typed or chose, by `block_id` and `action_id`. */
  values: Record<string, JsonObject>;
};

export type Trigger = { userId: string; installation: Installation; issuedAt: number; used: boolean; late: boolean };

export type ResponseUrl = {
  installation: Installation;
  userId: string;
  channel: string;
  /** The message it belongs to; null for a command. */
  messageTs: string | null;
  ephemeral: boolean;
  issuedAt: number;
  uses: number;
};

export type OAuthCode = {
  kind: 'install' | 'sign_in';
  teamId: string;
  enterprise: boolean;
  userId: string;
  scopes: string[];
  redirectUri: string | null;
  nonce: string | null;
  issuedAt: number;
  used: boolean;
};

/** One call of the Web API as it came over the wire; `at` is the wall clock in milliseconds. */
export type ApiCall = {
  sequence: number;
  at: number;
  method: string;
  teamId: string | null;
  args: JsonObject;
  /** Members that the method does not know. Slack ignores them; a test may not want to. */
  unknownArguments: string[];
  contentType: string;
  /** `null` while unanswered, and for ever when the connection was cut. */
  status: number | null;
  ok: boolean | null;
  error: string | null;
  fault: string | null;
  durationMs: number | null;
};

export type App = {
  id: string;
  name: string;
  clientId: string;
  clientSecret: string;
  signingSecret: string;
  /** The app's address, without a slash at its end; everything goes to `${url}/api/slack/events`. */
  url: string;
  commands: string[];
  /** Types of events that the app subscribes to. */
  events: string[];
};

export type State = {
  app: App;
  teams: Map<string, Team>;
  users: Map<string, User>;
  channels: Map<string, Channel>;
  installations: Installation[];
  tokens: Map<string, Token>;
  views: Map<string, View>;
  triggers: Map<string, Trigger>;
  responseUrls: Map<string, ResponseUrl>;
  codes: Map<string, OAuthCode>;
  calls: ApiCall[];
  /** What the app said through a `response_url`, accepted or not. */
  responses: JsonObject[];
  addCall(call: Omit<ApiCall, 'sequence'>): ApiCall;
  /** A message timestamp later than every other. */
  nextTs(): string;
  /** Tells everyone who watches that something may have changed. */
  touch(): void;
  watch(listener: () => void): () => void;
  reset(): void;
};

/** `historyLimit` bounds the list of calls; the oldest go first. Messages and views are never dropped. */
export function createState(clock: Clock, app: App, world: WorldOptions, historyLimit: number): State {
  let lastSequence = 0;
  let lastTs = 0;
  const watchers = new Set<() => void>();
  const state: State = {
    app,
    teams: new Map(),
    users: new Map(),
    channels: new Map(),
    installations: [],
    tokens: new Map(),
    views: new Map(),
    triggers: new Map(),
    responseUrls: new Map(),
    codes: new Map(),
    calls: [],
    responses: [],
    addCall(call) {
      lastSequence += 1;
      const stored = { sequence: lastSequence, ...call };
      state.calls.push(stored);
      // Cutting in blocks keeps the cost of each call constant.
      if (state.calls.length > historyLimit * 1.25) state.calls = state.calls.slice(-historyLimit);
      return stored;
    },
    nextTs() {
      lastTs = Math.max(clock.now() * 1_000, lastTs + 100);
      return `${Math.floor(lastTs / 1_000_000)}.${String(lastTs % 1_000_000).padStart(6, '0')}`;
    },
    touch() {
      for (const watcher of watchers) watcher();
    },
    watch(listener) {
      watchers.add(listener);
      return () => watchers.delete(listener);
    },
    reset() {
      for (const kept of [
        state.teams,
        state.users,
        state.channels,
        state.tokens,
        state.views,
        state.triggers,
        state.responseUrls,
        state.codes,
      ])
        kept.clear();
      state.installations = [];
      state.calls = [];
      state.responses = [];
      lastSequence = 0;
      lastTs = 0;
      fillWorld(state, world);
      state.touch();
    },
  };
  fillWorld(state, world);
  return state;
}
