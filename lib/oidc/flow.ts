import * as oauth from 'oauth4webapi';
import { z } from 'zod';
import type { Claims } from '@/lib/domain/claims';
import { log } from '@/lib/log';
import type { Services } from '@/lib/services';
import { discover, requestOptions, wordsOf } from './discovery';
import { type OidcService, oidcService } from './service';

type FlowServices = Pick<Services, 'env' | 'db' | 'now' | 'secrets'>;

const lifetimeMs = 10 * 60_000;

/** Where the service sends people back to. */
export function callbackAddress({ env }: Pick<Services, 'env'>): string {
  return `${env.appUrl}/sign-in/oidc/callback`;
}

const journeySchema = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  next: z.string(),
  until: z.number(),
});

export type Departure = { kind: 'go'; address: string; journey: string } | { kind: 'refused'; reason: 'off' | 'away' };

/** Where to send a browser to sign in, and what it carries, sealed, until it is back. */
export async function beginSignIn(services: FlowServices, next: string): Promise<Departure> {
  const service = await oidcService(services);
  if (service === null || !service.enabled) return { kind: 'refused', reason: 'off' };
  const found = await discover(services, service);
  if (found.kind === 'away' || found.server.authorization_endpoint === undefined) {
    return { kind: 'refused', reason: 'away' };
  }
  const verifier = oauth.generateRandomCodeVerifier();
  const journey = {
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    verifier,
    next,
    until: services.now().getTime() + lifetimeMs,
  };
  const address = new URL(found.server.authorization_endpoint);
  const parameters = {
    client_id: service.clientId,
    redirect_uri: callbackAddress(services),
    response_type: 'code',
    scope: service.scopes,
    state: journey.state,
    nonce: journey.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
  const sealed = Buffer.from(services.secrets.seal(JSON.stringify(journey))).toString('base64url');
  return { kind: 'go', address: address.href, journey: sealed };
}

export type Arrival =
  | {
      kind: 'arrived';
      service: OidcService;
      subject: string;
      claims: Claims;
      next: string;
    }
  | { kind: 'refused'; reason: 'over' | 'denied' | 'failed' };

/**
 * Reads what a browser comes back with: only with the journey that began in it, once the code was exchanged, and the
 * ID token verified (signature, issuer, audience, nonce, time).
 */
export async function endSignIn(services: FlowServices, address: URL, sealed: string): Promise<Arrival> {
  const journey = openJourney(services, sealed);
  const service = await oidcService(services);
  if (journey === null || service === null || !service.enabled) return { kind: 'refused', reason: 'over' };
  const found = await discover(services, service);
  if (found.kind === 'away') return { kind: 'refused', reason: 'failed' };
  const { server } = found;
  const client: oauth.Client = { client_id: service.clientId };
  const options = requestOptions(service);
  try {
    // What proxies make of our address must not matter: the parameters are put on the one that we are known by.
    const arrived = new URL(callbackAddress(services) + address.search);
    const parameters = oauth.validateAuthResponse(server, client, arrived, journey.state);
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      authentication(service, server),
      parameters,
      callbackAddress(services),
      journey.verifier,
      options,
    );
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
      expectedNonce: journey.nonce,
      requireIdToken: true,
    });
    await oauth.validateApplicationLevelSignature(server, response, options);
    const claims = oauth.getValidatedIdTokenClaims(tokens);
    if (claims === undefined) return { kind: 'refused', reason: 'failed' };
    const further = await userInfo(server, client, tokens.access_token, claims.sub, options);
    return {
      kind: 'arrived',
      service,
      subject: claims.sub,
      claims: { ...further, ...claims },
      next: journey.next,
    };
  } catch (error) {
    if (error instanceof oauth.AuthorizationResponseError && error.error === 'access_denied') {
      return { kind: 'refused', reason: 'denied' };
    }
    log.warn({ err: error, issuer: service.issuer, said: wordsOf(error) }, 'oidc.sign_in_failed');
    return { kind: 'refused', reason: 'failed' };
  }
}

// Many services put e-mail and groups into the answer to this question alone.
async function userInfo(
  server: oauth.AuthorizationServer,
  client: oauth.Client,
  token: string,
  subject: string,
  options: ReturnType<typeof requestOptions>,
): Promise<Claims> {
  if (server.userinfo_endpoint === undefined) return {};
  const response = await oauth.userInfoRequest(server, client, token, options);
  return oauth.processUserInfoResponse(server, client, subject, response);
}

function authentication(service: OidcService, server: oauth.AuthorizationServer): oauth.ClientAuth {
  if (service.clientSecret === null) return oauth.None();
  const offered = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
  return offered.includes('client_secret_basic') || !offered.includes('client_secret_post')
    ? oauth.ClientSecretBasic(service.clientSecret)
    : oauth.ClientSecretPost(service.clientSecret);
}

function openJourney(services: FlowServices, sealed: string): z.infer<typeof journeySchema> | null {
  try {
    const journey = journeySchema.parse(JSON.parse(services.secrets.open(Buffer.from(sealed, 'base64url'))));
    return journey.until > services.now().getTime() ? journey : null;
  } catch {
    return null; // none, changed, or of another secret
  }
}
