import { invalidRequest } from './api-errors';
import {
  type ApiAnswer,
  type CreateRequest,
  type Environment,
  type FunctionTool,
  isObject,
  type Json,
  type JsonObject,
  type Step,
  type WebhookConfig,
} from './wire';

/**
 * Reads the body of a create request and refuses what is wrong by itself: unknown keys (named), wrong types, the removed
 * schema, and combinations that never work. What depends on the previous interaction is checked elsewhere.
 */
export function parseCreate(body: unknown): CreateRequest | ApiAnswer {
  if (!isObject(body)) return invalidRequest('Invalid JSON payload received. The body must be an object.');
  return (
    unknownKey(body) ??
    wrongType(body) ??
    removedSchema(body) ??
    badTarget(body) ??
    badWebhookConfig(body) ??
    badStore(body) ??
    badTools(body) ??
    readRequest(body)
  );
}

export function isRefusal(value: CreateRequest | ApiAnswer): value is ApiAnswer {
  return 'status' in value;
}

const STRING_KEYS = [
  'model',
  'agent',
  'previous_interaction_id',
  'system_instruction',
  'continuation_token',
  'response_mime_type',
  'service_tier',
  'cached_content',
];
const BOOLEAN_KEYS = ['background', 'store', 'stream'];
const OBJECT_KEYS = ['agent_config', 'generation_config', 'webhook_config'];
// `labels` and `safety_settings` are typed by the SDK, but only the enterprise platform takes them.
const KNOWN_KEYS = new Set([
  ...STRING_KEYS,
  ...BOOLEAN_KEYS,
  ...OBJECT_KEYS,
  'input',
  'tools',
  'environment',
  'response_format',
  'response_modalities',
]);
const GENERATION_KEYS = new Set([
  'temperature',
  'top_p',
  'seed',
  'stop_sequences',
  'max_output_tokens',
  'thinking_level',
  'thinking_summaries',
  'tool_choice',
  'image_config',
  'speech_config',
  'video_config',
  'transcription_config',
]);
const WEBHOOK_KEYS = new Set(['uris', 'user_metadata']);
const FUNCTION_TOOL_KEYS = new Set(['type', 'name', 'description', 'parameters']);
const TOOL_TYPES = new Set([
  'function',
  'code_execution',
  'google_search',
  'google_maps',
  'url_context',
  'file_search',
  'computer_use',
  'mcp_server',
  'retrieval',
]);
const CONTENT_TYPES = new Set(['text', 'image', 'audio', 'video', 'document']);
const STEP_TYPE = /^(user_input|thought|model_output|tool_call|[a-z_]+_(call|result))$/;

function unknownKey(body: JsonObject): ApiAnswer | null {
  const places: [string, Json | undefined, Set<string>][] = [
    ['', body, KNOWN_KEYS],
    ['generation_config.', body.generation_config, GENERATION_KEYS],
    ['webhook_config.', body.webhook_config, WEBHOOK_KEYS],
  ];
  for (const [prefix, value, known] of places) {
    if (!isObject(value)) continue;
    for (const key of Object.keys(value)) {
      if (known.has(key) || (prefix === '' && key === 'outputs')) continue; // the removed schema has its own answer
      return invalidRequest(`Invalid JSON payload received. Unknown name "${prefix}${key}": Cannot find field.`);
    }
  }
  return null;
}

function wrongType(body: JsonObject): ApiAnswer | null {
  const groups: [readonly string[], string, (value: Json) => boolean][] = [
    [STRING_KEYS, 'string', (value) => typeof value === 'string' && value !== ''],
    [BOOLEAN_KEYS, 'boolean', (value) => typeof value === 'boolean'],
    [OBJECT_KEYS, 'object', isObject],
  ];
  for (const [keys, type, fits] of groups) {
    for (const key of keys) {
      const value = body[key];
      if (value !== undefined && !fits(value)) return invalidRequest(`Invalid value at "${key}": expected a ${type}.`);
    }
  }
  return null;
}

/** Before June 2026 a request carried turns with roles, and answers carried `outputs`. */
function removedSchema(body: JsonObject): ApiAnswer | null {
  const items = Array.isArray(body.input) ? body.input : [body.input];
  const hasRole = items.some((item) => isObject(item) && 'role' in item);
  if (!hasRole && !('outputs' in body)) return null;
  return invalidRequest('The legacy Interactions API schema is no longer supported.');
}

function badTarget(body: JsonObject): ApiAnswer | null {
  const hasModel = body.model !== undefined;
  const hasAgent = body.agent !== undefined;
  if (hasModel === hasAgent) return invalidRequest('Exactly one of "model" and "agent" must be set.');
  if (hasAgent && body.generation_config !== undefined)
    return invalidRequest('"generation_config" can only be used with "model".');
  if (hasModel && body.agent_config !== undefined)
    return invalidRequest('"agent_config" can only be used with "agent".');
  return null;
}

function badWebhookConfig(body: JsonObject): ApiAnswer | null {
  const config = body.webhook_config;
  if (!isObject(config)) return null;
  if (body.background !== true) return invalidRequest('"webhook_config" requires "background" to be true.');
  const { uris, user_metadata: metadata } = config;
  const goodUris =
    uris === undefined || (Array.isArray(uris) && uris.every((uri) => typeof uri === 'string' && isHttpUrl(uri)));
  if (!goodUris) return invalidRequest('Invalid value at "webhook_config.uris": expected a list of URLs.');
  if (metadata !== undefined && !isObject(metadata))
    return invalidRequest('Invalid value at "webhook_config.user_metadata": expected an object.');
  return null;
}

function badStore(body: JsonObject): ApiAnswer | null {
  if (body.store !== false) return null;
  if (body.background === true) return invalidRequest('"store" cannot be false when "background" is true.');
  if (body.previous_interaction_id !== undefined)
    return invalidRequest('"store" cannot be false when "previous_interaction_id" is set.');
  return null;
}

function badTools(body: JsonObject): ApiAnswer | null {
  const { tools } = body;
  if (tools === undefined) return null;
  if (!Array.isArray(tools)) return invalidRequest('Invalid value at "tools": expected a list.');
  const names = new Set<string>();
  for (const [index, tool] of tools.entries()) {
    if (!isObject(tool) || typeof tool.type !== 'string' || !TOOL_TYPES.has(tool.type))
      return invalidRequest(`Invalid value at "tools[${index}].type".`);
    if (tool.type !== 'function') continue;
    for (const key of Object.keys(tool))
      if (!FUNCTION_TOOL_KEYS.has(key))
        return invalidRequest(
          `Invalid JSON payload received. Unknown name "tools[${index}].${key}": Cannot find field.`,
        );
    if (typeof tool.name !== 'string' || tool.name === '') return invalidRequest(`"tools[${index}].name" is required.`);
    if (tool.parameters !== undefined && !isObject(tool.parameters))
      return invalidRequest(`Invalid value at "tools[${index}].parameters": expected an object.`);
    if (names.has(tool.name)) return invalidRequest(`Duplicate function declaration "${tool.name}".`);
    names.add(tool.name);
  }
  return null;
}

function readRequest(body: JsonObject): CreateRequest | ApiAnswer {
  const input = readInput(body.input);
  if (input === null)
    return invalidRequest(body.input === undefined ? '"input" is required.' : 'Invalid input received.');
  const environment = readEnvironment(body.environment);
  if (environment === undefined) return invalidRequest('Invalid value at "environment".');
  return {
    model: text(body.model),
    agent: text(body.agent),
    input,
    previousId: text(body.previous_interaction_id),
    tools: Array.isArray(body.tools) ? body.tools.flatMap(readFunctionTool) : [],
    background: body.background === true,
    stream: body.stream === true,
    store: body.store !== false,
    webhookConfig: readWebhookConfig(body.webhook_config),
    environment,
    body,
  };
}

function readInput(input: Json | undefined): Step[] | null {
  if (typeof input === 'string') return [{ type: 'user_input', content: [{ type: 'text', text: input }] }];
  const items = Array.isArray(input) ? input : input === undefined ? [] : [input];
  if (items.length === 0) return null;
  const typed: Step[] = [];
  for (const item of items) {
    if (!isObject(item) || typeof item.type !== 'string') return null;
    typed.push({ ...item, type: item.type });
  }
  if (typed.every(({ type }) => CONTENT_TYPES.has(type))) return [{ type: 'user_input', content: typed }];
  return typed.every(({ type }) => STEP_TYPE.test(type)) ? typed : null;
}

function readEnvironment(value: Json | undefined): Environment | null | undefined {
  if (value === undefined) return null;
  if (typeof value === 'string' && value !== '') return { environmentId: value === 'remote' ? null : value };
  if (!isObject(value) || value.type !== 'remote') return undefined;
  return { environmentId: text(value.environment_id) };
}

function readFunctionTool(tool: Json): FunctionTool[] {
  if (!isObject(tool) || tool.type !== 'function' || typeof tool.name !== 'string') return [];
  const parameters = isObject(tool.parameters) ? tool.parameters : { type: 'object' };
  return [{ name: tool.name, description: text(tool.description) ?? '', parameters }];
}

function readWebhookConfig(value: Json | undefined): WebhookConfig | null {
  if (!isObject(value)) return null;
  const uris = Array.isArray(value.uris) ? value.uris.filter((uri) => typeof uri === 'string') : [];
  return { uris, userMetadata: isObject(value.user_metadata) ? value.user_metadata : null, raw: value };
}

function isHttpUrl(value: string): boolean {
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}

function text(value: Json | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
