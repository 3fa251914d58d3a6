import { isObject, type Json, type JsonObject } from '../gemini/wire';

/** An answer of `ok: false`. Thrown inside a method, caught by the server. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly error: string;
  readonly more: JsonObject;
  constructor(error: string, more: JsonObject = {}) {
    super(error);
    this.error = error;
    this.more = more;
  }
}

/** Refuses with what is wrong, in the two places where Slack tells it. */
export function refuseArguments(error: string, messages: readonly string[]): Refusal {
  return new Refusal(error, {
    ...(error === 'invalid_blocks' ? { errors: [...messages] } : {}),
    response_metadata: { messages: messages.map((message) => `[ERROR] ${message}`) },
  });
}

/** `!` after the kind marks an argument that must be there. */
export type ArgumentKind = 'string' | 'boolean' | 'number' | 'json';
export type ArgumentSpec = Record<string, ArgumentKind | `${ArgumentKind}!`>;

/** The arguments of a call after they were checked against its method. */
export type Arguments = {
  has(name: string): boolean;
  /** Throws for one that is not there: use it for required ones. */
  text(name: string): string;
  optionalText(name: string): string | null;
  number(name: string): number | null;
  flag(name: string): boolean;
  json(name: string): Json | undefined;
};

/** What came over the wire, before any method looked at it. `problem` is Slack's word for a body it cannot read. */
export type RawArguments = { values: JsonObject; contentType: string; problem: string | null };

/** Reads a form, a JSON body or a query. Members of a form stay strings. */
export function readRawArguments(method: string, query: URLSearchParams, header: string, body: string): RawArguments {
  const contentType = (header.split(';')[0] ?? '').trim().toLowerCase();
  const values: JsonObject = Object.fromEntries(query);
  if (method === 'GET' || body === '') return { values, contentType, problem: null };
  if (contentType === 'application/x-www-form-urlencoded')
    return { values: { ...values, ...Object.fromEntries(new URLSearchParams(body)) }, contentType, problem: null };
  if (contentType !== 'application/json') return { values, contentType, problem: 'invalid_post_type' };
  try {
    const parsed: unknown = JSON.parse(body);
    if (!isObject(parsed)) return { values, contentType, problem: 'json_not_object' };
    return { values: { ...values, ...parsed }, contentType, problem: null };
  } catch {
    return { values, contentType, problem: 'invalid_json' };
  }
}

/** Holds the values against a method's arguments; throws a `Refusal` that names each one that is missing or wrong. */
export function checkArguments(spec: ArgumentSpec, values: JsonObject): Arguments {
  const problems: string[] = [];
  const checked = new Map<string, Json>();
  for (const [name, given] of Object.entries(spec)) {
    const kind = given.replace('!', '') as ArgumentKind; // nothing else is left of the union
    const value = values[name];
    if (value === undefined || value === null || value === '') {
      if (given.endsWith('!')) problems.push(`missing required field: ${name}`);
      else if (value === '' && kind === 'string') checked.set(name, '');
      continue;
    }
    const converted = convert(kind, value);
    if (converted === undefined) {
      if (name === 'blocks') throw new Refusal('invalid_blocks_format');
      problems.push(`must be a ${kind} [json-pointer:/${name}]`);
    } else checked.set(name, converted);
  }
  if (problems.length > 0) throw refuseArguments('invalid_arguments', problems);
  const optionalText = (name: string): string | null => {
    const value = checked.get(name);
    return typeof value === 'string' ? value : null;
  };
  return {
    has: (name) => checked.has(name),
    text(name) {
      const value = optionalText(name);
      if (value === null) throw refuseArguments('invalid_arguments', [`missing required field: ${name}`]);
      return value;
    },
    optionalText,
    number(name) {
      const value = checked.get(name);
      return typeof value === 'number' ? value : null;
    },
    flag: (name) => checked.get(name) === true,
    json: (name) => checked.get(name),
  };
}

/** Members that no argument of the method has, the token aside. */
export function unknownArguments(spec: ArgumentSpec, values: JsonObject): string[] {
  return Object.keys(values).filter((name) => name !== 'token' && !Object.hasOwn(spec, name));
}

/** `undefined` when the value cannot be read as such. */
function convert(kind: ArgumentKind, value: Json): Json | undefined {
  switch (kind) {
    case 'string':
      return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;
    case 'boolean':
      if (typeof value === 'boolean') return value;
      if (value === 'true' || value === '1' || value === 1) return true;
      return value === 'false' || value === '0' || value === 0 ? false : undefined;
    case 'number': {
      const number = typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN;
      return Number.isFinite(number) ? number : undefined;
    }
    case 'json':
      if (typeof value !== 'string') return typeof value === 'object' ? value : undefined;
      try {
        const parsed: Json = JSON.parse(value);
        return typeof parsed === 'object' ? parsed : undefined;
      } catch {
        return undefined;
      }
  }
}
