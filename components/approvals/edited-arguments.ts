import type { FieldView } from '@/lib/approvals/views';
import { isJsonObject, type Json, type JsonObject } from '@/lib/domain/json';
import { maskedText, type PathStep, pointerOf } from '@/lib/domain/masking';

/** The arguments that fields stand for; masked ones hold their stand-in. */
export function argumentsOf(fields: readonly FieldView[]): JsonObject {
  return fields
    .filter((field) => field.present)
    .reduce<JsonObject>((args, field) => withValue(args, field.path, field.value), {});
}

/** The same object with one more value at a path; objects on the way are made. */
export function withValue(target: JsonObject, path: readonly string[], value: Json): JsonObject {
  const [name, ...rest] = path;
  if (name === undefined) return target;
  const inner = target[name];
  return {
    ...target,
    [name]: rest.length === 0 ? value : withValue(isJsonObject(inner) ? (inner as JsonObject) : {}, rest, value),
  };
}

/** Where a value typed as JSON still shows the stand-in of a masked one, as JSON Pointers. */
export function maskedPlaces(value: Json, path: readonly PathStep[]): readonly string[] {
  if (value === maskedText) return [pointerOf(path)];
  if (Array.isArray(value)) return value.flatMap((item: Json, place) => maskedPlaces(item, [...path, place]));
  if (!isJsonObject(value)) return [];
  return Object.entries(value as JsonObject).flatMap(([key, member]) => maskedPlaces(member, [...path, key]));
}

/** What stands in the form for a value, as text. */
export function asTyped(field: FieldView): string {
  if (!field.present || field.masked) return field.kind === 'enum' ? '0' : field.kind === 'boolean' ? 'true' : '';
  switch (field.kind) {
    case 'enum':
      return String(Math.max(0, field.options.indexOf(field.value)));
    case 'string':
    case 'text':
      return typeof field.value === 'string' ? field.value : JSON.stringify(field.value);
    case 'json':
      return JSON.stringify(field.value, null, 2);
    default:
      return String(field.value);
  }
}

/** The value that was typed, of the type that the field has: a number stays a number. Or what is wrong with it. */
export function readTyped(field: FieldView, typed: string): { value: Json } | { problem: string } {
  switch (field.kind) {
    case 'string':
    case 'text':
      return { value: typed };
    case 'boolean':
      return { value: typed === 'true' };
    case 'enum': {
      const option = field.options[Number(typed)];
      return option === undefined ? { problem: 'Choose one of the list.' } : { value: option };
    }
    case 'integer':
    case 'number': {
      const text = typed.trim();
      if (!/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text) || !Number.isFinite(Number(text))) {
        return { problem: 'Enter a number such as 12.5, without separators.' };
      }
      return field.kind === 'integer' && !Number.isInteger(Number(text))
        ? { problem: 'Enter a whole number.' }
        : { value: Number(text) };
    }
    case 'json':
      try {
        return { value: JSON.parse(typed) as Json };
      } catch {
        return { problem: 'That is not JSON yet.' };
      }
  }
}
