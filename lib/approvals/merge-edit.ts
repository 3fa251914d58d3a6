import type { JsonObject } from '@/lib/domain/json';
import { maskedPaths, maskedText, pointerOf, replaceAt, valueAt } from '@/lib/domain/masking';

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
