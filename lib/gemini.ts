import { GoogleGenAI, type Interactions } from '@google/genai';
import { z } from 'zod';
import { type Interaction, parseInteraction } from './domain/interaction';
import type { FunctionResult } from './domain/pause';
import type { ContinuationProfile } from './domain/profile';

/** What the product needs of Gemini. Failures that have a meaning are values; only a bug throws. */
export type Gemini = Readonly<{
  /** False without an API key: nothing can be read, started or resumed. */
  configured: boolean;
  start(profile: ContinuationProfile, input: unknown, delivery: WebhookDelivery | null): Promise<CreateOutcome>;
  /** Sends all results of a pause, once: nothing here repeats a request. */
  resume(request: ResumeRequest): Promise<CreateOutcome>;
  read(id: string): Promise<ReadOutcome>;
  webhooks: Readonly<{
    create(uri: string): Promise<{ id: string; secret: string }>;
    read(id: string): Promise<{ state: string; uri: string } | null>;
    enable(id: string): Promise<void>;
    ping(id: string): Promise<void>;
    /** Keeps the previous secret valid for 24 hours. */
    rotate(id: string): Promise<{ secret: string }>;
  }>;
}>;

/** Where the deliveries of one run go, when they are asked for request by request. */
export type WebhookDelivery = Readonly<{ uri: string; metadata: Readonly<Record<string, string>> }>;

export type ResumeRequest = Readonly<{
  profile: ContinuationProfile;
  pausedId: string;
  environmentId: string | null;
  results: readonly FunctionResult[];
  delivery: WebhookDelivery | null;
}>;

export type CreateOutcome =
  | { kind: 'created'; interaction: Interaction }
  | { kind: 'rate_limited'; retryAfterMs: number } // nothing was started
  | { kind: 'refused'; status: number; message: string } // nothing was started
  | { kind: 'missing'; message: string } // the interaction to continue is not stored any more
  | { kind: 'unclear'; message: string }; // the request may have arrived

export type ReadOutcome =
  | { kind: 'read'; interaction: Interaction }
  | { kind: 'missing' }
  | { kind: 'refused'; status: number; message: string } // the key, or the request: the same again would not help
  | { kind: 'unavailable'; message: string }; // worth another try

/** A call to Gemini that failed in a way which a person must know of. */
export class GeminiError extends Error {
  override readonly name = 'GeminiError';
}

const createTimeoutMs = 30_000; // reference: create answers a background request at once; half a minute is generous
const readTimeoutMs = 10_000;
const defaultRetryAfterMs = 15_000;
const longestRetryAfterMs = 10 * 60_000;

/** The seven events that Gemini lets one subscribe to (catalogue of September 2026). */
const subscribedEvents = [
  'batch.succeeded',
  'batch.failed',
  'batch.expired',
  'interaction.requires_action',
  'interaction.completed',
  'interaction.failed',
  'video.generated',
] as const;

/** The adapter on the official SDK, one client a process. */
export function connectGemini(options: { apiKey: string | null; baseUrl: string }): Gemini {
  const { apiKey } = options;
  // Without a key the SDK only warns and sends; the guards below keep such requests from leaving.
  const client = new GoogleGenAI({ apiKey: apiKey ?? 'not-configured', httpOptions: { baseUrl: options.baseUrl } });
  const once = { maxRetries: 0, timeout_ms: createTimeoutMs }; // a repeated POST could start a second branch
  const noKey = 'No Gemini API key is set. Set GEMINI_API_KEY and start again.';

  async function create(body: Record<string, unknown>): Promise<CreateOutcome> {
    if (apiKey === null) return { kind: 'refused', status: 401, message: noKey };
    try {
      const answer = await client.interactions.create(
        body as unknown as Interactions.CreateModelInteractionParamsNonStreaming,
        once,
      );
      return { kind: 'created', interaction: parseInteraction(answer) };
    } catch (error) {
      // An answer that calls itself something else than JSON may still say what was made.
      const made = interactionIn(error);
      return made === null ? createFailure(failureOf(error)) : { kind: 'created', interaction: made };
    }
  }

  return {
    configured: apiKey !== null,
    start: (profile, input, delivery) => create({ ...request(profile, delivery), input }),
    resume: ({ profile, pausedId, environmentId, results, delivery }) =>
      create({
        ...request(profile, delivery),
        previous_interaction_id: pausedId,
        // An agent goes on in the sandbox in which it stopped.
        ...(profile.agent_id && environmentId ? { environment: environmentId } : {}),
        // Gemini refuses a result without its name, though the types call it optional.
        input: results.map(({ callId, name, result }) => ({ type: 'function_result', call_id: callId, name, result })),
      }),
    async read(id) {
      if (apiKey === null) return { kind: 'refused', status: 401, message: noKey };
      try {
        return {
          kind: 'read',
          interaction: parseInteraction(
            await client.interactions.get(id, {}, { timeout_ms: readTimeoutMs, maxRetries: 1 }),
          ),
        };
      } catch (error) {
        const failure = failureOf(error);
        if (failure.status === 404) return { kind: 'missing' };
        if (failure.status !== null && failure.status < 500 && failure.status !== 429 && failure.status !== 408) {
          return { kind: 'refused', status: failure.status, message: failure.message };
        }
        return { kind: 'unavailable', message: failure.message };
      }
    },
    webhooks: {
      create: (uri) =>
        explained(async () => {
          const made = webhookWire.parse(
            await client.webhooks.create({ uri, subscribed_events: [...subscribedEvents], name: 'Countersign' }, once),
          );
          if (!made.new_signing_secret)
            throw new GeminiError('Gemini made the webhook but sent no signing secret. Delete it there and try again.');
          return { id: made.id, secret: made.new_signing_secret };
        }),
      async read(id) {
        try {
          const found = webhookWire.parse(
            await client.webhooks.get(id, {}, { timeout_ms: readTimeoutMs, maxRetries: 1 }),
          );
          return { state: found.state ?? 'unknown', uri: found.uri ?? '' };
        } catch (error) {
          const failure = failureOf(error);
          if (failure.status === 404) return null;
          throw new GeminiError(failure.message, { cause: error });
        }
      },
      enable: (id) => explained(async () => void (await client.webhooks.update(id, { state: 'enabled' }, once))),
      ping: (id) => explained(async () => void (await client.webhooks.ping(id, {}, once))),
      rotate: (id) =>
        explained(async () =>
          z
            .looseObject({ secret: z.string() })
            .parse(
              await client.webhooks.rotateSigningSecret(
                id,
                { revocation_behavior: 'revoke_previous_secrets_after_h24' },
                once,
              ),
            ),
        ),
    },
  };
}

// Gemini inherits none of this when an interaction is continued, so every request carries all of it.
function request(profile: ContinuationProfile, delivery: WebhookDelivery | null): Record<string, unknown> {
  return {
    ...(profile.model ? { model: profile.model } : { agent: profile.agent_id }),
    ...(profile.tools.length > 0 ? { tools: profile.tools } : {}),
    ...(profile.system_instruction ? { system_instruction: profile.system_instruction } : {}),
    ...(profile.generation_config ? { generation_config: profile.generation_config } : {}),
    ...(profile.agent_config ? { agent_config: profile.agent_config } : {}),
    ...(profile.environment ? { environment: profile.environment } : {}),
    ...(delivery ? { webhook_config: { uris: [delivery.uri], user_metadata: delivery.metadata } } : {}),
    background: true,
    store: true,
  };
}

const webhookWire = z.looseObject({
  id: z.string().min(1),
  uri: z.string().optional(),
  state: z.string().optional(),
  new_signing_secret: z.string().optional(),
});

type Failure = Readonly<{ status: number | null; message: string; retryAfterMs: number | null }>;

const sdkError = z.looseObject({
  name: z.string().optional(),
  message: z.string().optional(),
  status: z.number().optional(),
  body: z.unknown(),
});

// The SDK's error classes are not exported and share no base: their fields are all there is to go by.
function failureOf(error: unknown): Failure {
  const read = sdkError.safeParse(
    error instanceof Error ? { ...error, name: error.name, message: error.message } : error,
  );
  if (!read.success) return { status: null, message: 'Gemini could not be reached.', retryAfterMs: null };
  const { status, body, name } = read.data;
  const headers =
    error instanceof Error && 'headers' in error && error.headers instanceof Headers ? error.headers : null;
  return {
    status: status ?? null,
    message: messageIn(body) ?? ownWords(status ?? null, name ?? '', error),
    retryAfterMs: retryAfter(headers),
  };
}

// The SDK's own words are of fetch and of content types: nothing that helps whoever reads them.
function ownWords(status: number | null, name: string, error: unknown): string {
  if (status !== null && status >= 300) return 'it did not say why.';
  if (/timeout|abort/i.test(name)) return 'it took too long.';
  if (!/connection|fetch|TypeError/i.test(name)) return 'what it said could not be read.';
  const code = systemCode(error);
  return `the connection could not be made, or broke${code === null ? '' : ` (${code})`}.`;
}

/** Node's name of what is wrong with the network, such as ECONNREFUSED, from however deep it lies. */
function systemCode(error: unknown): string | null {
  const read = z
    .looseObject({ code: z.string().optional(), cause: z.unknown() })
    .safeParse(error instanceof Error ? { ...error, cause: error.cause } : error);
  if (!read.success) return null;
  const { code, cause } = read.data;
  return code !== undefined && /^[A-Z_]{3,40}$/.test(code) ? code : cause === undefined ? null : systemCode(cause);
}

function interactionIn(error: unknown): Interaction | null {
  const read = sdkError.safeParse(error instanceof Error ? { ...error } : error);
  if (!read.success || read.data.status === undefined || read.data.status >= 300) return null;
  const { body } = read.data;
  try {
    return parseInteraction(typeof body === 'string' ? safeJson(body) : body);
  } catch {
    return null;
  }
}

// Three forms are in use: {error:{message,code}}, Google's {error:{code,message,status}}, and that wrapped in an array.
function messageIn(body: unknown): string | null {
  const parsed = typeof body === 'string' ? safeJson(body) : body;
  const first = Array.isArray(parsed) ? parsed[0] : parsed;
  const read = z.looseObject({ error: z.looseObject({ message: z.string() }) }).safeParse(first);
  return read.success ? read.data.error.message.slice(0, 2000) : null;
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function retryAfter(headers: Headers | null): number | null {
  const seconds = Number(headers?.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds * 1000, longestRetryAfterMs) : null;
}

function createFailure({ status, message, retryAfterMs }: Failure): CreateOutcome {
  if (status === 429) return { kind: 'rate_limited', retryAfterMs: retryAfterMs ?? defaultRetryAfterMs };
  if (status === 404) return { kind: 'missing', message };
  // 501 is a refusal that Gemini words as a server error; every other 5xx, 408 and 409 leave open what happened.
  if (status === 501 || (status !== null && status >= 400 && status < 500 && status !== 408 && status !== 409)) {
    return { kind: 'refused', status, message };
  }
  return {
    kind: 'unclear',
    message: status === null ? `No answer from Gemini: ${message}` : `Gemini answered ${status}: ${message}`,
  };
}

async function explained<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof GeminiError) throw error;
    throw new GeminiError(failureOf(error).message, { cause: error });
  }
}
