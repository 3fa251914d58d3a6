import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { AppError, type ErrorCode, httpStatus } from './errors';
import { log } from './log';

/**
 * The edge of every HTTP entrance. An `AppError` becomes an RFC 9457 problem document; everything else is a bug: it is
 * logged once with a request id, and the sender learns that id alone.
 */
export function route<Rest extends readonly unknown[]>(
  handler: (request: Request, ...rest: Rest) => Promise<Response>,
): (request: Request, ...rest: Rest) => Promise<Response> {
  return async (request, ...rest) => {
    try {
      return await handler(request, ...rest);
    } catch (error) {
      if (error instanceof AppError) return problemOf(error, request);
      if (error instanceof Error && 'digest' in error) throw error; // Next's own signals: redirect, notFound
      const requestId = randomUUID();
      const { method } = request;
      log.error({ err: error, requestId, method, path: new URL(request.url).pathname }, 'request.failed');
      return problem(request, 500, {
        type: `${problemTypes}internal`,
        title: 'Something went wrong here',
        detail: 'The request failed on our side. Try again; when it stays, tell your administrator the request id.',
        request_id: requestId,
      });
    }
  };
}

const verbs = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
type Verb = (typeof verbs)[number];

/**
 * The exports of a `route.ts`, with an answer for every method: `export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } =
 * methods({ GET: … })`. A method that is not given answers 405 with `Allow`; HEAD follows GET by itself.
 */
export function methods<Rest extends readonly unknown[]>(
  handlers: Partial<Record<Verb, (request: Request, ...rest: Rest) => Promise<Response>>>,
): Record<Verb | 'OPTIONS', (request: Request, ...rest: Rest) => Promise<Response>> {
  const allowed = verbs.filter((verb) => handlers[verb] !== undefined);
  const allow = [...allowed, ...(handlers.GET ? ['HEAD'] : []), 'OPTIONS'].join(', ');
  const refuse = async (request: Request, ..._rest: Rest) =>
    problem(
      request,
      405,
      {
        type: `${problemTypes}method_not_allowed`,
        title: 'Method not allowed',
        detail: `This address answers ${allow}.`,
      },
      { allow },
    );
  const of = (verb: Verb) => {
    const handler = handlers[verb];
    return handler ? route(handler) : refuse;
  };
  return {
    GET: of('GET'),
    POST: of('POST'),
    PUT: of('PUT'),
    PATCH: of('PATCH'),
    DELETE: of('DELETE'),
    OPTIONS: async () => new Response(null, { status: 204, headers: { allow } }),
  };
}

/** The body's exact bytes, at most `maxBytes` of them: more throws `too_large` as soon as it is known, whatever the headers say. */
export async function readBody(request: Request, { maxBytes }: { maxBytes: number }): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = () => new AppError('too_large', `The body may have up to ${maxBytes} bytes.`);
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge();
  if (request.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = request.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.byteLength;
    if (length > maxBytes) {
      // The sender is not waited for: whether it hears of the cancellation does not change the answer.
      reader.cancel().catch(() => undefined);
      throw tooLarge();
    }
    chunks.push(value);
  }
  const body = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    body.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return body;
}

/**
 * The body as JSON. Throws `invalid_json` for what is not UTF-8 or not JSON, and `invalid_input` for what PostgreSQL or a
 * canonical form cannot hold: NUL characters, lone surrogates, `__proto__` as a name, nesting beyond 100 levels, and
 * whole numbers that would silently become others.
 */
export async function readJson(request: Request, { maxBytes }: { maxBytes: number }): Promise<unknown> {
  const body = await readBody(request, { maxBytes });
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    value = JSON.parse(text);
  } catch (error) {
    throw new AppError(
      'invalid_json',
      body.byteLength === 0
        ? 'The body is empty; send a JSON object.'
        : `The body is not ${error instanceof SyntaxError ? 'valid JSON' : 'valid UTF-8'}.`,
    );
  }
  const found = unstorable(value) ?? inexactNumber(text);
  if (found !== null) throw invalidInput([found]);
  return value;
}

/** One thing wrong with an input: where, as a JSON Pointer, and what. */
export type InputProblem = Readonly<{ path: string; message: string }>;

/** What came from outside, as its schema says. Throws `invalid_input` with one entry for each thing wrong. */
export function parseInput<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalidInput(parsed.error.issues.flatMap((issue) => inputProblems(issue)));
}

/** The error for an input with these problems. */
export function invalidInput(errors: readonly InputProblem[], detail?: string): AppError {
  const [first] = errors;
  const where = first ? `${first.path === '' ? '' : `${first.path}: `}${first.message}` : '';
  return new AppError('invalid_input', detail ?? `The request is not valid. ${where}`.trim(), { errors });
}

/** A JSON Pointer (RFC 6901) to a place in the request. */
export function pointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** A problem document (RFC 9457). */
export function problem(
  request: Request,
  status: number,
  members: Readonly<Record<string, unknown>> & { type: string; title: string; detail: string },
  headers: Readonly<Record<string, string>> = {},
): Response {
  const { type, title, detail, ...further } = members;
  const own = { type, title, status, detail, instance: new URL(request.url).pathname };
  const document = { ...own, ...further, ...own };
  return new Response(JSON.stringify(document), {
    status,
    headers: { ...headers, 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
  });
}

/** What the type of every problem of ours begins with; the rest is its code. */
export const problemTypes = 'urn:countersign:problem:';

const titles: Record<ErrorCode, string> = {
  invalid_json: 'Malformed JSON',
  unauthenticated: 'Not authenticated',
  forbidden: 'Not allowed',
  not_found: 'Not found',
  conflict: 'Conflict',
  gone: 'Too late',
  too_large: 'Too large',
  invalid_input: 'Invalid input',
  rate_limited: 'Too many requests',
  upstream_failed: 'Gemini failed',
  unavailable: 'Not available',
};

function problemOf(error: AppError, request: Request): Response {
  const wait = error.details.retry_after_seconds;
  const headers: Record<string, string> = {
    ...(error.code === 'unauthenticated' ? { 'www-authenticate': 'Bearer realm="Countersign"' } : {}),
    ...(typeof wait === 'number' ? { 'retry-after': String(Math.ceil(wait)) } : {}),
  };
  return problem(
    request,
    httpStatus[error.code],
    {
      ...error.details,
      type: `${problemTypes}${error.code}`,
      title: titles[error.code],
      detail: error.message,
    },
    headers,
  );
}

function inputProblems(issue: z.core.$ZodIssue, above: readonly PropertyKey[] = []): readonly InputProblem[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: pointer([...path, key]), message: 'This field is not known here.' }));
  }
  // Of a union, the branch that got furthest says most about what was meant.
  const branches = issue.code === 'invalid_union' ? [...issue.errors] : [];
  const [closest] = branches.sort((one, other) => deepest(other) - deepest(one));
  if (closest && deepest(closest) > 0) return closest.flatMap((nested) => inputProblems(nested, path));
  return [{ path: pointer(path), message: issue.message }];
}

const deepest = (issues: readonly z.core.$ZodIssue[]): number =>
  Math.max(0, ...issues.map((issue) => issue.path.length));

const deepestNesting = 100; // far beyond any tool's schema; JSON.stringify would overflow the stack at some thousands

// Iterative: a body of a million brackets must not overflow the stack here either.
function unstorable(value: unknown): InputProblem | null {
  const open: { value: unknown; path: readonly PropertyKey[] }[] = [{ value: [value], path: [] }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value: found, path } = next;
    if (typeof found !== 'object' || found === null) continue;
    if (path.length > deepestNesting) return { path: '', message: `Nested deeper than ${deepestNesting} levels.` };
    for (const [key, member] of Object.entries(found)) {
      const wrongName = key === '__proto__' ? 'This name cannot be used.' : wrongText(key);
      if (wrongName) return { path: pointer(path.slice(1)), message: `A field’s name: ${wrongName}` };
      const wrong = typeof member === 'string' ? wrongText(member) : null;
      if (wrong) return { path: pointer([...path, key].slice(1)), message: wrong };
      if (typeof member === 'object') open.push({ value: member, path: [...path, key] });
    }
  }
  return null;
}

// ECMAScript hands a reviver the number as written; TypeScript does not know it yet.
const parseWithSource = JSON.parse as (
  text: string,
  reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
) => unknown;

// An account number of 20 digits must not be approved as another one.
function inexactNumber(text: string): InputProblem | null {
  if (!/\d{16}/.test(text)) return null;
  let found: string | null = null;
  parseWithSource(text, (_key, value, { source }) => {
    if (typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(source ?? ''))
      found = source ?? null;
    return value;
  });
  return found === null
    ? null
    : {
        path: '',
        message: `The number ${String(found).slice(0, 40)} is too large to be kept exactly; send it as text.`,
      };
}

/** What keeps a text from being stored, or null. */
export function wrongText(text: string): string | null {
  if (text.includes('\0')) return 'NUL characters cannot be stored.';
  return text.isWellFormed() ? null : 'The text has half a surrogate pair, so it is not Unicode.';
}
