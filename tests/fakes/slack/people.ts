import type { JsonObject } from '../gemini/wire';
import type { Channel, Installation, State, User } from './state';

/** A user as `users.info` shows it to an installation; addresses only with the scope, and only of its own people. */
export function userView(state: State, user: User, installation: Installation, scopes: readonly string[]): JsonObject {
  const team = state.teams.get(user.teamId);
  const own = belongsTo(state, user.teamId, installation);
  const withAddress = own && scopes.includes('users:read.email') && user.email !== null;
  const profile: JsonObject = {
    real_name: user.realName,
    ...(user.isStranger ? {} : { display_name: user.name }),
    ...(withAddress ? { email: user.email } : {}),
    team: user.teamId,
  };
  const identity = { id: user.id, team_id: user.teamId, name: user.name };
  const updated = 1_795_000_000;
  if (user.deleted) return { ...identity, deleted: true, profile, is_bot: user.isBot, updated };
  if (user.isStranger) return { ...identity, profile: { team: user.teamId }, is_stranger: true };
  const common: JsonObject = {
    ...identity,
    deleted: false,
    real_name: user.realName,
    profile,
    is_restricted: user.isRestricted,
    is_ultra_restricted: user.isUltraRestricted,
    is_bot: user.isBot,
  };
  if (!own) return { ...common, is_stranger: false };
  return {
    ...common,
    color: '99a949',
    tz: 'Europe/Tallinn',
    tz_label: 'Eastern European Time',
    tz_offset: 7_200,
    is_admin: user.isAdmin,
    is_owner: false,
    is_primary_owner: false,
    is_app_user: false,
    updated,
    is_email_confirmed: user.emailConfirmed,
    ...(user.isInvited ? { is_invited_user: true } : {}),
    ...(team?.enterprise ? { enterprise_user: enterpriseUser(state, user, team.enterprise) } : {}),
  };
}

/** Whether a workspace is the installation's own, or one of its organisation's. */
export function belongsTo(state: State, teamId: string, installation: Installation): boolean {
  if (installation.teamId !== null) return installation.teamId === teamId;
  return state.teams.get(teamId)?.enterprise?.id === installation.enterpriseId;
}

/** Whether the installation can see the person: one of its own, or someone it shares a channel with. */
export function canSee(state: State, user: User, installation: Installation): boolean {
  if (belongsTo(state, user.teamId, installation)) return true;
  return [...state.channels.values()].some(
    ({ members, teamId, sharedWith }) =>
      members.has(user.id) && [teamId, ...sharedWith].some((id) => belongsTo(state, id, installation)),
  );
}

/** Whether the channel exists for the installation at all: of its workspace or shared with it, and not somebody's secret. */
export function canSeeChannel(state: State, channel: Channel, installation: Installation): boolean {
  const near = [channel.teamId, ...channel.sharedWith].some((id) => belongsTo(state, id, installation));
  return near && (channel.kind === 'public' || channel.members.has(installation.botUserId));
}

/** The direct messages between the app's bot and a person, opened when they are not yet. */
export function directMessages(state: State, installation: Installation, user: User): Channel {
  const id = `D${user.id.slice(1)}`;
  const found = state.channels.get(id);
  if (found !== undefined) return found;
  const channel: Channel = {
    id,
    teamId: user.teamId,
    name: 'directmessage',
    kind: 'im',
    members: new Set([installation.botUserId, user.id]),
    archived: false,
    sharedWith: [],
    messages: [],
  };
  state.channels.set(id, channel);
  return channel;
}

/** The installation that serves a workspace: its own, or its organisation's. */
export function installationFor(state: State, teamId: string): Installation | null {
  const own = state.installations.find((one) => one.active && one.teamId === teamId);
  if (own !== undefined) return own;
  const enterpriseId = state.teams.get(teamId)?.enterprise?.id;
  if (enterpriseId === undefined) return null;
  return (
    state.installations.find((one) => one.active && one.teamId === null && one.enterpriseId === enterpriseId) ?? null
  );
}

function enterpriseUser(state: State, user: User, enterprise: { id: string; name: string }): JsonObject {
  const teams = [...state.teams.values()].filter((team) => team.enterprise?.id === enterprise.id).map(({ id }) => id);
  return {
    id: user.id,
    enterprise_id: enterprise.id,
    enterprise_name: enterprise.name,
    is_admin: false,
    is_owner: false,
    teams,
  };
}
