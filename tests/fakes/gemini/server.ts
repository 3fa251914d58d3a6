import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseJson, readText } from '../shared/body';
import { createRandom } from '../shared/random';
import { gatewayError, invalidRequest } from './api-errors';
import { createClock } from './clock';
import { type Control, createControl } from './control';
import { answerControl } from './control-routes';
import { createDeliveries } from './delivery';
import { type ActiveFault, createFaults, type Faults, type Operation, refusalOf } from './faults';
import { createInteractions, type Interactions } from './interactions';
import { createActors } from './scripts';
import { createSigningKeys, type SigningKeys } from './signing';
import { createState, type ReceivedRequest, type State, type StoredInteraction } from './state';
import { closingFrames, framesAfter, frameText, LAST_FRAME, openingFrames } from './streaming';
import { defaultSwitches, type Switches } from './switches';
import { createWebhooks, type Webhooks } from './webhooks';
import { type ApiAnswer, isObject, type Json, type Step } from './wire';

export type FakeGeminiOptions = {
  /** Default 0: any free port of the loopback address. */
  port?: number;
  switches?: Partial<Switches>;
  /** For everything that happens by probability. */
  seed?: number;
  /** Names of the scripted agents to use; default all. */
  scenarios?: readonly string[];
  /** How many requests and deliveries are remembered. */
  historyLimit?: number;
  /** The simulator refuses to run with NODE_ENV=production unless its launcher says that this is a demo. */
  allowProductionNodeEnv?: boolean;
};

export type FakeGemini = Control & {
  /** What to give the SDK as `baseUrl`. */
  url: string;
  port: number;
  close(): Promise<void>;
};

/** Any key is accepted except this one. A key `other/…` belongs to the project `other`, all others to `default`. */
export const INVALID_API_KEY = 'invalid-key';

/**
 * Starts a simulated Gemini on the loopback address: the Interactions API and webhooks under `/v1` and `/v1beta`, the key
 * set, and its own control routes under `/__sim`. Everything lives in memory.
 */
export async function startFakeGemini(options: FakeGeminiOptions = {}): Promise<FakeGemini> {
  if (process.env.NODE_ENV === 'production' && options.allowProductionNodeEnv !== true)
    throw new Error('the simulated Gemini does not run with NODE_ENV=production');
  const seed = options.seed ?? 1;
  const historyLimit = options.historyLimit ?? 100_000;
  const clock = createClock();
  const random = createRandom(seed);
  const faults = createFaults(random);
  const keys = createSigningKeys();
  const state = createState(clock, { ...defaultSwitches, ...options.switches }, historyLimit);
  const deliveries = createDeliveries({ clock, state, faults, random, keys, historyLimit });
  const actors = createActors(options.scenarios ?? null);
  const interactions = createInteractions({ clock, state, random, actors, deliveries });
  const webhooks = createWebhooks({ clock, state, deliveries });
  const control = createControl({ clock, state, faults, random, seed, keys, interactions, deliveries, webhooks });
  const parts: Parts = { state, faults, keys, interactions, webhooks, control };

  const server = http.createServer((request, response) => {
    handle(parts, request, response).catch((error: unknown) => {
      if (!response.headersSent)
        writeJson(response, { status: 500, body: { error: { message: String(error), code: 'simulator' } } });
      else response.destroy();
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;

  return {
    ...control,
    url: `http://127.0.0.1:${port}`,
    port,
    close() {
      control.reset();
      deliveries.close();
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

type Parts = {
  state: State;
  faults: Faults;
  keys: SigningKeys;
  interactions: Interactions;
  webhooks: Webhooks;
  control: Control;
};

const MAX_BODY_BYTES = 16 * 1024 * 1024;
const CONTROL = '/__sim';

async function handle(parts: Parts, request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const method = request.method ?? 'GET';
  const text = await readText(request, MAX_BODY_BYTES);
  if (url.pathname.startsWith(CONTROL)) {
    const path = url.pathname.slice(CONTROL.length);
    const answer = await answerControl(parts.control, method, path, url.searchParams, parseJson(text));
    return write(response, answer.status, answer.body);
  }
  const call = readCall(method, url, text);
  if (call === null) return writeJson(response, gatewayError(404, 'NOT_FOUND', 'Method not found.'));
  await answerCall(parts, call, request, response);
}

/** A request to the API, as far as its route and body tell; `body` is undefined when it is not JSON. */
type ApiCall = {
  operation: Operation;
  method: string;
  path: string;
  /** What follows the resource's name, without the slash: an id, or an id with a verb. */
  rest: string;
  query: URLSearchParams;
  body: unknown;
  previousId: string | null;
};

function readCall(method: string, url: URL, text: string): ApiCall | null {
  const base = {
    method,
    path: url.pathname + url.search,
    query: url.searchParams,
    body: parseJson(text),
    previousId: null,
  };
  if (url.pathname === '/.well-known/jwks.json')
    return method === 'GET' ? { ...base, operation: 'keys', rest: '' } : null;
  const found = /^\/v1(?:beta)?\/(interactions|webhooks)(?:\/(.+))?$/.exec(url.pathname);
  if (found === null) return null;
  const rest = decodeURIComponent(found[2] ?? '');
  if (found[1] === 'webhooks') return { ...base, operation: 'webhooks', rest };
  if (method === 'POST' && rest === '') {
    const previous = isObject(base.body) ? base.body.previous_interaction_id : undefined;
    const previousId = typeof previous === 'string' ? previous : null;
    return { ...base, operation: previousId === null ? 'start' : 'resume', rest, previousId };
  }
  if (method === 'POST' && /^[^/]+\/cancel$/.test(rest))
    return { ...base, operation: 'cancel', rest: rest.replace(/\/cancel$/, '') };
  if (rest === '' || rest.includes('/')) return null;
  if (method === 'GET') return { ...base, operation: 'get', rest };
  return method === 'DELETE' ? { ...base, operation: 'delete', rest } : null;
}

async function answerCall(
  parts: Parts,
  call: ApiCall,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  const subject = call.previousId ?? (call.operation === 'webhooks' || call.rest === '' ? null : call.rest);
  const fault = parts.faults.takeForRequest(call.operation, subject);
  const received = parts.state.addRequest({
    at: Date.now(),
    method: call.method,
    path: call.path,
    operation: call.operation,
    body: (call.body ?? null) as Json, // it came out of JSON.parse
    interactionId: call.previousId === null ? subject : null,
    previousId: call.previousId,
    status: null,
    fault: fault?.kind ?? null,
  });
  if (fault !== null && (await stopsRequest(fault, received, response))) return;

  const done = await perform(parts, call, keyOf(request), received);
  if (fault?.kind === 'cut_after') return void request.socket.destroy();
  if (fault?.kind === 'hang_after') return;
  if ('stream' in done) return writeStream(parts, done, received, response);
  received.status = done.status;
  if (fault?.kind === 'wrong_content_type')
    return write(response, done.status, done.body, { 'content-type': 'text/plain' });
  writeJson(response, done);
}

/** Whether a fault ends the request before any work is done. */
async function stopsRequest(
  fault: ActiveFault,
  received: ReceivedRequest,
  response: http.ServerResponse,
): Promise<boolean> {
  if (fault.kind === 'hang') return true;
  if (fault.kind === 'cut_before') {
    response.socket?.destroy();
    return true;
  }
  if (fault.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, fault.delayMs ?? 1_000));
  const refusal = refusalOf(fault);
  if (refusal === null) return false;
  received.status = refusal.status;
  writeJson(response, refusal);
  return true;
}

type StreamAnswer = { stream: StoredInteraction; lastEventId: string | null; withInput: boolean };

async function perform(
  parts: Parts,
  call: ApiCall,
  key: string | null,
  received: ReceivedRequest,
): Promise<ApiAnswer | StreamAnswer> {
  const { interactions, state } = parts;
  if (call.operation === 'keys') return { status: 200, body: await parts.keys.publicKeys(state.switches.keyIds) };
  const denied = checkKey(key);
  if (denied !== null) return denied;
  const project = projectOf(key ?? '');
  switch (call.operation) {
    case 'webhooks':
      return answerWebhooks(parts.webhooks, call, project);
    case 'cancel':
      return interactions.cancel(call.rest, project);
    case 'delete':
      return interactions.remove(call.rest, project);
    case 'get': {
      const answer = interactions.get(call.rest, project);
      const interaction = state.interactions.get(call.rest);
      const streamed = call.query.get('stream') === 'true' && answer.status === 200 && interaction !== undefined;
      return streamed ? { stream: interaction, lastEventId: call.query.get('last_event_id'), withInput: true } : answer;
    }
    default: {
      if (call.body === undefined)
        return invalidRequest('Invalid JSON payload received. The body could not be parsed.');
      const made = interactions.create(call.body, project);
      if ('refusal' in made) return made.refusal;
      const { interaction } = made;
      received.interactionId = interaction.id;
      if (interaction.request.stream) return { stream: interaction, lastEventId: null, withInput: false };
      if (!interaction.request.background) await interactions.whenFinished(interaction);
      return interactions.createAnswer(interaction);
    }
  }
}

function answerWebhooks(webhooks: Webhooks, { method, rest, query, body }: ApiCall, project: string): ApiAnswer {
  const [id = '', verb] = rest.split(':');
  if (rest === '' && method === 'POST') return webhooks.create(body, project);
  if (rest === '' && method === 'GET') return webhooks.list(query, project);
  if (verb === 'ping' && method === 'POST') return webhooks.ping(id, project);
  if (verb === 'rotateSigningSecret' && method === 'POST') return webhooks.rotate(id, body, project);
  if (verb === undefined && method === 'GET') return webhooks.get(id, project);
  if (verb === undefined && method === 'PATCH') return webhooks.update(id, body, project);
  if (verb === undefined && method === 'DELETE') return webhooks.remove(id, project);
  return gatewayError(404, 'NOT_FOUND', 'Method not found.');
}

async function writeStream(
  parts: Parts,
  answer: StreamAnswer,
  received: ReceivedRequest,
  response: http.ServerResponse,
): Promise<void> {
  const { stream: interaction, lastEventId, withInput } = answer;
  received.status = 200;
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  const opening = openingFrames(parts.interactions.fullView(interaction));
  const early = framesAfter(opening, lastEventId);
  // Frames that the reader has already seen are left out; when it saw the whole opening, nothing of it is repeated.
  const seenOpening = lastEventId !== null && early.length === opening.length;
  if (!seenOpening) for (const frame of early) response.write(frameText(frame));
  await parts.interactions.whenFinished(interaction);
  const steps: Step[] = withInput ? [...interaction.input, ...interaction.generated] : interaction.generated;
  const closing = closingFrames(parts.interactions.fullView(interaction), steps);
  for (const frame of framesAfter(closing, lastEventId)) response.write(frameText(frame));
  response.end(LAST_FRAME);
}

function checkKey(key: string | null): ApiAnswer | null {
  if (key === null || key === '')
    return gatewayError(403, 'PERMISSION_DENIED', "Method doesn't allow unregistered callers. Please use an API key.");
  if (key === INVALID_API_KEY)
    return gatewayError(400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.', 'API_KEY_INVALID');
  return null;
}

function keyOf(request: http.IncomingMessage): string | null {
  const header = request.headers['x-goog-api-key'];
  return typeof header === 'string' ? header : null;
}

function projectOf(key: string): string {
  const slash = key.indexOf('/');
  return slash > 0 ? key.slice(0, slash) : 'default';
}

function writeJson(response: http.ServerResponse, { status, body, headers }: ApiAnswer): void {
  write(response, status, body, headers);
}

function write(
  response: http.ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  const text = JSON.stringify(body);
  const length = String(Buffer.byteLength(text));
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': length, ...headers });
  response.end(text);
}
