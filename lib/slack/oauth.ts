import { createHash, timingSafeEqual } from 'node:crypto';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { z } from 'zod';
import type { AuditContext } from '@/lib/domain/audit';
import type { Person } from '@/lib/domain/person';
import { newToken } from '@/lib/ids';
import { demand } from '@/lib/people/people';
import type { Services } from '@/lib/services';
import { anonymousClient } from './clients';
import { failureText } from './failure-text';
import { failureOf } from './failures';
import { checkToken, installationAt, saveInstallation, wantedScopes } from './installations';
import { linkAccount } from './linking';
import { slackAppSettings } from './settings';

type OAuthServices = Pick<Services, 'db' | 'env' | 'secrets' | 'now'>;

const lifetimeMs = 10 * 60_000;

/** Where the browser goes, and the state that its cookie must bring back. */
export type Departure = { kind: 'go'; address: string; state: string } | { kind: 'refused'; message: string };
export type Arrival = { kind: 'done'; message: string } | { kind: 'refused'; message: string };

/** What Slack's page sends the browser back with, and what the cookie says. */
export type Return = Readonly<{
  code: string | null;
  state: string | null;
  error: string | null;
  cookie: string | null;
}>;

const noClient = 'Give the client id and client secret of the Slack app in the settings first.';

/** Begins an installation for an admin. */
export async function beginInstall(services: OAuthServices, by: Person): Promise<Departure> {
  demand(by, 'settings.manage');
  const { clientId, clientSecret } = await slackAppSettings(services);
  if (clientId === null || clientSecret === null) return { kind: 'refused', message: noClient };
  const state = await newState(services, 'install', by, null);
  const address = new URL(`${siteOf(services)}oauth/v2/authorize`);
  address.searchParams.set('client_id', clientId);
  address.searchParams.set('scope', wantedScopes.map(({ scope }) => scope).join(','));
  address.searchParams.set('redirect_uri', installRedirect(services));
  address.searchParams.set('state', state);
  return { kind: 'go', address: address.href, state };
}

/** Ends an installation: the same admin, with the state that was given to this browser, once. */
export async function finishInstall(
  services: OAuthServices,
  given: Return,
  by: Person,
  context: AuditContext,
): Promise<Arrival> {
  demand(by, 'settings.manage');
  if ((await takeState(services, 'install', given, by)) === null) return staleReturn;
  if (given.error !== null || given.code === null) return refused('Slack was not allowed to install the app.');
  const { clientId, clientSecret, appId } = await slackAppSettings(services);
  if (clientId === null || clientSecret === null) return refused(noClient);
  let token: string;
  let app: string;
  let installer: string | null;
  try {
    const answer = await anonymousClient(services).oauth.v2.access({
      client_id: clientId,
      client_secret: clientSecret,
      code: given.code,
      redirect_uri: installRedirect(services),
    });
    if (!answer.access_token || !answer.app_id) return refused('Slack’s answer had no token in it.');
    token = answer.access_token;
    app = answer.app_id;
    installer = answer.authed_user?.id ?? null;
  } catch (error) {
    return refused(`Slack did not install the app: ${failureText(failureOf(error).error)}`);
  }
  if (appId !== null && appId !== app) return refused('This is another Slack app than the one in the settings.');
  const checked = await checkToken(services, token);
  if (!checked.ok) return refused(`Slack’s new token does not work: ${failureText(checked.error)}`);
  await saveInstallation(
    services,
    { ...checked, appId: app, source: 'oauth', token, installedBy: installer },
    by,
    context,
  );
  return { kind: 'done', message: `Installed in ${checked.teamName}.` };
}

/** Connects a workspace by a token that an admin pastes; it is tried before it is kept. */
export async function connectByToken(
  services: OAuthServices,
  token: string,
  by: Person,
  context: AuditContext,
): Promise<Arrival> {
  demand(by, 'settings.manage');
  if (!/^xoxb-\S{10,}$/.test(token)) return refused('A bot token begins with xoxb-.');
  const checked = await checkToken(services, token);
  if (!checked.ok) return refused(failureText(checked.error));
  await saveInstallation(services, { ...checked, source: 'settings', token, installedBy: null }, by, context);
  return { kind: 'done', message: `Connected to ${checked.teamName}.` };
}

/** Begins Sign in with Slack, to tie the person's own Slack account. */
export async function beginSignIn(services: OAuthServices, by: Person): Promise<Departure> {
  const { clientId, clientSecret } = await slackAppSettings(services);
  if (clientId === null || clientSecret === null) return { kind: 'refused', message: noClient };
  const nonce = newToken(24);
  const state = await newState(services, 'sign_in', by, nonce);
  const address = new URL(`${siteOf(services)}openid/connect/authorize`);
  address.searchParams.set('response_type', 'code');
  address.searchParams.set('client_id', clientId);
  address.searchParams.set('scope', 'openid email profile');
  address.searchParams.set('redirect_uri', signInRedirect(services));
  address.searchParams.set('state', state);
  address.searchParams.set('nonce', nonce);
  return { kind: 'go', address: address.href, state };
}

const issuer = 'https://slack.com'; // fixed: whatever the address of the API, Slack signs as this

const claims = z.looseObject({
  nonce: z.string(),
  'https://slack.com/team_id': z.string(),
  'https://slack.com/user_id': z.string(),
});

/** Ends Sign in with Slack: the account must be of a workspace that is connected here. */
export async function finishSignIn(
  services: OAuthServices,
  given: Return,
  by: Person,
  context: AuditContext,
): Promise<Arrival> {
  const state = await takeState(services, 'sign_in', given, by);
  if (state === null) return staleReturn;
  if (given.error !== null || given.code === null) return refused('Slack was not allowed to say who you are.');
  const { clientId, clientSecret } = await slackAppSettings(services);
  if (clientId === null || clientSecret === null) return refused(noClient);
  let idToken: string;
  try {
    const answer = await anonymousClient(services).openid.connect.token({
      client_id: clientId,
      client_secret: clientSecret,
      code: given.code,
      redirect_uri: signInRedirect(services),
    });
    if (!answer.id_token) return refused('Slack’s answer did not say who you are.');
    idToken = answer.id_token;
  } catch (error) {
    return refused(`Slack did not say who you are: ${failureText(failureOf(error).error)}`);
  }
  let said: z.infer<typeof claims>;
  try {
    const { payload } = await jwtVerify(idToken, keysOf(services), {
      issuer,
      audience: clientId,
      algorithms: ['RS256'],
      requiredClaims: ['exp', 'iat'],
    });
    said = claims.parse(payload);
  } catch {
    return refused('Slack’s answer could not be verified.');
  }
  if (state.nonce === null || said.nonce !== state.nonce) return refused('Slack’s answer belongs to another attempt.');
  const teamId = said['https://slack.com/team_id'];
  const installation = await installationAt(services, { teamId, enterpriseId: null, enterpriseInstall: false });
  if (installation === null) return refused('This workspace is not connected here.');
  const outcome = await linkAccount(services, {
    installation,
    scopeId: teamId,
    slackUserId: said['https://slack.com/user_id'],
    person: by,
    method: 'sign_in',
    by,
    context,
  });
  return outcome.kind === 'linked'
    ? { kind: 'done', message: `Linked to your account in ${outcome.workspace}.` }
    : refused(outcome.message);
}

function installRedirect({ env }: Pick<Services, 'env'>): string {
  return `${env.appUrl}/api/slack/oauth_redirect`;
}

function signInRedirect({ env }: Pick<Services, 'env'>): string {
  return `${env.appUrl}/api/slack/sign_in_redirect`;
}

// The consent pages stand beside the API: https://slack.com/api/ and https://slack.com/oauth/…
function siteOf({ env }: Pick<Services, 'env'>): string {
  return new URL('../', env.slack.apiUrl).href;
}

const keySets = new Map<string, ReturnType<typeof createRemoteJWKSet>>();

function keysOf(services: Pick<Services, 'env'>) {
  const address = `${siteOf(services)}openid/connect/keys`;
  const known = keySets.get(address) ?? createRemoteJWKSet(new URL(address), { timeoutDuration: 5_000 });
  keySets.set(address, known);
  return known;
}

async function newState(
  services: OAuthServices,
  kind: 'install' | 'sign_in',
  by: Person,
  nonce: string | null,
): Promise<string> {
  const state = newToken(32);
  await services.db.prisma.slackOAuthState.create({
    data: {
      hash: hashOf(state),
      kind,
      userId: by.id,
      nonce,
      expiresAt: new Date(services.now().getTime() + lifetimeMs),
    },
  });
  return state;
}

// The state must be the one in this browser's cookie, of this person, of this kind, young, and used for the first time.
async function takeState(
  services: OAuthServices,
  kind: 'install' | 'sign_in',
  given: Return,
  by: Person,
): Promise<{ nonce: string | null } | null> {
  if (given.state === null || given.cookie === null || !same(given.state, given.cookie)) return null;
  const { prisma } = services.db;
  const where = { hash: hashOf(given.state) };
  const row = await prisma.slackOAuthState.findUnique({ where });
  if (row === null) return null;
  const { count } = await prisma.slackOAuthState.deleteMany({ where });
  return count === 1 && row.kind === kind && row.userId === by.id && row.expiresAt > services.now() ? row : null;
}

function same(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function hashOf(state: string): string {
  return createHash('sha256').update(state).digest('base64url');
}

const staleReturn: Arrival = {
  kind: 'refused',
  message: 'This attempt is over, or was begun by somebody else. Begin again.',
};

function refused(message: string): Arrival {
  return { kind: 'refused', message };
}
