import { z } from 'zod';
import { exportTypes } from '@/lib/audit/export';
import { isJsonObject, type Json, type JsonObject } from '@/lib/domain/json';
import type { KeyScope } from '@/lib/people/keys';
import * as schemas from './schemas';

/** One address and method of the API. */
export type Operation = Readonly<{
  method: 'get' | 'post' | 'delete';
  path: string;
  id: string;
  summary: string;
  description?: string;
  scopes: readonly KeyScope[]; // any of them; none: public
  query?: z.ZodObject;
  headers?: readonly JsonObject[];
  body?: Readonly<{ schema: keyof typeof requests; example: JsonObject }>;
  answers: Readonly<Record<number, Answer>>;
  problems: Readonly<Partial<Record<number, string>>>;
}>;

type Answer = Readonly<{
  description: string;
  schema?: keyof typeof answers;
  example?: Json;
  types?: readonly string[];
}>;

const requests = {
  StartRun: schemas.startRunBody,
  RegisterRun: schemas.registerRunBody,
  CastVote: schemas.voteBody,
  RecordResult: schemas.resultBody,
  ExtendDeadline: schemas.extendBody,
  SettleResume: schemas.settleResumeBody,
  ClaimApproval: schemas.claimBody,
  AddComment: schemas.commentBody,
} as const;

const answers = {
  StartedRun: schemas.startedRun,
  Run: schemas.runAnswer,
  RunPage: schemas.runPage,
  RunSummary: schemas.runSummary,
  Interaction: schemas.interactionAnswer,
  Approval: schemas.approvalAnswer,
  ApprovalPage: schemas.approvalPage,
  ReceiptFile: schemas.receiptFile,
  Vote: schemas.voteAnswer,
  Decision: schemas.decision,
  Resume: schemas.resume,
  ClaimedApproval: schemas.claimAnswer,
  CommentPage: schemas.commentPage,
  SettledResume: schemas.settledResume,
  AuditEntry: schemas.auditEntry,
  AuditPage: schemas.auditPage,
  Problem: schemas.problemDocument,
} as const;

const refundTool = {
  type: 'function',
  name: 'issue_refund',
  description: 'Refunds an order.',
  parameters: {
    type: 'object',
    properties: { order_id: { type: 'string' }, amount: { type: 'number' } },
    required: ['order_id', 'amount'],
  },
};
const startedExample = { id: 'run_01k0000000000000000000000a', interaction_id: 'v1_abc', status: 'running' };
const hashExample = 'b3a8e0e1f9ab1bfe3a36f231f676f78bb30a519d2b21e6c530c0eee8ebb4a5d0';

const unauthenticated = 'No key, or one that is unknown, revoked, expired, or of a deactivated person.';
const lacking = 'The key lacks the scope, or its person’s role does not allow it.';
const badBody = 'The body is not JSON, or not UTF-8.';
const tooLarge = 'The body has more than 1 MiB.';
const badInput = 'A field is wrong or not known; `errors` names each.';
const common = { 401: unauthenticated, 403: lacking };
const withBody = { ...common, 400: badBody, 413: tooLarge, 422: badInput };

/** Every route of the API; a test holds this to the folders of `app/api/v1`. */
export const operations: readonly Operation[] = [
  {
    method: 'post',
    path: '/api/v1/runs',
    id: 'startRun',
    summary: 'Start a run',
    description:
      'Starts an interaction at Gemini, in the background, and keeps what Gemini does not inherit when it is resumed. Name an `agent` that is set up here, or give a `model` or `agent_id` with its tools.',
    scopes: ['runs'],
    headers: [
      {
        name: 'Idempotency-Key',
        in: 'header',
        required: false,
        description:
          'The same again from the same API key answers with the same run and starts nothing. It is free again when Gemini refused the start.',
        schema: { type: 'string', minLength: 1, maxLength: 255 },
      },
    ],
    body: {
      schema: 'StartRun',
      example: {
        model: 'gemini-3.8-flash',
        input: 'Refund order 1042, it never arrived.',
        tools: [refundTool],
        requester: 'ada@example.com',
        metadata: { ticket: 'T-1042' },
      },
    },
    answers: {
      201: { description: 'The run, or what is known of it.', schema: 'StartedRun', example: startedExample },
    },
    problems: {
      ...withBody,
      429: 'Gemini asks to wait; see Retry-After. Nothing was started.',
      502: 'Gemini refused. Nothing was started.',
    },
  },
  {
    method: 'post',
    path: '/api/v1/runs/register',
    id: 'registerRun',
    summary: 'Register a run that was started elsewhere',
    scopes: ['runs'],
    body: {
      schema: 'RegisterRun',
      example: {
        interaction_id: 'v1_abc',
        model: 'gemini-3.8-flash',
        tools: [refundTool],
        requester: 'ada@example.com',
      },
    },
    answers: {
      200: { description: 'It was registered before.', schema: 'StartedRun', example: startedExample },
      201: { description: 'Registered.', schema: 'StartedRun', example: startedExample },
    },
    problems: { ...withBody, 502: 'Gemini could not be read.' },
  },
  {
    method: 'get',
    path: '/api/v1/runs',
    id: 'listRuns',
    summary: 'List runs, newest first',
    scopes: ['runs', 'approvals'],
    query: schemas.runsQuery,
    answers: { 200: { description: 'A page of runs.', schema: 'RunPage' } },
    problems: { ...common, 422: badInput },
  },
  {
    method: 'get',
    path: '/api/v1/runs/{id}',
    id: 'readRun',
    summary: 'Read a run with its interactions and approvals',
    scopes: ['runs', 'approvals'],
    answers: { 200: { description: 'The run.', schema: 'Run' } },
    problems: { ...common, 404: 'There is no such run.' },
  },
  {
    method: 'get',
    path: '/api/v1/approvals',
    id: 'listApprovals',
    summary: 'List approvals, newest first',
    scopes: ['approvals'],
    query: schemas.approvalsQuery,
    answers: { 200: { description: 'A page of approvals.', schema: 'ApprovalPage' } },
    problems: { ...common, 422: badInput },
  },
  {
    method: 'get',
    path: '/api/v1/approvals/{id}',
    id: 'readApproval',
    summary: 'Read an approval',
    scopes: ['approvals'],
    answers: { 200: { description: 'The approval.', schema: 'Approval' } },
    problems: { ...common, 404: 'There is no such approval.' },
  },
  {
    method: 'get',
    path: '/api/v1/approvals/{id}/receipt',
    id: 'readReceipt',
    summary: 'Read the signed receipt of a decision',
    description:
      'A file that verifies with nothing but the keys at /.well-known/jwks.json: the receipt (JWS), the entry of the history that holds its hash, and the proof that a signed checkpoint covers the entry. It is there once the decision cannot be taken back.',
    scopes: ['approvals'],
    answers: { 200: { description: 'The receipt file.', schema: 'ReceiptFile' } },
    problems: {
      ...common,
      404: 'There is no such approval.',
      409: 'Nothing is decided, or the decision can still be taken back.',
      503: 'The receipt is not in the log yet. Ask again in a few seconds.',
    },
  },
  {
    method: 'post',
    path: '/api/v1/approvals/{id}/votes',
    id: 'castVote',
    summary: 'Vote on an approval',
    description:
      'Counts as the vote of the person whom the key belongs to, and takes effect at once: there is no undo here. The same vote again changes nothing and answers the same.',
    scopes: ['votes'],
    body: {
      schema: 'CastVote',
      example: { verdict: 'reject', call_hash: hashExample, reason: 'Over the limit.', next: 'ask' },
    },
    answers: { 200: { description: 'The approval with the vote in it.', schema: 'Approval' } },
    problems: {
      ...withBody,
      403: 'The key lacks the scope, belongs to no person, or its person may not vote on this approval.',
      404: 'There is no such approval.',
      409: 'Already decided (`decision` says who, what and when), voted otherwise before, or the hash differs. The vote was not recorded.',
      410: 'The deadline is past. The vote was not recorded.',
    },
  },
  {
    method: 'post',
    path: '/api/v1/approvals/{id}/extend',
    id: 'extendDeadline',
    summary: 'Give people more time to decide',
    description:
      'For the people who may vote on it, and for admins. Never past what the run and Gemini’s retention allow; steps of the escalation keep their times.',
    scopes: ['votes'],
    body: {
      schema: 'ExtendDeadline',
      example: { until: '2026-11-25T18:00:00Z', reason: 'Finance is in a meeting until five.' },
    },
    answers: { 200: { description: 'The approval with its new deadline.', schema: 'Approval' } },
    problems: {
      ...withBody,
      404: 'There is no such approval.',
      409: 'It is decided, or its deadline is as late already. Nothing was changed.',
      410: 'The deadline is past. Nothing was changed.',
      422: 'A field is wrong, or the instant is later than the run and Gemini allow: `errors` says how late it may be.',
    },
  },
  {
    method: 'post',
    path: '/api/v1/approvals/{id}/claim',
    id: 'claimApproval',
    summary: 'Say who is on an approval',
    description:
      'Takes it for the person whom the key belongs to, or gives it to another who may vote on it. It lapses by itself, and everybody who may vote still can.',
    scopes: ['votes'],
    body: { schema: 'ClaimApproval', example: { over: 'usr_01k0000000000000000000000a' } },
    answers: { 200: { description: 'Who is on it.', schema: 'ClaimedApproval' } },
    problems: {
      ...withBody,
      404: 'There is no such approval, or no such person.',
      409: 'Somebody else is on it, the person may not vote on it, or it is closed.',
    },
  },
  {
    method: 'delete',
    path: '/api/v1/approvals/{id}/claim',
    id: 'releaseClaim',
    summary: 'Let an approval go',
    scopes: ['votes'],
    answers: { 200: { description: 'Nobody is on it.', schema: 'ClaimedApproval' } },
    problems: { ...common, 404: 'There is no such approval.', 409: 'The key’s person is not on it.' },
  },
  {
    method: 'get',
    path: '/api/v1/approvals/{id}/comments',
    id: 'listComments',
    summary: 'Read what people said about an approval, oldest first',
    scopes: ['approvals'],
    answers: { 200: { description: 'The comments.', schema: 'CommentPage' } },
    problems: { ...common, 404: 'There is no such approval.' },
  },
  {
    method: 'post',
    path: '/api/v1/approvals/{id}/comments',
    id: 'addComment',
    summary: 'Comment on an approval',
    description: 'Is the comment of the person whom the key belongs to. Whatever it says, it is no vote.',
    scopes: ['votes'],
    body: { schema: 'AddComment', example: { text: 'The customer called again this morning.' } },
    answers: { 201: { description: 'All comments, with this one.', schema: 'CommentPage' } },
    problems: { ...withBody, 404: 'There is no such approval.', 409: 'It has as many comments as it takes.' },
  },
  {
    method: 'post',
    path: '/api/v1/approvals/{id}/result',
    id: 'recordResult',
    summary: 'Record what came of an approved call that a person carried out',
    scopes: ['votes'],
    body: { schema: 'RecordResult', example: { result: { refund_id: 're_1', status: 'done' } } },
    answers: { 200: { description: 'The approval with its outcome.', schema: 'Approval' } },
    problems: {
      ...withBody,
      404: 'There is no such approval.',
      409: 'No result is awaited, or it is recorded already.',
    },
  },
  {
    method: 'post',
    path: '/api/v1/interactions/{id}/resume',
    id: 'settleResume',
    summary: 'Settle a resume that is unclear or was refused',
    description:
      'For admins. The id is Gemini’s. `send_again` may make a second branch if the first request did arrive; `close` leaves the agent waiting if it did not.',
    scopes: ['votes'],
    body: { schema: 'SettleResume', example: { action: 'close', reason: 'The agent was restarted by hand.' } },
    answers: { 200: { description: 'Settled.', schema: 'SettledResume' } },
    problems: {
      ...withBody,
      404: 'There is no such paused interaction.',
      409: 'The resume is not open to be settled.',
    },
  },
  {
    method: 'get',
    path: '/api/v1/audit',
    id: 'listAudit',
    summary: 'Read the audit history, newest first',
    scopes: ['audit'],
    query: schemas.auditQuery,
    answers: { 200: { description: 'A page of history.', schema: 'AuditPage' } },
    problems: { ...common, 422: badInput },
  },
  {
    method: 'get',
    path: '/api/v1/audit/export',
    id: 'exportAudit',
    summary: 'Export the audit history, oldest first',
    description:
      'A stream of any length that verifies with nothing but the keys at /.well-known/jwks.json. `X-Total-Count` says how many entries will come. Its beginning and its end are recorded. A file without its last line, the manifest, broke off: keep it up to its last cursor and append what `cursor` gives.',
    scopes: ['audit'],
    query: schemas.auditExportQuery,
    answers: {
      200: {
        description:
          'One entry a line. What the filters leave out stands as hashes, so that the log can be rebuilt. In a CSV, cells that a spreadsheet would run begin with an apostrophe.',
        types: [...new Set(Object.values(exportTypes))],
      },
    },
    problems: { ...common, 422: badInput },
  },
  {
    method: 'get',
    path: '/api/v1/openapi.json',
    id: 'readOpenApi',
    summary: 'This document',
    scopes: [],
    answers: { 200: { description: 'OpenAPI 3.1.' } },
    problems: {},
  },
];

/** The OpenAPI 3.1 document, made of the schemas that parse requests and type answers. */
export function openApiDocument(serverUrl: string): JsonObject {
  const paths: Record<string, Record<string, JsonObject>> = {};
  for (const operation of operations) {
    paths[operation.path] = { ...paths[operation.path], [operation.method]: operationObject(operation) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Countersign',
      version: '1',
      description:
        'Human approval for AI agents on the Gemini Interactions API. Bodies have up to 1 MiB; every error is a problem document (RFC 9457).',
    },
    servers: [{ url: serverUrl }],
    security: [{ key: [] }],
    paths,
    components: {
      securitySchemes: {
        key: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'csk_…',
          description: 'An API key with scopes, made under Keys.',
        },
      },
      schemas: { ...componentsOf(requests, 'input'), ...componentsOf(answers, 'output') },
    },
  };
}

function operationObject(operation: Operation): JsonObject {
  const { id, summary, description, scopes, query, headers, body, path } = operation;
  const parameters = [
    ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
      name,
      in: 'path',
      required: true,
      schema: { type: 'string' },
    })),
    ...(query ? queryParameters(query) : []),
    ...(headers ?? []),
  ];
  return {
    operationId: id,
    summary,
    ...(description || scopes.length > 0
      ? { description: [description, scopeSentence(scopes)].filter(Boolean).join('\n\n') }
      : {}),
    ...(scopes.length === 0 ? { security: [] } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body
      ? {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: reference(body.schema), example: body.example } },
          },
        }
      : {}),
    responses: {
      ...Object.fromEntries(
        Object.entries(operation.answers).map(([status, answer]) => [status, answerObject(answer)]),
      ),
      ...Object.fromEntries(
        Object.entries(operation.problems).map(([status, text = '']) => [status, problemObject(Number(status), text)]),
      ),
    },
  };
}

function answerObject({ description, schema, example, types }: Answer): JsonObject {
  if (types)
    return { description, content: Object.fromEntries(types.map((type) => [type, { schema: { type: 'string' } }])) };
  const content = {
    schema: schema ? reference(schema) : { type: 'object' },
    ...(example === undefined ? {} : { example }),
  };
  return { description, content: { 'application/json': content } };
}

function problemObject(status: number, description: string): JsonObject {
  const header = status === 401 ? 'WWW-Authenticate' : status === 429 ? 'Retry-After' : null;
  return {
    description,
    ...(header ? { headers: { [header]: { schema: { type: 'string' } } } } : {}),
    content: { 'application/problem+json': { schema: reference('Problem') } },
  };
}

function scopeSentence(scopes: readonly KeyScope[]): string {
  return scopes.length === 0 ? '' : `Scope: ${scopes.map((scope) => `\`${scope}\``).join(' or ')}.`;
}

function queryParameters(query: z.ZodObject): readonly JsonObject[] {
  const { properties } = cleaned(z.toJSONSchema(query, { io: 'input', unrepresentable: 'any' }) as Json) as JsonObject;
  if (!isJsonObject(properties)) return [];
  return Object.entries(properties as JsonObject).map(([name, schema]) => {
    const { description, ...rest } = schema as JsonObject;
    // Numbers are read from text, which makes their input anything; the document says what is meant.
    const plain = name === 'limit' ? { type: 'integer', minimum: 1, maximum: 200, default: 50 } : rest;
    return { name, in: 'query', required: false, ...(description ? { description } : {}), schema: plain };
  });
}

const componentsPath = '#/components/schemas/';
const reference = (name: string): JsonObject => ({ $ref: `${componentsPath}${name}` });

function componentsOf(named: Readonly<Record<string, z.ZodType>>, io: 'input' | 'output'): JsonObject {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(named)) registry.add(schema, { id });
  const { schemas: made } = z.toJSONSchema(registry, { io, uri: (id) => `${componentsPath}${id}` });
  return Object.fromEntries(
    Object.keys(named).map((name) => {
      const schema = cleaned(made[name] as Json) as JsonObject;
      // What we answer may grow: a client must not refuse a field that it does not know.
      return [name, io === 'output' ? open(schema) : schema];
    }),
  );
}

const notForReaders = ['$schema', '$id', 'propertyNames', '~standard'];

// Arbitrary JSON is `{}` to a reader, not a recursive schema; a date's pattern says nothing that its format does not.
function cleaned(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map((item: Json) => cleaned(item));
  if (!isJsonObject(schema)) return schema;
  const object = schema as JsonObject;
  if (typeof object.$ref === 'string' && !isOurs(object.$ref)) return {};
  return Object.fromEntries(
    Object.entries(object)
      .filter(([key]) => !notForReaders.includes(key) && key !== '$defs')
      .filter(([key]) => key !== 'pattern' || object.format !== 'date-time')
      .filter(([, value]) => typeof value !== 'number' || Math.abs(value) !== Number.MAX_SAFE_INTEGER)
      .map(([key, value]) => [key, cleaned(value)]),
  );
}

const isOurs = (target: string): boolean => target.startsWith(componentsPath) && !target.includes('__shared');

function open(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map((item: Json) => open(item));
  if (!isJsonObject(schema)) return schema;
  return Object.fromEntries(
    Object.entries(schema as JsonObject)
      .filter(([key, value]) => key !== 'additionalProperties' || value !== false)
      .map(([key, value]) => [key, open(value)]),
  );
}
