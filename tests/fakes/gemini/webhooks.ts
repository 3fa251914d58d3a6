import { invalidRequest, notFound } from './api-errors';
import type { Clock } from './clock';
import type { Deliveries } from './delivery';
import { newSecret, newWebhookId } from './ids';
import type { State, StoredWebhook } from './state';
import { type ApiAnswer, isObject, type Json, type JsonObject, rfc3339 } from './wire';

/** The webhook resources of a project, as the API serves them. */
export type Webhooks = {
  create(body: unknown, project: string): ApiAnswer;
  list(query: URLSearchParams, project: string): ApiAnswer;
  get(id: string, project: string): ApiAnswer;
  update(id: string, body: unknown, project: string): ApiAnswer;
  remove(id: string, project: string): ApiAnswer;
  ping(id: string, project: string): ApiAnswer;
  rotate(id: string, body: unknown, project: string): ApiAnswer;
  /** Registers without the checks, for tests and demos; the secret may be given. */
  register(input: { uri: string; secret?: string; events?: readonly string[]; project?: string }): StoredWebhook;
};

/** The values that `subscribed_events` takes; the catalogue of events has two more. */
export const SUBSCRIBABLE_EVENTS = [
  'batch.succeeded',
  'batch.failed',
  'batch.expired',
  'interaction.requires_action',
  'interaction.completed',
  'interaction.failed',
  'video.generated',
] as const;

const DEFAULT_PAGE = 50;
const OVERLAP_MS = 86_400_000; // the older secret signs for another 24 hours

/** Every secret but those just made is shown cut off. */
export function createWebhooks({
  clock,
  state,
  deliveries,
}: {
  clock: Clock;
  state: State;
  deliveries: Deliveries;
}): Webhooks {
  function withWebhook(id: string, project: string, answer: (webhook: StoredWebhook) => ApiAnswer): ApiAnswer {
    const webhook = state.webhooks.get(id);
    return webhook === undefined || webhook.project !== project ? notFound('Webhook') : answer(webhook);
  }

  function view(webhook: StoredWebhook): JsonObject {
    forgetExpired(webhook);
    return {
      id: webhook.id,
      ...(webhook.name === null ? {} : { name: webhook.name }),
      uri: webhook.uri,
      subscribed_events: [...webhook.events],
      state: webhook.state,
      signing_secrets: webhook.secrets.map(({ secret, expiresAt }) => ({
        truncated_secret: `whsec_...${secret.slice(-4)}`,
        ...(expiresAt === null ? {} : { expire_time: rfc3339(expiresAt) }),
      })),
    };
  }

  function forgetExpired(webhook: StoredWebhook): void {
    webhook.secrets = webhook.secrets.filter(({ expiresAt }) => expiresAt === null || expiresAt > clock.now());
  }

  function store(fields: Pick<StoredWebhook, 'project' | 'name' | 'uri' | 'events'>, secret: string): StoredWebhook {
    const webhook: StoredWebhook = {
      id: newWebhookId(),
      ...fields,
      state: 'enabled',
      secrets: [{ secret, expiresAt: null }],
      failuresInARow: 0,
    };
    state.webhooks.set(webhook.id, webhook);
    return webhook;
  }

  return {
    create(body, project) {
      if (!isObject(body)) return invalidRequest('Invalid JSON payload received.');
      const refusal = badFields(body, ['uri', 'subscribed_events', 'name']);
      if (refusal !== null) return refusal;
      const { uri, subscribed_events: events, name } = body;
      if (typeof uri !== 'string') return invalidRequest('"uri" is required.');
      if (!Array.isArray(events) || events.length === 0) return invalidRequest('"subscribed_events" is required.');
      const secret = newSecret();
      const webhook = store(
        { project, name: typeof name === 'string' ? name : null, uri, events: events.map(String) },
        secret,
      );
      return ok({ ...view(webhook), new_signing_secret: secret });
    },

    list(query, project) {
      const all = [...state.webhooks.values()].filter((webhook) => webhook.project === project);
      const size = Math.max(1, Number(query.get('page_size') ?? DEFAULT_PAGE) || DEFAULT_PAGE);
      const from = Number(query.get('page_token') ?? 0) || 0;
      const page = all.slice(from, from + size);
      if (page.length === 0) return ok({}); // an empty list has no member at all
      const more = from + size < all.length ? { next_page_token: String(from + size) } : {};
      return ok({ webhooks: page.map(view), ...more });
    },

    get: (id, project) => withWebhook(id, project, (webhook) => ok(view(webhook))),

    update: (id, body, project) =>
      withWebhook(id, project, (webhook) => {
        if (!isObject(body)) return invalidRequest('Invalid JSON payload received.');
        const refusal = badFields(body, ['uri', 'subscribed_events', 'name', 'state']);
        if (refusal !== null) return refusal;
        if (typeof body.name === 'string') webhook.name = body.name;
        if (typeof body.uri === 'string') webhook.uri = body.uri;
        if (Array.isArray(body.subscribed_events)) webhook.events = body.subscribed_events.map(String);
        if (body.state === 'enabled' || body.state === 'disabled') {
          webhook.state = body.state;
          webhook.failuresInARow = 0;
        }
        return ok(view(webhook));
      }),

    remove: (id, project) =>
      withWebhook(id, project, () => {
        state.webhooks.delete(id);
        return ok({});
      }),

    ping: (id, project) =>
      withWebhook(id, project, ({ uri }) => {
        const event = { type: 'ping', data: {}, interactionId: null };
        // The answer says nothing about success, so it does not wait for the delivery.
        setImmediate(() => deliveries.send(event, { kind: 'static', webhookId: id, uri }));
        return ok({});
      }),

    rotate: (id, body, project) =>
      withWebhook(id, project, (webhook) => {
        const wish = isObject(body) ? (body.revocation_behavior ?? AFTER_A_DAY) : AFTER_A_DAY;
        if (wish !== AFTER_A_DAY && wish !== AT_ONCE) return invalidRequest('Invalid value at "revocation_behavior".');
        forgetExpired(webhook);
        const expiresAt = clock.now() + OVERLAP_MS;
        const older = wish === AT_ONCE ? [] : webhook.secrets;
        const secret = newSecret();
        webhook.secrets = [
          ...older.map((entry) => ({ ...entry, expiresAt: entry.expiresAt ?? expiresAt })),
          { secret, expiresAt: null },
        ];
        return ok({ secret });
      }),

    register: ({ uri, secret, events, project }) =>
      store(
        { project: project ?? 'default', name: null, uri, events: [...(events ?? SUBSCRIBABLE_EVENTS)] },
        secret ?? newSecret(),
      ),
  };
}

const AFTER_A_DAY = 'revoke_previous_secrets_after_h24';
const AT_ONCE = 'revoke_previous_secrets_immediately';

function badFields(body: JsonObject, known: readonly string[]): ApiAnswer | null {
  for (const key of Object.keys(body))
    if (!known.includes(key))
      return invalidRequest(`Invalid JSON payload received. Unknown name "${key}": Cannot find field.`);
  const { uri, name, subscribed_events: events, state } = body;
  if (uri !== undefined && !(typeof uri === 'string' && URL.canParse(uri)))
    return invalidRequest('Invalid value at "uri".');
  if (name !== undefined && typeof name !== 'string') return invalidRequest('Invalid value at "name".');
  if (state !== undefined && state !== 'enabled' && state !== 'disabled')
    return invalidRequest('Invalid value at "state".');
  if (events === undefined) return null;
  if (!Array.isArray(events)) return invalidRequest('Invalid value at "subscribed_events".');
  const unknown = events.find((event) => !isSubscribable(event));
  return unknown === undefined
    ? null
    : invalidRequest(`Invalid value at "subscribed_events": ${JSON.stringify(unknown)} cannot be subscribed to.`);
}

function isSubscribable(event: Json): boolean {
  return SUBSCRIBABLE_EVENTS.some((known) => known === event);
}

function ok(body: JsonObject): ApiAnswer {
  return { status: 200, body };
}
