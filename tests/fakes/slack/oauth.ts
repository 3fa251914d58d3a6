import { createHash } from 'node:crypto';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import type { Clock } from '../gemini/clock';
import type { JsonObject } from '../gemini/wire';
import { Refusal } from './arguments';
import { newCode, newToken } from './ids';
import type { OAuthCode, State, User } from './state';
import type { Switches } from './switches';
import { addInstallation } from './world';

/** What the app asks for when it sends a person to one of the two consent pages. */
export type ConsentRequest = {
  kind: OAuthCode['kind'];
  scopes: string[];
  redirectUri: string;
  state: string | null;
  nonce: string | null;
};

export type OAuth = {
  /** Reads the query of a consent page; throws an `Error` in the words of Slack's own error page. */
  readConsent(path: string, query: URLSearchParams): ConsentRequest;
  /** The person's answer; the address to which the browser goes next. `enterprise` installs for the organisation. */
  answerConsent(
    request: ConsentRequest,
    answer: { userId: string; teamId?: string | undefined; allow: boolean; enterprise?: boolean | undefined },
  ): string;
  exchangeInstall(input: CodeInput): JsonObject;
  exchangeSignIn(input: CodeInput): Promise<JsonObject>;
  identity(user: User): JsonObject;
  keySet(): Promise<{ keys: JWK[] }>;
};

export type CodeInput = { clientId: string; clientSecret: string; code: string; redirectUri: string | null };

const CODE_LIFETIME_MS = 10 * 60_000; // Slack: codes expire after ten minutes
const ID_TOKEN_LIFETIME_SECONDS = 300;
const KEY_ID = 'simulated-1';

/** Installing the app and signing in with Slack: consent, codes, tokens. */
export function createOAuth(state: State, switches: Switches, clock: Clock): OAuth {
  let keyPair: ReturnType<typeof generateKeyPair> | null = null;
  const keys = () => {
    keyPair ??= generateKeyPair('RS256', { extractable: true });
    return keyPair;
  };

  function takeCode(kind: OAuthCode['kind'], input: CodeInput): OAuthCode {
    if (input.clientId !== state.app.clientId) throw new Refusal('invalid_client_id');
    if (input.clientSecret !== state.app.clientSecret) throw new Refusal('bad_client_secret');
    const code = state.codes.get(input.code);
    if (code === undefined || code.kind !== kind) throw new Refusal('invalid_code');
    if (code.used) throw new Refusal('code_already_used');
    if (clock.now() - code.issuedAt > CODE_LIFETIME_MS) throw new Refusal('code_expired');
    if (input.redirectUri !== code.redirectUri) throw new Refusal('bad_redirect_uri');
    code.used = true;
    return code;
  }

  function identity(user: User): JsonObject {
    const team = state.teams.get(user.teamId);
    return {
      sub: user.id,
      'https://slack.com/user_id': user.id,
      'https://slack.com/team_id': user.teamId,
      ...(user.email === null ? {} : { email: user.email, email_verified: user.emailConfirmed }),
      name: user.realName,
      given_name: user.realName.split(' ')[0] ?? '',
      family_name: user.realName.split(' ').slice(1).join(' '),
      locale: 'en-US',
      'https://slack.com/team_name': team?.name ?? '',
      'https://slack.com/team_domain': team?.domain ?? '',
    };
  }

  return {
    readConsent(path, query) {
      const kind = path.startsWith('/openid/') ? 'sign_in' : 'install';
      if (query.get('client_id') !== state.app.clientId) throw new Error('Invalid client_id parameter');
      const scopes = (query.get('scope') ?? '').split(/[ ,]+/).filter((scope) => scope !== '');
      if (scopes.length === 0) throw new Error('No scopes requested');
      if (kind === 'sign_in' && !scopes.includes('openid')) throw new Error('Missing scope: openid');
      if (kind === 'sign_in' && query.get('response_type') !== 'code')
        throw new Error('Invalid response_type parameter');
      const redirectUri = query.get('redirect_uri') ?? '';
      // As in Slack's settings: an address below one that was registered is fine as well.
      if (!redirectUri.startsWith(`${state.app.url}/`))
        throw new Error('redirect_uri did not match any configured URIs');
      return { kind, scopes, redirectUri, state: query.get('state'), nonce: query.get('nonce') };
    },
    answerConsent(request, { userId, teamId, allow, enterprise = false }) {
      const target = new URL(request.redirectUri);
      if (request.state !== null) target.searchParams.set('state', request.state);
      const user = state.users.get(userId);
      if (!allow || user === undefined || user.deleted) {
        target.searchParams.set('error', 'access_denied');
        return target.href;
      }
      const code = newCode();
      state.codes.set(code, {
        kind: request.kind,
        teamId: teamId ?? user.teamId,
        enterprise,
        userId,
        scopes: request.scopes,
        redirectUri: request.redirectUri,
        nonce: request.nonce,
        issuedAt: clock.now(),
        used: false,
      });
      target.searchParams.set('code', code);
      return target.href;
    },
    exchangeInstall(input) {
      const code = takeCode('install', input);
      const team = state.teams.get(code.teamId);
      if (team === undefined) throw new Refusal('team_not_found');
      const wide = code.enterprise && team.enterprise !== null;
      const { installation, token } = addInstallation(state, {
        teamId: wide ? null : team.id,
        enterpriseId: team.enterprise?.id ?? null,
        scopes: code.scopes,
        installedBy: code.userId,
        token: newToken('xoxb'),
      });
      return {
        app_id: state.app.id,
        authed_user: { id: code.userId },
        scope: code.scopes.join(','),
        token_type: 'bot',
        access_token: token.token,
        bot_user_id: installation.botUserId,
        team: wide ? null : { id: team.id, name: team.name },
        enterprise: team.enterprise,
        is_enterprise_install: wide,
      };
    },
    async exchangeSignIn(input) {
      const code = takeCode('sign_in', input);
      const user = state.users.get(code.userId);
      if (user === undefined) throw new Refusal('user_not_found');
      const token = newToken('xoxp');
      state.tokens.set(token, {
        token,
        kind: 'user',
        installation: null,
        userId: user.id,
        scopes: code.scopes,
        refusedWith: null,
      });
      const issuedAt = Math.floor(Date.now() / 1_000);
      const half = createHash('sha256').update(token).digest().subarray(0, 16);
      const claims = {
        ...identity(user),
        auth_time: issuedAt,
        at_hash: half.toString('base64url'),
        ...(code.nonce === null ? {} : { nonce: code.nonce }),
      };
      const idToken = await new SignJWT(claims)
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: KEY_ID })
        .setIssuer(switches.openIdIssuer)
        .setAudience(state.app.clientId)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + ID_TOKEN_LIFETIME_SECONDS)
        .sign((await keys()).privateKey);
      return { access_token: token, token_type: 'Bearer', id_token: idToken };
    },
    identity,
    async keySet() {
      const { publicKey } = await keys();
      return { keys: [{ ...(await exportJWK(publicKey)), kid: KEY_ID, use: 'sig', alg: 'RS256' }] };
    },
  };
}
