/** What JSON can say. Arguments and results of functions are objects of it; nothing else crosses our borders. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };

/** True for a JSON object: not an array, not null. Does not look inside. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The same JSON with what our database client or PostgreSQL would refuse or drop made visible, in keys too: NUL becomes ␀,
 * half of a surrogate pair �, and a member named `__proto__` is named `[__proto__]`. Answers with the very same value when
 * there is nothing to change.
 */
export function storable<Value extends Json>(value: Value): Value {
  return unstorable.test(JSON.stringify(value)) ? (storableCopy(value) as Value) : value;
}

/** Whether JSON is stored as it is: nothing in it that `storable` would change, and not nested beyond what can be written. */
export function isStorable(value: Json): boolean {
  try {
    return storable(value) === value;
  } catch (error) {
    if (error instanceof RangeError) return false; // the stack has an end
    throw error;
  }
}

// As JSON.stringify writes them; behind an escaped backslash it is text that only looks like an escape.
const unstorable = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])|"__proto__"/;

function storableCopy(value: Json): Json {
  if (typeof value === 'string') return storableText(value);
  if (isArray(value)) return value.map(storableCopy);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key === '__proto__' ? '[__proto__]' : storableText(key),
      storableCopy(member),
    ]),
  );
}

function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '␀');
}

// Array.isArray does not narrow readonly arrays.
function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
