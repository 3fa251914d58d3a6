import * as oauth from 'oauth4webapi';
import { log } from '@/lib/log';
import type { Services } from '@/lib/services';
import { isLocal, keepMetadata, type OidcService } from './service';

const freshMs = 3600_000;
const patienceMs = 5_000;
const tries = 2;

/** How requests to the service are made: with an end, and without encryption on this machine alone. */
export function requestOptions({ issuer }: Pick<OidcService, 'issuer'>) {
  return { signal: () => AbortSignal.timeout(patienceMs), [oauth.allowInsecureRequests]: isLocal(issuer) };
}

export type Discovery =
  | { kind: 'known'; server: oauth.AuthorizationServer; stale: boolean }
  | { kind: 'away'; message: string };

/**
 * What the service says of itself: where it is asked and with which keys. Kept for an hour in the database, so that a service
 * that is away for a moment keeps nobody out; asked twice before it counts as away. Nothing is asked before somebody signs in.
 */
export async function discover(
  services: Pick<Services, 'db' | 'now'>,
  service: OidcService,
  { anew = false }: { anew?: boolean } = {},
): Promise<Discovery> {
  const kept = service.metadataAt === null ? null : (service.metadata as oauth.AuthorizationServer | null);
  const age = service.metadataAt === null ? Infinity : services.now().getTime() - service.metadataAt.getTime();
  if (!anew && kept !== null && age < freshMs) return { kind: 'known', server: kept, stale: false };
  let problem: unknown;
  for (let attempt = 0; attempt < tries; attempt++) {
    try {
      const issuer = new URL(service.issuer);
      const response = await oauth.discoveryRequest(issuer, requestOptions(service));
      const server = await oauth.processDiscoveryResponse(issuer, response);
      await keepMetadata(services, service.issuer, server);
      return { kind: 'known', server, stale: false };
    } catch (error) {
      problem = error;
    }
  }
  log.warn({ err: problem, issuer: service.issuer }, 'oidc.discovery_failed');
  if (!anew && kept !== null) return { kind: 'known', server: kept, stale: true };
  return { kind: 'away', message: wordsOf(problem) };
}

/** What went wrong with a request to the service, in words for an admin. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return 'It did not answer.';
  if (error.name === 'TimeoutError') return `It did not answer within ${patienceMs / 1000} seconds.`;
  const { cause } = error;
  const deeper = cause instanceof Error ? cause.message : '';
  return [error.message, deeper].filter((text) => text !== '').join(': ');
}
