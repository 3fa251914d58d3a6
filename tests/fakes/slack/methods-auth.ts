import { Refusal } from './arguments';
import { type Method, teamOf } from './method';
import type { OAuth } from './oauth';
import type { Installation, Token } from './state';

/** What the methods about tokens need from the rest of the simulator. */
export type AuthParts = {
  oauth: OAuth;
  /** The address for a new socket. */
  openSocket(): string;
  uninstall(installation: Installation): void;
  revoke(token: Token): void;
};

const code = {
  client_id: 'string!',
  client_secret: 'string!',
  code: 'string',
  redirect_uri: 'string',
  grant_type: 'string',
} as const;

export function createAuthMethods({ oauth, openSocket, uninstall, revoke }: AuthParts): Record<string, Method> {
  return {
    'api.test': {
      token: 'none',
      scopes: [],
      tier: 4,
      args: { error: 'string', foo: 'string' },
      run({ args }) {
        const error = args.optionalText('error');
        if (error !== null) throw new Refusal(error);
        return { args: {} };
      },
    },

    'auth.test': {
      token: 'bot',
      scopes: [],
      tier: 'special',
      args: {},
      run({ state, installation, baseUrl }) {
        const bot = state.users.get(installation.botUserId);
        const team = state.teams.get(installation.teamId ?? bot?.teamId ?? '');
        return {
          url: `${baseUrl}/`, // links to messages lead to the page here
          team: team?.name ?? '',
          user: bot?.name ?? '',
          team_id: team?.id ?? '',
          user_id: installation.botUserId,
          bot_id: installation.botId,
          ...(installation.enterpriseId === null ? {} : { enterprise_id: installation.enterpriseId }),
          is_enterprise_install: installation.teamId === null,
        };
      },
    },

    'auth.revoke': {
      token: 'bot',
      scopes: [],
      tier: 3,
      args: { test: 'boolean' },
      run({ args, token }) {
        if (!args.flag('test')) revoke(token);
        return { revoked: !args.flag('test') };
      },
    },

    'apps.uninstall': {
      token: 'bot',
      scopes: [],
      tier: 1,
      args: { client_id: 'string!', client_secret: 'string!' },
      run({ state, args, installation }) {
        if (args.text('client_id') !== state.app.clientId) throw new Refusal('bad_client_id');
        if (args.text('client_secret') !== state.app.clientSecret) throw new Refusal('bad_client_secret');
        uninstall(installation);
        return {};
      },
    },

    'bots.info': {
      token: 'bot',
      scopes: ['users:read'],
      tier: 3,
      args: { bot: 'string', team_id: 'string' },
      run(call) {
        const { state, args, installation } = call;
        teamOf(call);
        const id = args.optionalText('bot') ?? installation.botId;
        if (id !== installation.botId) throw new Refusal('bot_not_found');
        const user = installation.botUserId;
        return { bot: { id, deleted: false, name: state.app.name, app_id: state.app.id, user_id: user, icons: {} } };
      },
    },

    'apps.connections.open': {
      token: 'app',
      scopes: ['connections:write'],
      tier: 1,
      args: {},
      run: () => ({ url: openSocket() }),
    },

    'oauth.v2.access': {
      token: 'none',
      scopes: [],
      tier: 4,
      args: { ...code, refresh_token: 'string' },
      run: ({ args }) =>
        oauth.exchangeInstall({
          clientId: args.text('client_id'),
          clientSecret: args.text('client_secret'),
          code: args.optionalText('code') ?? '',
          redirectUri: args.optionalText('redirect_uri'),
        }),
    },

    'openid.connect.token': {
      token: 'none',
      scopes: [],
      tier: 4,
      args: code,
      run: ({ args }) =>
        oauth.exchangeSignIn({
          clientId: args.text('client_id'),
          clientSecret: args.text('client_secret'),
          code: args.optionalText('code') ?? '',
          redirectUri: args.optionalText('redirect_uri'),
        }),
    },

    'openid.connect.userInfo': {
      token: 'user',
      scopes: ['openid'],
      tier: 4,
      args: {},
      run({ state, token }) {
        const user = state.users.get(token.userId);
        if (user === undefined || user.deleted) throw new Refusal('account_inactive');
        return oauth.identity(user);
      },
    },
  };
}
