import { isJsonObject, type Json, type JsonObject } from './json';

/** One field of a function's arguments, as its schema declares it. `path`: its keys with dots, places in lists left out. */
export type SchemaField = Readonly<{
  path: string;
  type: string; // in words, such as `list of texts`
  required: boolean;
  description: string;
  /** Holds fields of its own. */
  holds: boolean;
}>;

const deepest = 6;
const most = 200;

/**
 * The fields that a JSON Schema declares, outer ones before what they hold. References inside the schema are followed, once
 * on each way; what it says in other ways than by properties, items and combinations is not a field.
 */
export function schemaFields(schema: Json | null | undefined): readonly SchemaField[] {
  const found = new Map<string, SchemaField>();
  if (isJsonObject(schema)) collect(schema, schema, '', 0, new Set(), found);
  return [...found.values()];
}

/** The fields that are there in some arguments but not in `known`, with the types that they have. */
export function seenFields(args: JsonObject, known: readonly SchemaField[]): readonly SchemaField[] {
  const found = new Map<string, SchemaField>();
  const names = new Set(known.map(({ path }) => path));
  const walk = (value: Json, path: string, depth: number): void => {
    if (depth > deepest || found.size >= most) return;
    if (Array.isArray(value)) {
      for (const item of value.slice(0, 20) as readonly Json[]) walk(item, path, depth + 1);
    } else if (isJsonObject(value)) {
      for (const [key, member] of Object.entries(value as JsonObject)) {
        const at = path === '' ? key : `${path}.${key}`;
        if (!names.has(at) && !found.has(at) && found.size < most) {
          const holds =
            isJsonObject(member) || (Array.isArray(member) && member.some((item: Json) => isJsonObject(item)));
          found.set(at, { path: at, type: typeOf(member), required: false, description: '', holds });
        }
        walk(member, at, depth + 1);
      }
    }
  };
  walk(args, '', 0);
  return [...found.values()];
}

type Root = JsonObject;

function collect(
  schema: JsonObject,
  root: Root,
  path: string,
  depth: number,
  way: ReadonlySet<string>,
  found: Map<string, SchemaField>,
): void {
  if (depth > deepest || found.size >= most) return;
  const here = resolved(schema, root, way);
  if (here === null) return;
  const { schema: own, way: next } = here;
  for (const part of alternatives(own)) collect(part, root, path, depth + 1, next, found);
  if (isJsonObject(own.items)) collect(own.items, root, path, depth + 1, next, found);
  if (!isJsonObject(own.properties)) return;
  const required = Array.isArray(own.required) ? own.required : [];
  for (const [key, value] of Object.entries(own.properties as JsonObject)) {
    const member = isJsonObject(value) ? (value as JsonObject) : {};
    const at = path === '' ? key : `${path}.${key}`;
    if (found.size >= most) return;
    const inner = resolved(member, root, next)?.schema ?? member;
    if (!found.has(at)) {
      found.set(at, {
        path: at,
        type: typeWords(inner, root, next),
        required: required.includes(key),
        description: textOf(member.description) || textOf(inner.description) || textOf(inner.title),
        holds: hasFields(inner, root, next),
      });
    }
    collect(member, root, at, depth + 1, next, found);
  }
}

function resolved(
  schema: JsonObject,
  root: Root,
  way: ReadonlySet<string>,
): { schema: JsonObject; way: ReadonlySet<string> } | null {
  const reference = schema.$ref;
  if (typeof reference !== 'string') return { schema, way };
  if (!reference.startsWith('#') || way.has(reference)) return null; // elsewhere, or round in a circle
  const target = reference
    .slice(1)
    .split('/')
    .filter(Boolean)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<Json | undefined>(
      (at, step) => (isJsonObject(at) && Object.hasOwn(at, step) ? (at as JsonObject)[step] : undefined),
      root,
    );
  return isJsonObject(target) ? resolved(target as JsonObject, root, new Set([...way, reference])) : null;
}

function alternatives(schema: JsonObject): readonly JsonObject[] {
  return ['allOf', 'anyOf', 'oneOf'].flatMap((key) => {
    const parts = schema[key];
    return Array.isArray(parts) ? parts.filter((part: Json): part is JsonObject => isJsonObject(part)) : [];
  });
}

function hasFields(schema: JsonObject, root: Root, way: ReadonlySet<string>, depth = 0): boolean {
  if (depth > deepest) return false;
  const own = resolved(schema, root, way)?.schema;
  if (own === undefined) return false;
  if (isJsonObject(own.properties) && Object.keys(own.properties).length > 0) return true;
  const inner = isJsonObject(own.items) ? [own.items as JsonObject, ...alternatives(own)] : alternatives(own);
  return inner.some((part) => hasFields(part, root, way, depth + 1));
}

const words: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'number',
  integer: 'whole number',
  boolean: 'yes or no',
  object: 'group',
  array: 'list',
  null: 'nothing',
};
const longestChoice = 5;

function typeWords(schema: JsonObject, root: Root, way: ReadonlySet<string>, depth = 0): string {
  const own = resolved(schema, root, way)?.schema;
  if (own === undefined || depth > deepest) return 'anything';
  if (Array.isArray(own.enum)) {
    const shown = own.enum
      .slice(0, longestChoice)
      .map((choice: Json) => (typeof choice === 'string' ? choice : JSON.stringify(choice)));
    return `one of ${shown.join(', ')}${own.enum.length > longestChoice ? ', …' : ''}`;
  }
  const types = (Array.isArray(own.type) ? own.type : [own.type]).filter(
    (type): type is string => typeof type === 'string',
  );
  if (types.length === 0) {
    if (isJsonObject(own.properties)) return 'group';
    const parts = [...new Set(alternatives(own).map((part) => typeWords(part, root, way, depth + 1)))];
    return parts.length > 0 ? parts.join(' or ') : 'anything';
  }
  return types
    .map((type) => {
      if (type === 'array' && isJsonObject(own.items))
        return `list of ${typeWords(own.items as JsonObject, root, way, depth + 1)}`;
      const format = type === 'string' && typeof own.format === 'string' ? ` (${own.format})` : '';
      return `${words[type] ?? type}${format}`;
    })
    .join(' or ');
}

function typeOf(value: Json): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'list';
  return words[typeof value] ?? typeof value;
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value.slice(0, 400) : '';
}
