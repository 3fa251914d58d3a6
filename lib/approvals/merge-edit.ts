import type { Json, JsonObject } from '@/lib/domain/json';
import { maskedPaths, maskedText, type PathStep, pointerOf, valueAt } from './masking';

/**
 * Edited arguments with what was masked put back where `kept` says so; anything else stands as it was sent. Only
 * fields that really are masked, and that the edit still shows as masked, are put back.
 */
export function mergeEdit(
  base: JsonObject,
  edited: JsonObject,
  kept: readonly string[],
  maskedFields: readonly string[],
): JsonObject {
  return maskedPaths(base, maskedFields)
    .filter((path) => kept.includes(pointerOf(path)) && valueAt(edited, path) === maskedText)
    .reduce<JsonObject>((args, path) => replaceAt(args, path, valueAt(base, path) ?? null) as JsonObject, edited);
}

function replaceAt(target: Json, path: readonly PathStep[], value: Json): Json {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (Array.isArray(target)) {
    return target.map((item: Json, place) => (place === step ? replaceAt(item, rest, value) : item));
  }
  const members = target as JsonObject;
  return { ...members, [step]: replaceAt(members[step] ?? null, rest, value) };
}
