import { createHash } from 'node:crypto';
import { AppError } from '@/lib/errors';
import { readBody } from '@/lib/http';
import { log } from '@/lib/log';
import type { Services } from '@/lib/services';
import { countRefusal, slackRefusal } from '@/lib/webhooks/refusals';
import { parsePayload } from './payloads';
import { processPayload } from './process';
import { signingSecrets } from './settings';
import { signatureProblem } from './signature';
import { takeOnce } from './store';

const maxBytes = 2 * 1024 * 1024; // an honest click carries its whole message: up to some 900 KB
const answerWithinMs = 2_900; // Slack gives up after 3 s
const signaturesKeptMs = 10 * 60_000; // twice the time for which one is good

/**
 * Everything that Slack sends over HTTP: clicks, forms, commands, events. Verified over the bytes as received, checked for
 * shape, taken once; then the listeners. What goes on after the answer is handed to `after`. Errors have empty bodies, and
 * an answer comes within Slack's three seconds whatever keeps us.
 */
export async function receive(
  services: Services,
  request: Request,
  after: (work: Promise<unknown>) => void,
): Promise<Response> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Response>((resolve) => {
    timer = setTimeout(() => {
      log.warn('slack.request_late'); // the listeners have a deadline of their own: the database kept us
      resolve(empty(500));
    }, answerWithinMs);
  });
  try {
    return await Promise.race([answerTo(services, request, after), late]);
  } finally {
    clearTimeout(timer);
  }
}

async function answerTo(
  services: Services,
  request: Request,
  after: (work: Promise<unknown>) => void,
): Promise<Response> {
  try {
    if (request.method !== 'POST') return empty(405, { allow: 'POST' });
    const rawBody = await readBody(request, { maxBytes });
    const secrets = await signingSecrets(services);
    const problem = signatureProblem({ headers: request.headers, rawBody, secrets, now: services.now() });
    if (problem !== null) {
      log.warn({ reason: problem }, 'slack.signature_refused');
      countRefusal(services, slackRefusal + problem);
      return empty(401);
    }
    const body = decode(request.headers.get('content-type') ?? '', rawBody);
    if (body === undefined) return empty(400);
    const challenge = challengeOf(body);
    if (challenge !== null) return Response.json({ challenge });
    const payload = parsePayload(body);
    if (payload === null) {
      log.warn({ type: typeOf(body) }, 'slack.shape_refused');
      return empty(400);
    }
    const signature = request.headers.get('x-slack-signature') ?? '';
    const key = `signature:${createHash('sha256').update(signature).digest('base64url')}`;
    if (!(await takeOnce(services.db, key, services.now(), signaturesKeptMs))) return empty(200);

    const { answer, work } = await processPayload(services, payload, retryOf(request.headers));
    after(work);
    return toResponse(answer);
  } catch (error) {
    if (error instanceof AppError && error.code === 'too_large') return empty(413);
    log.error({ err: error }, 'slack.request_failed');
    return empty(500); // Slack then shows its own error, which is honest
  }
}

// Strict: a byte that is not UTF-8, or a form that holds both a payload and a command, is nothing that Slack sends.
function decode(contentType: string, bytes: Uint8Array): unknown {
  const mediaType = contentType.split(';')[0]?.trim().toLowerCase();
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (mediaType === 'application/json') return JSON.parse(text) as unknown;
    if (mediaType !== 'application/x-www-form-urlencoded') return undefined;
    const form = new URLSearchParams(text);
    const payload = form.get('payload');
    if (payload !== null && (form.has('command') || form.getAll('payload').length > 1)) return undefined;
    return payload === null ? Object.fromEntries(form) : (JSON.parse(payload) as unknown);
  } catch {
    return undefined;
  }
}

function challengeOf(body: unknown): string | null {
  if (typeof body !== 'object' || body === null || !('type' in body) || body.type !== 'url_verification') return null;
  return 'challenge' in body && typeof body.challenge === 'string' ? body.challenge : null;
}

function typeOf(body: unknown): string {
  return typeof body === 'object' && body !== null && 'type' in body ? String(body.type).slice(0, 40) : 'unknown';
}

function retryOf(headers: Headers): { number: number; reason: string } | null {
  const number = Number(headers.get('x-slack-retry-num') ?? Number.NaN);
  return Number.isInteger(number)
    ? { number, reason: (headers.get('x-slack-retry-reason') ?? '').slice(0, 100) }
    : null;
}

function toResponse({ status, body }: { status: number; body: unknown }): Response {
  if (body === undefined || body === '') return empty(status);
  return typeof body === 'string' ? new Response(body, { status }) : Response.json(body, { status });
}

function empty(status: number, headers: Record<string, string> = {}): Response {
  return new Response(null, { status, headers });
}
