import fs from 'node:fs';
import type http from 'node:http';
import type { Clock } from '../gemini/clock';
import { isObject, type Json } from '../gemini/wire';
import { parseJson, readText } from '../shared/body';
import type { Api, ApiAnswer } from './api';
import { readRawArguments } from './arguments';
import { consentPage, consentProblem } from './consent-page';
import type { Control } from './control';
import { answerControl } from './control-routes';
import { type ApiFault, type Faults, HTML_ERROR, refusalOf } from './faults';
import type { OAuth } from './oauth';
import { answerResponseUrl } from './response-urls';
import type { ApiCall, State } from './state';
import type { Switches } from './switches';
import { workspaceView } from './workspace';
import { known } from './world';

/** What the routes need of the simulator. */
export type RouteParts = {
  state: State;
  switches: Switches;
  clock: Clock;
  faults: Faults;
  oauth: OAuth;
  control: Control;
  api: Api;
};

const MAX_BODY_BYTES = 4 * 1024 * 1024;

/** Answers one request; rejects only on a bug of the simulator. */
export async function handleRequest(
  parts: RouteParts,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const { pathname } = url;
  const method = request.method ?? 'GET';
  const text = await readText(request, MAX_BODY_BYTES);
  if (pathname.startsWith('/api/')) return answerApi(parts, url, request, response, text);
  if (pathname.startsWith('/__sim/')) return answerSim(parts, url, request, response, text);
  if (/^\/(actions|commands)\//.test(pathname) && method === 'POST')
    return answerHook(parts, pathname, request, response, text);
  if (/^\/(oauth\/v2|openid\/connect)\/authorize$/.test(pathname))
    return answerConsent(parts, url, method, response, text);
  if (pathname === '/openid/connect/keys') return writeJson(response, 200, await parts.oauth.keySet());
  if (pathname === '/.well-known/openid-configuration')
    return writeJson(response, 200, discovery(parts.switches.openIdIssuer, `http://${request.headers.host ?? ''}`));
  const linked = /^\/archives\/(\w+)\/p\d+$/.exec(pathname);
  if (linked !== null) {
    response.writeHead(302, { location: `/?channel=${linked[1] ?? ''}` });
    return void response.end();
  }
  if (method === 'GET') return writePage(response, pathname);
  write(response, 404, 'not found', 'text/plain');
}

async function answerApi(
  parts: RouteParts,
  url: URL,
  request: http.IncomingMessage,
  response: http.ServerResponse,
  text: string,
): Promise<void> {
  const { state, faults, switches, api } = parts;
  const method = decodeURIComponent(url.pathname.slice('/api/'.length));
  const raw = readRawArguments(request.method ?? 'GET', url.searchParams, request.headers['content-type'] ?? '', text);
  const given = { method, raw, authorization: request.headers.authorization ?? null };
  const call = state.addCall(api.describe(given));
  const startedAt = performance.now();
  response.on('close', () => {
    call.durationMs = Math.round(performance.now() - startedAt);
  });
  const channel = typeof call.args.channel === 'string' ? call.args.channel : null;
  const fault = faults.takeForRequest({ method, channel, team: call.teamId });
  call.fault = fault?.kind ?? null;
  if (switches.latencyMs > 0) await pause(switches.latencyMs);
  if (fault !== null && (await stopsRequest(fault, call, response))) return;

  const answer = await api.perform(given);
  state.touch();
  call.ok = answer.body.ok === true;
  call.error = typeof answer.body.error === 'string' ? answer.body.error : null;
  if (fault?.kind === 'cut_after') return void request.socket.destroy();
  if (fault?.kind === 'hang_after') return;
  if (fault?.kind === 'error_after') {
    call.status = 500;
    return write(response, 500, HTML_ERROR, 'text/html');
  }
  if (fault?.kind === 'slow_after') await pause(fault.delayMs ?? 5_000);
  writeApi(response, call, answer);
}

/** Whether a fault ends the request before any work is done. */
async function stopsRequest(fault: ApiFault, call: ApiCall, response: http.ServerResponse): Promise<boolean> {
  if (fault.kind === 'hang') return true;
  if (fault.kind === 'cut_before') {
    response.socket?.destroy();
    return true;
  }
  if (fault.kind === 'slow') await pause(fault.delayMs ?? 5_000);
  const refusal = refusalOf(fault);
  if (refusal === null) return false;
  call.status = refusal.status;
  call.ok = false;
  call.error = isObject(refusal.body) ? String(refusal.body.error) : 'html';
  if (typeof refusal.body === 'string') write(response, refusal.status, refusal.body, 'text/html');
  else writeJson(response, refusal.status, refusal.body, refusal.headers);
  return true;
}

function writeApi(response: http.ServerResponse, call: ApiCall, { status, body, headers }: ApiAnswer): void {
  call.status = status;
  writeJson(response, status, body, { 'x-slack-req-id': String(call.sequence), ...headers });
}

/** A `response_url`: faults `on: 'response_url'` meet it. */
async function answerHook(
  parts: RouteParts,
  path: string,
  request: http.IncomingMessage,
  response: http.ServerResponse,
  text: string,
): Promise<void> {
  const { state, clock, faults } = parts;
  const target = state.responseUrls.get(path);
  const body = readHookBody(request.headers['content-type'] ?? '', text);
  const call = state.addCall({
    at: Date.now(),
    method: 'response_url',
    teamId: target?.installation.teamId ?? null,
    args: isObject(body) ? { ...body, channel: target?.channel ?? null } : {},
    unknownArguments: [],
    contentType: request.headers['content-type'] ?? '',
    status: null,
    ok: null,
    error: null,
    fault: null,
    durationMs: null,
  });
  const fault = faults.takeForRequest({ method: 'response_url', channel: target?.channel ?? null, team: call.teamId });
  call.fault = fault?.kind ?? null;
  if (fault !== null && (await stopsRequest(fault, call, response))) return;
  const answer = answerResponseUrl(state, clock, path, body);
  state.touch();
  call.status = answer.status;
  call.ok = answer.status === 200;
  call.error = call.ok ? null : answer.body;
  if (fault?.kind === 'cut_after') return void request.socket.destroy();
  if (fault?.kind === 'hang_after') return;
  write(response, answer.status, answer.body, 'text/html; charset=utf-8');
}

function readHookBody(contentType: string, text: string): unknown {
  if (!contentType.includes('form-urlencoded')) return parseJson(text);
  return parseJson(new URLSearchParams(text).get('payload') ?? '');
}

async function answerSim(
  { state, control }: RouteParts,
  url: URL,
  request: http.IncomingMessage,
  response: http.ServerResponse,
  text: string,
): Promise<void> {
  const name = url.pathname.slice('/__sim/'.length);
  if (name === 'stream') return stream(state, response);
  if (name === 'workspace') {
    const { searchParams: query } = url;
    const view = workspaceView(state, {
      userId: query.get('user') ?? known.marta,
      channelId: query.get('channel'),
      threadTs: query.get('thread'),
    });
    return writeJson(response, 200, view);
  }
  const input = text === '' ? undefined : parseJson(text);
  if (text !== '' && input === undefined) return writeJson(response, 400, { error: 'the body is not JSON' });
  const answer = await answerControl(control, name, input);
  if (request.method !== 'GET') state.touch();
  writeJson(response, answer.status, answer.body);
}

/** Tells the page that there is something new, at most every 50 ms. */
function stream(state: State, response: http.ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write('retry: 500\ndata: hello\n\n');
  let timer: NodeJS.Timeout | null = null;
  const unwatch = state.watch(() => {
    timer ??= setTimeout(() => {
      timer = null;
      response.write('data: changed\n\n');
    }, 50);
  });
  response.on('close', () => {
    if (timer !== null) clearTimeout(timer);
    unwatch();
  });
}

function answerConsent(
  { state, oauth }: RouteParts,
  url: URL,
  method: string,
  response: http.ServerResponse,
  text: string,
): void {
  try {
    const request = oauth.readConsent(url.pathname, url.searchParams);
    if (method !== 'POST') {
      write(response, 200, consentPage(state, request), 'text/html; charset=utf-8');
      return;
    }
    const form = new URLSearchParams(text);
    const allow = form.get('answer') === 'allow';
    response.writeHead(302, { location: oauth.answerConsent(request, { userId: form.get('user') ?? '', allow }) });
    response.end();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    write(response, 400, consentProblem(message), 'text/html; charset=utf-8');
  }
}

function discovery(issuer: string, base: string): Json {
  return {
    issuer,
    authorization_endpoint: `${base}/openid/connect/authorize`,
    token_endpoint: `${base}/api/openid.connect.token`,
    userinfo_endpoint: `${base}/api/openid.connect.userInfo`,
    jwks_uri: `${base}/openid/connect/keys`,
    scopes_supported: ['openid', 'profile', 'email'],
    response_types_supported: ['code'],
    id_token_signing_alg_values_supported: ['RS256'],
  };
}

const pageFiles: Record<string, { file: string; type: string }> = {
  '/': { file: 'page.html', type: 'text/html; charset=utf-8' },
  '/page/page.css': { file: 'page.css', type: 'text/css; charset=utf-8' },
  '/page/page.js': { file: 'page.js', type: 'text/javascript; charset=utf-8' },
  '/page/blocks.js': { file: 'blocks.js', type: 'text/javascript; charset=utf-8' },
  '/page/mrkdwn.js': { file: 'mrkdwn.js', type: 'text/javascript; charset=utf-8' },
};

/** The files of the page, and nothing else. */
function writePage(response: http.ServerResponse, pathname: string): void {
  const found = Object.hasOwn(pageFiles, pathname) ? pageFiles[pathname] : undefined;
  if (found === undefined) {
    write(response, 404, 'not found', 'text/plain');
    return;
  }
  const text = fs.readFileSync(new URL(`./page/${found.file}`, import.meta.url), 'utf8');
  // Nothing but the page's own files: text that got in as markup could not run.
  write(response, 200, text, found.type, {
    'content-security-policy': "default-src 'self'; img-src * data:; frame-ancestors 'none'; base-uri 'none'",
    'cache-control': 'no-store',
  });
}

export function writeJson(
  response: http.ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  write(response, status, JSON.stringify(body), 'application/json; charset=utf-8', headers);
}

function write(
  response: http.ServerResponse,
  status: number,
  text: string,
  contentType: string,
  headers: Record<string, string> = {},
): void {
  if (response.destroyed) return;
  const length = String(Buffer.byteLength(text));
  response.writeHead(status, { 'content-type': contentType, 'content-length': length, ...headers });
  response.end(text);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
