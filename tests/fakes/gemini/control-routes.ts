import type { Control, TriggeredEvent } from './control';
import { parseFaultRule } from './faults';
import { parseSwitches } from './switches';
import { isObject, type JsonObject } from './wire';

/** What a control route answers; `body` is sent as JSON. */
export type ControlAnswer = { status: number; body: unknown };

/** Serves the control operations; `path` is what follows `/__sim`. Bad input answers 400 with a sentence. */
export async function answerControl(
  control: Control,
  method: string,
  path: string,
  query: URLSearchParams,
  body: unknown,
): Promise<ControlAnswer> {
  const route = routes.find((one) => one.method === method && one.pattern.test(path));
  if (route === undefined) return { status: 404, body: { error: `no control route ${method} ${path}` } };
  const id = decodeURIComponent(route.pattern.exec(path)?.[1] ?? '');
  try {
    const answer = await route.answer({ control, id, query, body: isObject(body) ? body : {}, raw: body });
    return answer === null ? { status: 404, body: { error: `unknown: ${id}` } } : { status: 200, body: answer };
  } catch (error) {
    return { status: 400, body: { error: error instanceof Error ? error.message : String(error) } };
  }
}

type RouteInput = { control: Control; id: string; query: URLSearchParams; body: JsonObject; raw: unknown };
type Route = { method: string; pattern: RegExp; answer(input: RouteInput): unknown };

const routes: Route[] = [
  { method: 'GET', pattern: /^\/health$/, answer: () => ({ ok: true }) },
  {
    method: 'POST',
    pattern: /^\/reset$/,
    answer({ control, body }) {
      control.reset(optionalNumber(body, 'seed'));
      return {};
    },
  },
  { method: 'GET', pattern: /^\/switches$/, answer: ({ control }) => control.switches() },
  { method: 'PATCH', pattern: /^\/switches$/, answer: ({ control, raw }) => control.setSwitches(parseSwitches(raw)) },
  { method: 'GET', pattern: /^\/faults$/, answer: ({ control }) => control.faults() },
  {
    method: 'POST',
    pattern: /^\/faults$/,
    answer: ({ control, raw }) =>
      (Array.isArray(raw) ? raw : [raw]).map(parseFaultRule).map((rule) => control.addFault(rule)),
  },
  {
    method: 'DELETE',
    pattern: /^\/faults$/,
    answer({ control }) {
      control.clearFaults();
      return {};
    },
  },
  {
    method: 'GET',
    pattern: /^\/interactions$/,
    answer: ({ control, query }) => control.interactions(filterOf(query, ['status', 'previousId'])),
  },
  { method: 'GET', pattern: /^\/interactions\/([^/]+)$/, answer: ({ control, id }) => control.interaction(id) },
  {
    method: 'POST',
    pattern: /^\/interactions\/([^/]+)\/expire$/,
    answer: ({ control, id }) => (control.expire(id) ? {} : null),
  },
  {
    method: 'GET',
    pattern: /^\/deliveries$/,
    answer: ({ control, query }) => control.deliveries(filterOf(query, ['interactionId', 'webhookId', 'type'])),
  },
  { method: 'POST', pattern: /^\/deliveries\/([^/]+)\/repeat$/, answer: ({ control, id }) => control.redeliver(id) },
  { method: 'POST', pattern: /^\/events$/, answer: ({ control, body }) => control.trigger(parseEvent(body)) },
  {
    method: 'GET',
    pattern: /^\/requests$/,
    answer({ control, query }) {
      const after = query.get('afterSequence');
      const filter = filterOf(query, ['operation', 'previousId', 'interactionId']);
      return control.requests(after === null ? filter : { ...filter, afterSequence: Number(after) });
    },
  },
  { method: 'GET', pattern: /^\/webhooks$/, answer: ({ control }) => control.webhooks() },
  {
    method: 'POST',
    pattern: /^\/webhooks$/,
    answer({ control, body }) {
      const { uri, secret, events, project } = body;
      if (typeof uri !== 'string' || !URL.canParse(uri)) throw new Error('webhook: uri must be a URL');
      return control.registerWebhook({
        uri,
        ...(typeof secret === 'string' ? { secret } : {}),
        ...(Array.isArray(events) ? { events: events.map(String) } : {}),
        ...(typeof project === 'string' ? { project } : {}),
      });
    },
  },
  {
    method: 'POST',
    pattern: /^\/clock$/,
    answer: ({ control, body }) => ({
      now: new Date(control.advanceClock(optionalNumber(body, 'advanceMs') ?? 0)).toISOString(),
    }),
  },
  {
    method: 'POST',
    pattern: /^\/keys\/rotate$/,
    answer({ control }) {
      control.rotateSigningKeys();
      return {};
    },
  },
  { method: 'GET', pattern: /^\/stats$/, answer: ({ control }) => control.stats() },
  {
    method: 'POST',
    pattern: /^\/idle$/,
    answer: async ({ control, body }) => ({ idle: await control.idle(optionalNumber(body, 'timeoutMs')) }),
  },
];

function filterOf<Key extends string>(query: URLSearchParams, keys: readonly Key[]): Partial<Record<Key, string>> {
  const filter: Partial<Record<Key, string>> = {};
  for (const key of keys) {
    const value = query.get(key);
    if (value !== null) filter[key] = value;
  }
  return filter;
}

function parseEvent(body: JsonObject): TriggeredEvent {
  const { type, interactionId, data, uri, userMetadata } = body;
  if (typeof type !== 'string') throw new Error('event: type must be a string');
  return {
    type,
    ...(typeof interactionId === 'string' ? { interactionId } : {}),
    ...(isObject(data) ? { data } : {}),
    ...(typeof uri === 'string' ? { uri } : {}),
    ...(isObject(userMetadata) ? { userMetadata } : {}),
  };
}

function optionalNumber(body: JsonObject, key: string): number | undefined {
  const value = body[key];
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new Error(`${key} must be a number`);
  return value;
}
