/** What JSON can say. Arguments and results of functions are objects of it; nothing else crosses our borders. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };

/** True for a JSON object: not an array, not null. Does not look inside. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The same JSON with what PostgreSQL cannot keep made visible: NUL becomes ␀, half of a surrogate pair becomes �, in keys
 * too. Answers with the very same value when there is nothing to change.
 */
export function storable<Value extends Json>(value: Value): Value {
  // JSON.stringify writes both as escapes; behind an escaped backslash it is text that only looks like one.
  return /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/.test(JSON.stringify(value)) ? (storableCopy(value) as Value) : value;
}

function storableCopy(value: Json): Json {
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\0', '␀');
  if (isArray(value)) return value.map(storableCopy);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [String(storableCopy(key)), storableCopy(member)]),
  );
}

// Array.isArray does not narrow readonly arrays.
function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
