import type { Clock } from '../gemini/clock';
import type { JsonObject } from '../gemini/wire';
import type { Random } from '../shared/random';
import type {
  AddChannelInput,
  AddTeamInput,
  AddUserInput,
  AuthorizeInput,
  CallFilter,
  ClickInput,
  CloseModalInput,
  ConfigureInput,
  DeliveryFilter,
  DisconnectInput,
  EditInput,
  EphemeralFilter,
  EventInput,
  InstallInput,
  MembershipInput,
  MessageInput,
  OpenHomeInput,
  SayInput,
  SlashInput,
  SocketInput,
  SubmitModalInput,
  SuggestInput,
  UpdateChannelInput,
  UpdateUserInput,
} from './control-inputs';
import type { Deliveries, Delivery } from './deliveries';
import type { Events } from './events';
import type { ActiveFault, FaultRule, Faults } from './faults';
import { newToken } from './ids';
import type { Act, Interactions, Submission } from './interactions';
import { changeMessage, postMessage, repliesTo } from './messages';
import type { OAuth } from './oauth';
import { installationFor } from './people';
import type { RateLimits } from './rate-limits';
import type { Connection, Sockets } from './sockets';
import type { ApiCall, Channel, Message, State, Team, User } from './state';
import { defaultSwitches, type Switches } from './switches';
import { homeOf, openModals, viewView } from './views';
import { addChannel, addInstallation, addUser, known, manifestScopes } from './world';

/** A message with what people see of it. `versions` counts its states; the last one is the present. */
export type SeenMessage = Omit<Message, 'earlier'> & { versions: number; replies: number };
export type SeenChannel = Omit<Channel, 'members' | 'messages'> & { members: string[]; messageCount: number };

/** `by`: the method, `response_url`, or the kind of request that it answered. */
export type Sent = { by: string; content: JsonObject };

export type Stats = {
  /** Messages of the app that are there, those for one person alone aside. */
  messages: number;
  calls: Record<string, number>;
  /** Failed calls by error. */
  errors: Record<string, number>;
  deliveries: Record<string, number>;
  slowestAnswerMs: number;
};

/** Steers and inspects a running simulator. The same operations are served under `/__sim`. */
export type Control = {
  /** Forgets everything and returns to the world and the switches it started with. Sockets stay open. */
  reset(seed?: number): void;
  switches(): Switches;
  setSwitches(patch: Partial<Switches>): Switches;
  /** Changes the app's address, secret, commands or subscribed events; gives what holds now, secrets included. */
  configure(input: ConfigureInput): State['app'];
  addFault(rule: FaultRule): ActiveFault;
  faults(): ActiveFault[];
  clearFaults(): void;

  messages(channel: string): SeenMessage[];
  message(input: MessageInput): SeenMessage & { earlier: Message['earlier'] };
  thread(input: MessageInput): SeenMessage[];
  /** Notes that one person alone can see. */
  ephemerals(filter?: EphemeralFilter): SeenMessage[];
  /** The modals that a person has open, the visible one last, with the errors that they show. */
  modals(user: string): (JsonObject & { errors: Record<string, string> })[];
  homes(): { user: string; view: JsonObject }[];
  /** Calls of the Web API with times and arguments. */
  calls(filter?: CallFilter): ApiCall[];
  /** Everything that the app had shown to people, by whichever way it went out, as it was sent. */
  sent(): Sent[];
  /** Requests to the app with every attempt. */
  deliveries(filter?: DeliveryFilter): Delivery[];
  stats(): Stats;

  click(input: ClickInput): Promise<Act>;
  suggest(input: SuggestInput): Promise<Act>;
  submitModal(input: SubmitModalInput): Promise<Submission>;
  closeModal(input: CloseModalInput): Promise<Act[]>;
  slash(input: SlashInput): Promise<Act>;
  openHome(input: OpenHomeInput): Promise<Delivery | null>;
  event(input: EventInput): Promise<Delivery>;
  verifyUrl(): Promise<{ verified: boolean; delivery: Delivery }>;
  sslCheck(): Promise<Delivery>;
  /** Where the browser goes after a person answered the consent page at `url`. */
  authorize(input: AuthorizeInput): { location: string };

  say(input: SayInput): SeenMessage;
  editMessage(input: EditInput): SeenMessage;
  deleteMessage(input: MessageInput): void;
  teams(): Team[];
  addTeam(input: AddTeamInput): Team;
  users(): User[];
  addUser(input: AddUserInput): User;
  updateUser(input: UpdateUserInput): User;
  channels(): SeenChannel[];
  addChannel(input: AddChannelInput): SeenChannel;
  updateChannel(input: UpdateChannelInput): SeenChannel;
  invite(input: MembershipInput): SeenChannel;
  kick(input: MembershipInput): SeenChannel;
  install(input: InstallInput): { token: string; botUserId: string; botId: string };
  /** Takes the app out of a workspace (default Acme). */
  uninstall(team?: string): Promise<Delivery[]>;
  /** The token is refused from now on; default that of Acme. */
  revokeToken(token?: string): Promise<Delivery[]>;

  sockets(): Connection[];
  disconnectSocket(input: DisconnectInput): void;
  cutSocket(input?: SocketInput): void;
  /** Moves the simulated clock forward; retries that fall due happen at once. Returns its time. */
  advanceClock(ms: number): number;
  /** Resolves true when no request to the app is under way (retries may wait), false after `timeoutMs`. */
  idle(timeoutMs?: number): Promise<boolean>;
};

/** Reads and steers the given parts; it keeps nothing of its own. */
export function createControl(parts: {
  clock: Clock;
  state: State;
  switches: Switches;
  startSwitches: Switches;
  faults: Faults;
  random: Random;
  seed: number;
  limits: RateLimits;
  deliveries: Deliveries;
  interactions: Interactions;
  events: Events;
  oauth: OAuth;
  sockets: Sockets;
  startToken: string;
}): Control {
  const { clock, state, switches, faults, deliveries, interactions, events, oauth, sockets } = parts;

  const channelOf = (id: string) => get(state.channels, id, 'channel');
  const acme = { teamId: known.team };

  function findMessage({ channel, ts }: MessageInput): Message {
    const found = channelOf(channel).messages.findLast((message) => message.ts === ts);
    if (found === undefined) throw new Error(`no message ${ts} in ${channel}`);
    return found;
  }

  function seen(message: Message, replies?: number): SeenMessage {
    const { earlier, ...rest } = message;
    const count = replies ?? repliesTo(channelOf(message.channel), message.ts).length;
    return { ...rest, versions: earlier.length + 1, replies: count };
  }

  /** All replies are counted in one go: a channel may hold very many messages. */
  function messagesOf(channel: Channel): SeenMessage[] {
    const there = channel.messages.filter(({ deleted, onlyFor }) => !deleted && onlyFor === null);
    const replies = new Map<string, number>();
    for (const { threadTs } of there) if (threadTs !== null) replies.set(threadTs, (replies.get(threadTs) ?? 0) + 1);
    return there
      .filter(({ threadTs }) => threadTs === null)
      .map((message) => seen(message, replies.get(message.ts) ?? 0));
  }

  return {
    reset(seed) {
      Object.assign(switches, parts.startSwitches);
      clock.reset();
      faults.clear();
      parts.limits.reset();
      deliveries.reset();
      sockets.reset();
      parts.random.reseed(seed ?? parts.seed);
      state.reset();
    },
    switches: () => ({ ...switches }),
    setSwitches(patch) {
      for (const [key, value] of Object.entries(patch))
        if (value !== undefined) Object.assign(switches, { [key]: value });
      return { ...switches };
    },
    configure({ url, signingSecret, commands, events: subscribed }) {
      if (url !== undefined) state.app.url = url.replace(/\/$/, '');
      if (signingSecret !== undefined) state.app.signingSecret = signingSecret;
      if (commands !== undefined) state.app.commands = commands;
      if (subscribed !== undefined) state.app.events = subscribed;
      return { ...state.app };
    },
    addFault: (rule) => ({ ...faults.add(rule) }),
    faults: () => faults.list(),
    clearFaults: () => faults.clear(),

    messages: (channel) => messagesOf(channelOf(channel)),
    message(input) {
      const message = findMessage(input);
      return { ...seen(message), earlier: message.earlier };
    },
    thread: ({ channel, ts }) => repliesTo(channelOf(channel), ts).map((message) => seen(message, 0)),
    ephemerals: ({ channel, user } = {}) =>
      [...state.channels.values()]
        .filter(({ id }) => channel === undefined || id === channel)
        .flatMap(({ messages }) => messages)
        .filter(({ onlyFor, deleted }) => onlyFor !== null && !deleted && (user === undefined || onlyFor === user))
        .map((message) => seen(message, 0)),
    modals: (user) => openModals(state, user).map((view) => ({ ...viewView(state, view), errors: { ...view.errors } })),
    homes: () =>
      [...state.users.keys()].flatMap((user) => {
        const view = homeOf(state, user);
        return view === null ? [] : [{ user, view: viewView(state, view) }];
      }),
    calls: (filter = {}) =>
      state.calls.filter(
        (call) =>
          (filter.method === undefined || call.method === filter.method) &&
          (filter.channel === undefined || call.args.channel === filter.channel) &&
          (filter.team === undefined || call.teamId === filter.team) &&
          (filter.ok === undefined || call.ok === filter.ok) &&
          (filter.afterSequence === undefined || call.sequence > filter.afterSequence),
      ),
    sent: () => sentOf(state, deliveries),
    deliveries: (filter = {}) =>
      deliveries
        .list()
        .filter(
          (delivery) =>
            (filter.kind === undefined || delivery.kind === filter.kind) &&
            (filter.user === undefined || delivery.userId === filter.user) &&
            (filter.channel === undefined || delivery.channel === filter.channel) &&
            (filter.state === undefined || delivery.state === filter.state) &&
            (filter.afterSequence === undefined || delivery.sequence > filter.afterSequence),
        ),
    stats: () => statsOf(state, deliveries),

    click: (input) => interactions.click(input),
    suggest: (input) => interactions.suggest(input),
    submitModal: (input) => interactions.submitModal(input),
    closeModal: (input) => interactions.closeModal(input),
    slash: (input) => interactions.slash(input),
    openHome: (input) => events.openHome(input),
    event: (input) => events.event(input),
    verifyUrl: () => events.verifyUrl(),
    sslCheck: () => events.sslCheck(),
    authorize({ url, user, team, allow = true, enterprise }) {
      const { pathname, searchParams } = new URL(url);
      const request = oauth.readConsent(pathname, searchParams);
      return { location: oauth.answerConsent(request, { userId: user, teamId: team, allow, enterprise }) };
    },

    say({ user, channel, text, threadTs }) {
      const { id, teamId } = get(state.users, user, 'user');
      const place = channelOf(channel);
      const message = postMessage(state, place, { user: id, botId: null, teamId, text, threadTs: threadTs ?? null });
      void events.said(message);
      return seen(message);
    },
    editMessage({ text, ...input }) {
      const message = findMessage(input);
      changeMessage(state, message, text, []);
      void events.said(message, 'changed');
      return seen(message);
    },
    deleteMessage(input) {
      const message = findMessage(input);
      message.deleted = true;
      void events.said(message, 'deleted');
    },
    teams: () => [...state.teams.values()],
    addTeam({ id, name, domain, enterprise }) {
      const team: Team = {
        id: id ?? `T${Date.now().toString(36).toUpperCase()}`,
        name,
        domain: domain ?? name.toLowerCase().replace(/\W+/g, '-'),
        enterprise: enterprise ?? null,
      };
      state.teams.set(team.id, team);
      return team;
    },
    users: () => [...state.users.values()],
    addUser({ team = known.team, channels = [], name, ...given }) {
      const user = addUser(state, { teamId: get(state.teams, team, 'team').id, name, ...defined(given) });
      for (const channel of channels) channelOf(channel).members.add(user.id);
      return user;
    },
    updateUser({ user, ...patch }) {
      const found = Object.assign(get(state.users, user, 'user'), defined(patch));
      return { ...found };
    },
    channels: () => [...state.channels.values()].map(seenChannel),
    addChannel({ team = known.team, members = [], withBot = true, name, ...given }) {
      const bot = installationFor(state, team)?.botUserId;
      const all = withBot && bot !== undefined ? [...members, bot] : members;
      return seenChannel(addChannel(state, { teamId: team, name, ...defined(given), members: all }));
    },
    updateChannel({ channel, ...patch }) {
      return seenChannel(Object.assign(channelOf(channel), defined(patch)));
    },
    invite({ channel, user }) {
      const place = channelOf(channel);
      place.members.add(user ?? botOf(state, place));
      return seenChannel(place);
    },
    kick({ channel, user }) {
      const place = channelOf(channel);
      place.members.delete(user ?? botOf(state, place));
      return seenChannel(place);
    },
    install({ team, enterprise, scopes, token, installedBy }) {
      const teamId = enterprise === undefined ? get(state.teams, team ?? known.team, 'team').id : null;
      const enterpriseId = enterprise ?? (teamId === null ? null : (state.teams.get(teamId)?.enterprise?.id ?? null));
      const made = addInstallation(state, {
        teamId,
        enterpriseId,
        scopes: scopes ?? manifestScopes,
        installedBy: installedBy ?? known.admin,
        token: token ?? newToken('xoxb'),
      });
      const { botUserId, botId } = made.installation;
      return { token: made.token.token, botUserId, botId };
    },
    uninstall(team = acme.teamId) {
      const installation = installationFor(state, team);
      if (installation === null) throw new Error(`the app is not installed in ${team}`);
      return events.uninstall(installation);
    },
    revokeToken: (token = parts.startToken) => events.revoke(get(state.tokens, token, 'token')),

    sockets: () => sockets.connections(),
    disconnectSocket: ({ reason, index }) => sockets.disconnect(reason, index),
    cutSocket: ({ index } = {}) => sockets.cut(index),
    advanceClock(ms) {
      clock.advance(ms);
      return clock.now();
    },
    async idle(timeoutMs = 5_000) {
      const deadline = Date.now() + timeoutMs;
      const PAUSE_MS = 5;
      while (deliveries.busy() > 0) {
        if (Date.now() >= deadline) return false;
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
      return true;
    },
  };
}

/** The switches that a simulator starts with. */
export function startSwitchesOf(patch: Partial<Switches> | undefined): Switches {
  return { ...defaultSwitches, ...patch };
}

function get<Value>(map: Map<string, Value>, id: string, what: string): Value {
  const found = map.get(id);
  if (found === undefined) throw new Error(`no ${what} ${id}`);
  return found;
}

type Defined<Given> = { [Key in keyof Given]?: Exclude<Given[Key], undefined> };

/** Leaves out members that were given as undefined. */
function defined<Given extends object>(given: Given): Defined<Given> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Defined<Given>;
}

function seenChannel({ members, messages, ...rest }: Channel): SeenChannel {
  return { ...rest, members: [...members], messageCount: messages.length };
}

function botOf(state: State, { teamId }: Channel): string {
  const installation = installationFor(state, teamId);
  if (installation === null) throw new Error(`the app is not installed in ${teamId}`);
  return installation.botUserId;
}

function sentOf(state: State, deliveries: Deliveries): Sent[] {
  const answers = deliveries.list().flatMap(({ kind, attempts }) =>
    attempts.flatMap(({ body }): Sent[] => {
      const content = body.startsWith('{') ? (JSON.parse(body) as JsonObject) : null;
      return content === null ? [] : [{ by: kind, content }];
    }),
  );
  return [
    ...state.calls.map(({ method, args }) => ({ by: method, content: args })),
    ...state.responses.map((content) => ({ by: 'response_url', content })),
    ...answers,
  ].filter(({ content }) => ['blocks', 'view', 'text', 'errors'].some((member) => member in content));
}

function statsOf(state: State, deliveries: Deliveries): Stats {
  const stats: Stats = { messages: 0, calls: {}, errors: {}, deliveries: {}, slowestAnswerMs: 0 };
  for (const { messages } of state.channels.values())
    stats.messages += messages.filter(
      ({ botId, onlyFor, deleted }) => botId !== null && onlyFor === null && !deleted,
    ).length;
  for (const { method, error } of state.calls) {
    count(stats.calls, method);
    if (error !== null) count(stats.errors, error);
  }
  for (const { state: ended, attempts } of deliveries.list()) {
    count(stats.deliveries, ended);
    for (const { durationMs } of attempts) stats.slowestAnswerMs = Math.max(stats.slowestAnswerMs, durationMs);
  }
  return stats;
}

function count(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}
