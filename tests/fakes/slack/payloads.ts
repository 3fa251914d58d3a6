import type { Clock } from '../gemini/clock';
import type { JsonObject } from '../gemini/wire';
import { newId, newSecretPart, newTriggerId } from './ids';
import { findMessage, messageView } from './messages';
import type { Channel, Installation, Message, ResponseUrl, State, User, View } from './state';
import { viewView } from './views';

const OLD_TOKEN = 'deprecatedVerificationToken';

/** The members that every interaction has: who, where, for which installation. */
export function interactionBase(state: State, type: string, user: User, installation: Installation): JsonObject {
  const team = installation.teamId === null ? null : (state.teams.get(installation.teamId) ?? null);
  const enterprise = enterpriseOf(state, installation);
  return {
    type,
    user: { id: user.id, username: user.name, name: user.name, team_id: user.teamId },
    api_app_id: state.app.id,
    token: OLD_TOKEN,
    team: team === null ? null : { id: team.id, domain: team.domain },
    enterprise,
    is_enterprise_install: installation.teamId === null,
  };
}

/** Where an action on a message happened, with the message as the person saw it. */
export function messageMembers(
  state: State,
  channel: Channel,
  message: Message,
  shown: { text: string; blocks: JsonObject[] },
): JsonObject {
  const ephemeral = message.onlyFor !== null;
  const container: JsonObject = {
    type: 'message',
    message_ts: message.ts,
    channel_id: channel.id,
    is_ephemeral: ephemeral,
    ...(message.threadTs === null ? {} : { thread_ts: message.threadTs }),
  };
  const seen = { ...messageView(state, channel, message), text: shown.text, blocks: shown.blocks };
  return {
    container,
    channel: { id: channel.id, name: channel.kind === 'private' ? 'privategroup' : channel.name },
    // The text of a note for one person alone does not come back.
    ...(ephemeral ? {} : { message: seen }),
  };
}

export function viewMembers(state: State, view: View): JsonObject {
  return { container: { type: 'view', view_id: view.id }, view: viewView(state, view) };
}

export function slashPayload(
  state: State,
  given: { user: User; installation: Installation; channel: Channel; command: string; text: string },
): JsonObject {
  const { user, installation, channel } = given;
  const team = state.teams.get(user.teamId);
  const enterprise = enterpriseOf(state, installation);
  return {
    token: OLD_TOKEN,
    team_id: user.teamId,
    team_domain: team?.domain ?? '',
    ...(enterprise === null ? {} : { enterprise_id: enterprise.id, enterprise_name: enterprise.name }),
    channel_id: channel.id,
    channel_name: channel.kind === 'private' ? 'privategroup' : channel.name,
    user_id: user.id,
    user_name: user.name,
    command: given.command,
    text: given.text,
    api_app_id: state.app.id,
    is_enterprise_install: String(installation.teamId === null),
  };
}

export function eventPayload(
  state: State,
  clock: Clock,
  installation: Installation,
  event: JsonObject,
  teamId: string,
): JsonObject {
  return {
    token: OLD_TOKEN,
    team_id: teamId,
    ...(installation.enterpriseId === null ? {} : { enterprise_id: installation.enterpriseId }),
    api_app_id: state.app.id,
    event: { ...event, event_ts: state.nextTs() },
    type: 'event_callback',
    event_id: newId('Ev'),
    event_time: Math.floor(clock.now() / 1_000),
    authorizations: [
      {
        enterprise_id: installation.enterpriseId,
        team_id: installation.teamId,
        user_id: installation.botUserId,
        is_bot: true,
        is_enterprise_install: installation.teamId === null,
      },
    ],
    is_ext_shared_channel: false,
  };
}

export function verificationPayload(challenge: string): JsonObject {
  return { token: OLD_TOKEN, challenge, type: 'url_verification' };
}

export function sslCheckPayload(): JsonObject {
  return { ssl_check: '1', token: OLD_TOKEN };
}

/** A new trigger for this person; `late` makes it one that has expired on its way. */
export function issueTrigger(
  state: State,
  clock: Clock,
  user: User,
  installation: Installation,
  late: boolean,
): string {
  const id = newTriggerId();
  state.triggers.set(id, { userId: user.id, installation, issuedAt: clock.now(), used: false, late });
  return id;
}

/** A new `response_url` below the simulator's own address. */
export function issueResponseUrl(
  state: State,
  clock: Clock,
  baseUrl: string,
  given: Pick<ResponseUrl, 'installation' | 'userId' | 'channel' | 'messageTs' | 'ephemeral'> & {
    kind: 'actions' | 'commands';
  },
): string {
  const { kind, ...rest } = given;
  const team = given.installation.teamId ?? given.installation.enterpriseId ?? '';
  const path = `/${kind}/${team}/${Math.floor(clock.now())}/${newSecretPart()}`;
  state.responseUrls.set(path, { ...rest, issuedAt: clock.now(), uses: 0 });
  return baseUrl + path;
}

/** The message and what stood in it: now, or at one of its `earlier` versions, 0 being the first. */
export function shownVersion(
  channel: Channel,
  ts: string,
  version: number | undefined,
): { message: Message; shown: { text: string; blocks: JsonObject[] } } {
  const message = channel.messages.findLast((one) => one.ts === ts) ?? null;
  if (message === null) throw new Error(`no message ${ts} in ${channel.id}`);
  if (version === undefined) {
    if (findMessage(channel, ts, { ephemeral: true }) === null) throw new Error(`message ${ts} was deleted`);
    return { message, shown: message };
  }
  const shown = [...message.earlier, message][version];
  if (shown === undefined) throw new Error(`message ${ts} has no version ${version}`);
  return { message, shown };
}

function enterpriseOf(state: State, installation: Installation): { id: string; name: string } | null {
  if (installation.enterpriseId === null) return null;
  for (const { enterprise } of state.teams.values())
    if (enterprise?.id === installation.enterpriseId) return enterprise;
  return null;
}
