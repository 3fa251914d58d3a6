import type { Services } from '@/lib/services';
import type { Arrival, Departure, Return } from './oauth';

const cookieSeconds = 600;

/** Sends the browser to Slack with the state in a cookie, or back to the settings with the reason. */
export function depart(request: Request, services: Pick<Services, 'env' | 'secrets'>, departure: Departure): Response {
  if (departure.kind === 'refused') return arrive(services, departure);
  const headers = new Headers({
    location: departure.address,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
  });
  headers.append('set-cookie', cookie(new URL(services.env.appUrl), departure.state, cookieSeconds));
  return new Response(null, { status: request.method === 'GET' ? 302 : 303, headers });
}

/** Sends the browser to the page that shows what came of it; the cookie has done its work. */
export function arrive({ env, secrets }: Pick<Services, 'env' | 'secrets'>, arrival: Arrival): Response {
  const address = new URL(`${env.appUrl}/settings/slack`);
  // Sealed, so that nobody can have the page say something by an address of their own.
  address.searchParams.set('said', Buffer.from(secrets.seal(JSON.stringify(arrival))).toString('base64url'));
  const headers = new Headers({ location: address.href, 'cache-control': 'no-store' });
  headers.append('set-cookie', cookie(new URL(env.appUrl), '', 0));
  return new Response(null, { status: 303, headers });
}

/** What `arrive` had to say; null: nothing, or not from us. */
export function readArrival({ secrets }: Pick<Services, 'secrets'>, said: unknown): Arrival | null {
  if (typeof said !== 'string' || said.length > 4_000) return null;
  try {
    return JSON.parse(secrets.open(Buffer.from(said, 'base64url'))) as Arrival;
  } catch {
    return null;
  }
}

/** What came back: Slack's parameters, and the state that this browser was given. */
export function returnOf(request: Request): Return {
  const { searchParams } = new URL(request.url);
  const found = (request.headers.get('cookie') ?? '').match(/(?:^|;\s*)(?:__Host-)?countersign\.slack_state=([\w-]+)/);
  return {
    code: searchParams.get('code'),
    state: searchParams.get('state'),
    error: searchParams.get('error'),
    cookie: found?.[1] ?? null,
  };
}

// `__Host-` binds the cookie to this very host; it takes https, which a trial on one's own machine does not have.
function cookie(appUrl: URL, state: string, seconds: number): string {
  const secure = appUrl.protocol === 'https:';
  const name = `${secure ? '__Host-' : ''}countersign.slack_state`;
  return `${name}=${state}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
}
