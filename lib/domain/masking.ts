import { isJsonObject, type Json, type JsonObject } from './json';

/** Stands where a masked value was. */
export const maskedText = '[masked]';

/** One step on the way to a value: the name of a member, or the place in a list. */
export type PathStep = string | number;

/**
 * Whether a tool's settings name this field. A dotted name means that path, places in lists left out; a bare one means
 * every field of that name, however deep: better one too many hidden than one too few.
 */
export function namesField(names: readonly string[], path: readonly PathStep[]): boolean {
  const keys = path.filter((step) => typeof step === 'string');
  const dotted = keys.join('.');
  return names.some((name) => name === dotted || (!name.includes('.') && name === keys.at(-1)));
}

/** The same value with everything masked replaced by `maskedText`; what is not masked keeps its type. */
export function mask<Value extends Json>(value: Value, names: readonly string[]): Value;
export function mask(value: Json, names: readonly string[]): Json {
  return names.length === 0 ? value : maskAt(value, names, []);
}

/** The same, but a masked value that differs from the one in `before` says so, without showing either. */
export function maskChanged(before: JsonObject, after: JsonObject, names: readonly string[]): JsonObject {
  return maskedPaths(after, names)
    .filter((path) => JSON.stringify(valueAt(before, path)) !== JSON.stringify(valueAt(after, path)))
    .reduce((shown, path) => replaceAt(shown, path, `${maskedText} changed`) as JsonObject, mask(after, names));
}

/** The same for something that holds the arguments of a call at any depth, such as the result that quotes them. */
export function maskWithin(value: JsonObject, names: readonly string[]): JsonObject {
  const holders = ['executed_arguments', 'approved_arguments'];
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, holders.includes(key) ? mask(member, names) : member]),
  );
}

/** JSON Pointer (RFC 6901) of a path. */
export function pointerOf(path: readonly PathStep[]): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The value at a path; undefined when there is none. */
export function valueAt(value: Json, path: readonly PathStep[]): Json | undefined {
  return path.reduce<Json | undefined>((found, step) => {
    if (Array.isArray(found)) return typeof step === 'number' ? (found[step] as Json | undefined) : undefined;
    return isJsonObject(found) && Object.hasOwn(found, step) ? (found as JsonObject)[step] : undefined;
  }, value);
}

/** Every masked path of these arguments, the outermost ones only. */
export function maskedPaths(value: Json, names: readonly string[]): readonly (readonly PathStep[])[] {
  return names.length === 0 ? [] : collect(value, names, []);
}

/** The same value with another one at a path that it has. */
export function replaceAt(target: Json, path: readonly PathStep[], value: Json): Json {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (Array.isArray(target)) {
    return target.map((item: Json, place) => (place === step ? replaceAt(item, rest, value) : item));
  }
  const members = target as JsonObject;
  return { ...members, [step]: replaceAt(members[step] ?? null, rest, value) };
}

function collect(value: Json, names: readonly string[], path: readonly PathStep[]): readonly (readonly PathStep[])[] {
  if (path.length > 0 && namesField(names, path)) return [path];
  if (Array.isArray(value)) return value.flatMap((item: Json, place) => collect(item, names, [...path, place]));
  if (!isJsonObject(value)) return [];
  return Object.entries(value as JsonObject).flatMap(([key, member]) => collect(member, names, [...path, key]));
}

function maskAt(value: Json, names: readonly string[], path: readonly PathStep[]): Json {
  if (path.length > 0 && namesField(names, path)) return maskedText;
  if (Array.isArray(value)) return value.map((item: Json, place) => maskAt(item, names, [...path, place]));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value as JsonObject).map(([key, member]) => [key, maskAt(member, names, [...path, key])]),
  );
}
