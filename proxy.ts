import { randomBytes } from 'node:crypto';
import { type NextRequest, NextResponse } from 'next/server';
import { env } from '@/lib/env';

/**
 * Stands before pages and the API: sets the security headers and sends whoever has no session cookie to the sign-in page.
 * Only a courtesy: pages and use cases read the session themselves. What Gemini and Slack send stays out of it.
 */
export function proxy(request: NextRequest): NextResponse {
  const { pathname, search } = request.nextUrl;
  if (pathname.startsWith('/api/') || pathname.startsWith('/.well-known/')) {
    if (!isDecodable(pathname)) return malformedPath();
    return withHeaders(NextResponse.next(), "default-src 'none'; frame-ancestors 'none'; base-uri 'none'");
  }
  const policy = pagePolicy(randomBytes(16).toString('base64'));
  if (needsSession(request)) {
    const signIn = new URL('/sign-in', request.url);
    if (pathname !== '/') signIn.searchParams.set('next', pathname + search);
    return withHeaders(NextResponse.redirect(signIn), policy);
  }
  const headers = new Headers(request.headers);
  headers.set('content-security-policy', policy); // Next takes the nonce for its own scripts from here
  headers.set(pathHeader, pathname + search);
  return withHeaders(NextResponse.next({ request: { headers } }), policy);
}

function isDecodable(pathname: string): boolean {
  try {
    decodeURIComponent(pathname);
    return true;
  } catch {
    return false;
  }
}

// Next would answer with a 500 of its own.
function malformedPath(): NextResponse {
  const body = { type: 'about:blank', title: 'Not found', status: 404, detail: 'The address is not well formed.' };
  return new NextResponse(JSON.stringify(body), {
    status: 404,
    headers: { 'content-type': 'application/problem+json' },
  });
}

export const config = {
  matcher: [
    { source: '/((?!api/webhooks/|api/slack/events|_next/static/|_next/image|verify$|icon\\.svg|favicon\\.ico).*)' },
  ],
};

const open = /^\/(sign-in|set-up|invitation|gallery)(\/|$)/;

function needsSession(request: NextRequest): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false; // a server action answers for itself
  if (open.test(request.nextUrl.pathname)) return false;
  return !sessionCookies.some((name) => request.cookies.has(name));
}

// Spelled out here and in lib/people/authentication.ts: the library must not be loaded before every request.
const sessionCookies = ['countersign.session_token', '__Secure-countersign.session_token'];
const pathHeader = 'x-countersign-path';

/**
 * `strict-dynamic` lets the scripts that carry the nonce load their parts; 'self' is for browsers that do not know it.
 * Styles come from files alone: what a component computes it sets through the DOM, which no policy forbids.
 */
function pagePolicy(nonce: string): string {
  const development = !env().production;
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ''}`,
    development ? "style-src 'self' 'unsafe-inline'" : `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${development ? ' ws:' : ''}`, // ws: Turbopack tells the page what changed
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function withHeaders(response: NextResponse, policy: string): NextResponse {
  const { headers } = response;
  headers.set('content-security-policy', policy);
  headers.set('referrer-policy', 'same-origin');
  headers.set('x-content-type-options', 'nosniff');
  headers.set('x-frame-options', 'DENY');
  headers.set('cross-origin-opener-policy', 'same-origin');
  headers.set('cross-origin-resource-policy', 'same-origin');
  headers.set('permissions-policy', 'camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()');
  if (env().appUrl.startsWith('https:')) headers.set('strict-transport-security', 'max-age=31536000');
  return response;
}
