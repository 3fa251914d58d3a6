import { newId } from './ids';
import type { Channel, Installation, State, Token, User } from './state';

export type WorldOptions = { botToken: string; appToken: string };

/** The scopes that the app's manifest asks for. */
export const manifestScopes = [
  'chat:write',
  'commands',
  'users:read',
  'users:read.email',
  'channels:read',
  'groups:read',
  'channels:history',
  'groups:history',
];

/** The ids that every new simulator knows; the same as in the sample payloads. */
export const known = {
  team: 'T01ACME0001',
  partnerTeam: 'T09PARTNER1',
  bot: 'U01HITLBOT1',
  marta: 'U01MARTA001',
  denis: 'U01DENIS001',
  requester: 'U01REQST001',
  admin: 'U01ADMIN001',
  guest: 'U01GUEST001',
  singleChannelGuest: 'U01GUEST002',
  gone: 'U01GONE0001',
  invited: 'U01INVITE01',
  outsider: 'U09EXTERN01',
  stranger: 'U09STRANG01',
  partnerAdmin: 'U09ADMIN001',
  general: 'C01GENERAL1',
  approvals: 'C01APPROVE1',
  shared: 'C01SHARED01',
  archived: 'C01ARCHIVE1',
  withoutBot: 'C01NOBOT001',
} as const;

/** Two workspaces: Acme, where the app is installed, and a partner with whom Acme shares a channel. */
export function fillWorld(state: State, { botToken, appToken }: WorldOptions): void {
  state.teams.set(known.team, { id: known.team, name: 'Acme', domain: 'acme', enterprise: null });
  state.teams.set(known.partnerTeam, {
    id: known.partnerTeam,
    name: 'Partner',
    domain: 'partner',
    enterprise: null,
  });
  const acme = { teamId: known.team };
  const partner = { teamId: known.partnerTeam };
  addUser(state, { ...acme, id: known.marta, name: 'marta', realName: 'Marta Ilves', email: 'marta@acme.example' });
  addUser(state, { ...acme, id: known.denis, name: 'denis', realName: 'Denis Roy', email: 'denis@acme.example' });
  addUser(state, { ...acme, id: known.requester, name: 'rana', realName: 'Rana Aziz', email: 'rana@acme.example' });
  addUser(state, {
    ...acme,
    id: known.admin,
    name: 'ada',
    realName: 'Ada Lund',
    email: 'ada@acme.example',
    isAdmin: true,
  });
  addUser(state, { ...acme, id: known.guest, name: 'gil', realName: 'Gil Guest', isRestricted: true });
  addUser(state, {
    ...acme,
    id: known.singleChannelGuest,
    name: 'gus',
    realName: 'Gus Guest',
    isRestricted: true,
    isUltraRestricted: true,
  });
  addUser(state, { ...acme, id: known.gone, name: 'gone', realName: 'Gone Person', deleted: true });
  addUser(state, {
    ...acme,
    id: known.invited,
    name: 'ivo',
    realName: 'Ivo Invited',
    isInvited: true,
    emailConfirmed: false,
  });
  addUser(state, { ...partner, id: known.outsider, name: 'pat', realName: 'Pat Partner' });
  addUser(state, { ...partner, id: known.stranger, name: 'sam', realName: 'Sam Stranger', isStranger: true });
  addUser(state, { ...partner, id: known.partnerAdmin, name: 'pia', realName: 'Pia Partner', isAdmin: true });

  addInstallation(state, {
    teamId: known.team,
    enterpriseId: null,
    botUserId: known.bot,
    scopes: manifestScopes,
    installedBy: known.admin,
    token: botToken,
  });
  state.tokens.set(appToken, {
    token: appToken,
    kind: 'app',
    installation: null,
    userId: '',
    scopes: ['connections:write'],
    refusedWith: null,
  });

  const people = [known.marta, known.denis, known.requester, known.admin];
  addChannel(state, { ...acme, id: known.general, name: 'general', members: [...people, known.bot] });
  addChannel(state, {
    ...acme,
    id: known.approvals,
    name: 'approvals',
    kind: 'private',
    members: [...people, known.guest, known.singleChannelGuest, known.bot],
  });
  addChannel(state, {
    ...acme,
    id: known.shared,
    name: 'acme-partner',
    sharedWith: [known.partnerTeam],
    members: [...people, known.bot, known.outsider, known.stranger, known.partnerAdmin],
  });
  addChannel(state, { ...acme, id: known.archived, name: 'old', members: [...people, known.bot], archived: true });
  addChannel(state, { ...acme, id: known.withoutBot, name: 'random', members: people });
}

export type NewUser = Pick<User, 'teamId' | 'name'> & Partial<User>;

/** Adds a full member unless told otherwise; an address is made from the name. */
export function addUser(state: State, given: NewUser): User {
  const domain = state.teams.get(given.teamId)?.domain ?? 'acme';
  const user: User = {
    id: newId('U'),
    realName: given.name,
    email: `${given.name}@${domain}.example`,
    emailConfirmed: true,
    isAdmin: false,
    isBot: false,
    isRestricted: false,
    isUltraRestricted: false,
    isStranger: false,
    isInvited: false,
    deleted: false,
    ...given,
  };
  state.users.set(user.id, user);
  return user;
}

export type NewChannel = Pick<Channel, 'teamId' | 'name'> &
  Partial<Omit<Channel, 'members' | 'messages'>> & { members?: readonly string[] };

export function addChannel(state: State, given: NewChannel): Channel {
  const channel: Channel = {
    id: newId('C'),
    kind: 'public',
    archived: false,
    sharedWith: [],
    messages: [],
    ...given,
    members: new Set(given.members ?? []),
  };
  state.channels.set(channel.id, channel);
  return channel;
}

export type NewInstallation = {
  teamId: string | null;
  enterpriseId: string | null;
  botUserId?: string;
  scopes: readonly string[];
  installedBy: string;
  token: string;
};

/** Installs the app once more or for the first time; an organisation-wide bot lives in the organisation's first team. */
export function addInstallation(state: State, given: NewInstallation): { installation: Installation; token: Token } {
  const earlier = findInstallation(state, given.teamId, given.enterpriseId);
  const installation: Installation = earlier ?? {
    teamId: given.teamId,
    enterpriseId: given.enterpriseId,
    botUserId: given.botUserId ?? newId('U'),
    botId: '',
    scopes: [],
    installedBy: given.installedBy,
    active: true,
  };
  installation.active = true;
  installation.scopes = [...given.scopes];
  if (earlier === null) {
    installation.botId = `B${installation.botUserId.slice(1)}`;
    state.installations.push(installation);
    const home =
      given.teamId ??
      [...state.teams.values()].find(({ enterprise }) => enterprise?.id === given.enterpriseId)?.id ??
      known.team;
    const { name } = state.app;
    addUser(state, {
      id: installation.botUserId,
      teamId: home,
      name: name.toLowerCase().replace(/\W+/g, '-'),
      realName: name,
      email: null,
      isBot: true,
    });
  }
  const token: Token = {
    token: given.token,
    kind: 'bot',
    installation,
    userId: installation.botUserId,
    scopes: installation.scopes,
    refusedWith: null,
  };
  state.tokens.set(token.token, token);
  return { installation, token };
}

function findInstallation(state: State, teamId: string | null, enterpriseId: string | null): Installation | null {
  return (
    state.installations.find((one) =>
      teamId === null ? one.teamId === null && one.enterpriseId === enterpriseId : one.teamId === teamId,
    ) ?? null
  );
}
