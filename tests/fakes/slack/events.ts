import { randomBytes } from 'node:crypto';
import type { Clock } from '../gemini/clock';
import { isObject, type JsonObject } from '../gemini/wire';
import type { EventInput, OpenHomeInput } from './control-inputs';
import type { Deliveries, Delivery } from './deliveries';
import { messageView } from './messages';
import { eventPayload, sslCheckPayload, verificationPayload } from './payloads';
import { directMessages, installationFor } from './people';
import type { Installation, Message, State, Token } from './state';
import { homeOf, viewView } from './views';
import { known } from './world';

/** What Slack tells the app on its own account. Events of types that the app does not subscribe to are not sent. */
export type Events = {
  /** Sent whatever the app subscribes to. */
  event(input: EventInput): Promise<Delivery>;
  /** A message of a person that the app may read: where its bot is a member. `change`: of one that stood there before. */
  said(message: Message, change?: 'changed' | 'deleted'): Promise<Delivery[]>;
  openHome(input: OpenHomeInput): Promise<Delivery | null>;
  /** Takes the app out of a workspace or organisation; its tokens die at once, the two events follow. */
  uninstall(installation: Installation): Promise<Delivery[]>;
  revoke(token: Token): Promise<Delivery[]>;
  /** Asks the events address to answer a challenge; whether it did. */
  verifyUrl(): Promise<{ verified: boolean; delivery: Delivery }>;
  /** The unsigned request by which Slack tests the certificate. */
  sslCheck(): Promise<Delivery>;
};

export function createEvents({
  clock,
  state,
  deliveries,
}: {
  clock: Clock;
  state: State;
  deliveries: Deliveries;
}): Events {
  async function tell(
    installation: Installation,
    event: JsonObject,
    about: { userId?: string; channel?: string; teamId?: string } = {},
  ): Promise<Delivery[]> {
    if (!state.app.events.includes(String(event.type))) return [];
    return [await deliver(installation, event, about)];
  }

  function deliver(
    installation: Installation,
    event: JsonObject,
    { userId, channel, teamId }: { userId?: string | undefined; channel?: string | undefined; teamId?: string },
  ): Promise<Delivery> {
    const team = installation.teamId ?? teamId ?? state.users.get(installation.botUserId)?.teamId ?? '';
    return deliveries.send({
      kind: 'event',
      teamId: team,
      userId: userId ?? null,
      channel: channel ?? null,
      payload: eventPayload(state, clock, installation, event, team),
    });
  }

  return {
    event({ team = known.team, event, user, channel }) {
      const installation = installationFor(state, team) ?? state.installations.find((one) => one.teamId === team);
      if (installation === undefined) throw new Error(`the app is not installed in ${team}`);
      return deliver(installation, event as JsonObject, { userId: user, channel, teamId: team }); // it came as JSON
    },
    async said(message, change) {
      const channel = state.channels.get(message.channel);
      const installation = installationFor(state, channel?.teamId ?? known.team);
      if (channel === undefined || channel.kind === 'im' || installation === null) return [];
      const scope = channel.kind === 'private' ? 'groups:history' : 'channels:history';
      if (!channel.members.has(installation.botUserId) || !installation.scopes.includes(scope)) return [];
      const view = messageView(state, channel, message);
      const about = { userId: message.user, channel: channel.id, teamId: channel.teamId };
      const base = {
        type: 'message',
        channel: channel.id,
        channel_type: channel.kind === 'private' ? 'group' : 'channel',
      };
      if (change === undefined) return tell(installation, { ...view, ...base }, about);
      const ts = state.nextTs();
      return tell(
        installation,
        change === 'changed'
          ? { ...base, subtype: 'message_changed', hidden: true, ts, message: view }
          : { ...base, subtype: 'message_deleted', hidden: true, ts, deleted_ts: message.ts, previous_message: view },
        about,
      );
    },
    async openHome(input) {
      const { user: id, tab } = typeof input === 'string' ? { user: input, tab: 'home' as const } : input;
      const user = state.users.get(id);
      if (user === undefined) throw new Error(`no user ${id}`);
      const installation = installationFor(state, user.teamId);
      if (installation === null) throw new Error(`the app is not installed where ${id} works`);
      const channel = directMessages(state, installation, user);
      const published = homeOf(state, id);
      const event: JsonObject = {
        type: 'app_home_opened',
        user: id,
        channel: channel.id,
        tab,
        ...(published === null || tab !== 'home' ? {} : { view: viewView(state, published) }),
      };
      const about = { userId: id, channel: channel.id, teamId: user.teamId };
      return (await tell(installation, event, about))[0] ?? null;
    },
    async uninstall(installation) {
      installation.active = false;
      for (const token of state.tokens.values())
        if (token.installation === installation) token.refusedWith ??= 'account_inactive';
      for (const view of state.views.values()) if (view.installation === installation) view.open = false;
      const sent = await Promise.all([
        tell(installation, { type: 'app_uninstalled' }),
        tell(installation, revokedEvent(installation.botUserId)),
      ]);
      return sent.flat();
    },
    async revoke(token) {
      token.refusedWith = 'token_revoked';
      return token.installation === null ? [] : tell(token.installation, revokedEvent(token.userId));
    },
    async verifyUrl() {
      const challenge = randomBytes(24).toString('hex');
      const delivery = await deliveries.send({
        kind: 'url_verification',
        teamId: null,
        userId: null,
        channel: null,
        payload: verificationPayload(challenge),
      });
      const body = delivery.attempts[0]?.body ?? '';
      return { verified: delivery.state === 'answered' && answersChallenge(body, challenge), delivery };
    },
    sslCheck: () =>
      deliveries.send({ kind: 'ssl_check', teamId: null, userId: null, channel: null, payload: sslCheckPayload() }),
  };
}

function revokedEvent(botUserId: string): JsonObject {
  return { type: 'tokens_revoked', tokens: { oauth: [], bot: [botUserId] } };
}

/** Slack takes the bare challenge as well as one in JSON or in a form. */
function answersChallenge(body: string, challenge: string): boolean {
  if (body.trim() === challenge || new URLSearchParams(body).get('challenge') === challenge) return true;
  try {
    const answer: unknown = JSON.parse(body);
    return isObject(answer) && answer.challenge === challenge;
  } catch {
    return false;
  }
}
