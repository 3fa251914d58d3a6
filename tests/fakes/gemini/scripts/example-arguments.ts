import { isObject, type Json, type JsonObject } from '../wire';

/** Arguments that fit a function's JSON Schema: examples, defaults and enums where given, plain values elsewhere. */
export function exampleArguments(parameters: JsonObject): JsonObject {
  const value = exampleOf(parameters, parameters, '', 0);
  return isObject(value) ? value : {};
}

const DEEPEST = 8; // a schema may refer to itself

function exampleOf(given: Json | undefined, root: JsonObject, name: string, depth: number): Json {
  const schema = resolve(given, root);
  const fixed = fixedValue(schema);
  if (fixed !== undefined) return fixed;
  for (const choice of [schema.oneOf, schema.anyOf])
    if (Array.isArray(choice) && choice.length > 0) return exampleOf(choice[0], root, name, depth + 1);
  if (Array.isArray(schema.allOf)) {
    const { allOf, ...own } = schema;
    const merged = allOf.reduce<JsonObject>((all, part) => merge(all, resolve(part, root)), own);
    return exampleOf(merged, root, name, depth + 1);
  }
  switch (typeOf(schema)) {
    case 'object':
      return exampleObject(schema, root, depth);
    case 'array': {
      const least = typeof schema.minItems === 'number' ? schema.minItems : 1;
      if (depth > DEEPEST || schema.items === undefined) return [];
      return Array.from({ length: least }, () => exampleOf(schema.items, root, name, depth + 1));
    }
    case 'integer':
      return Math.round(exampleNumber(schema, 3));
    case 'number':
      return exampleNumber(schema, 12.5);
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return exampleString(schema, name);
  }
}

function exampleObject(schema: JsonObject, root: JsonObject, depth: number): JsonObject {
  const properties = isObject(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required : [];
  const result: JsonObject = {};
  for (const [key, property] of Object.entries(properties)) {
    if (depth > DEEPEST && !required.includes(key)) continue;
    if (depth <= DEEPEST * 2) result[key] = exampleOf(property, root, key, depth + 1);
  }
  return result;
}

function fixedValue(schema: JsonObject): Json | undefined {
  if (schema.const !== undefined) return schema.const;
  const [example] = Array.isArray(schema.examples) ? schema.examples : [schema.example];
  if (example !== undefined) return example;
  if (schema.default !== undefined) return schema.default;
  return Array.isArray(schema.enum) ? schema.enum[0] : undefined;
}

function exampleNumber(schema: JsonObject, usual: number): number {
  const { minimum, maximum, exclusiveMinimum: above, exclusiveMaximum: below } = schema;
  const lowest =
    typeof minimum === 'number' ? minimum : typeof above === 'number' ? above + 1 : Number.NEGATIVE_INFINITY;
  const highest =
    typeof maximum === 'number' ? maximum : typeof below === 'number' ? below - 1 : Number.POSITIVE_INFINITY;
  return Math.min(Math.max(usual, lowest), highest);
}

const FORMATS: Record<string, string | undefined> = {
  email: 'person@example.com',
  date: '2026-12-01',
  'date-time': '2026-12-01T09:00:00Z',
  time: '09:00:00Z',
  uri: 'https://example.com/',
  uuid: '3f2b1a3c-8c1d-4b7e-9a51-0c2f6d7e8f90',
  hostname: 'host.example.com',
  ipv4: '192.0.2.10',
};

function exampleString(schema: JsonObject, name: string): string {
  const byFormat = typeof schema.format === 'string' ? FORMATS[schema.format] : undefined;
  if (byFormat !== undefined) return byFormat;
  if (/e-?mail/i.test(name)) return 'person@example.com';
  if (/(^|_)(id|key)$/i.test(name)) return 'X-100';
  const text = name === '' ? 'example' : name.replaceAll('_', ' ');
  const least = typeof schema.minLength === 'number' ? schema.minLength : 0;
  const most = typeof schema.maxLength === 'number' ? schema.maxLength : text.length + least;
  return text.padEnd(least, 'x').slice(0, most);
}

function typeOf(schema: JsonObject): string {
  const type = Array.isArray(schema.type) ? schema.type.find((one) => one !== 'null') : schema.type;
  if (typeof type === 'string') return type.toLowerCase();
  return isObject(schema.properties) ? 'object' : schema.items === undefined ? 'string' : 'array';
}

function resolve(schema: Json | undefined, root: JsonObject): JsonObject {
  let current = schema;
  for (let hops = 0; hops < DEEPEST && isObject(current) && typeof current.$ref === 'string'; hops += 1) {
    let target: Json | undefined = root;
    for (const part of current.$ref.replace(/^#\/?/, '').split('/').filter(Boolean))
      target = isObject(target) ? target[part.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined;
    current = target;
  }
  return isObject(current) ? current : {};
}

function merge(left: JsonObject, right: JsonObject): JsonObject {
  const properties = {
    ...(isObject(left.properties) ? left.properties : {}),
    ...(isObject(right.properties) ? right.properties : {}),
  };
  return { ...left, ...right, ...(Object.keys(properties).length > 0 ? { properties } : {}) };
}
