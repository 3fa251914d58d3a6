import { isJsonObject, type Json, type JsonObject } from '@/lib/domain/json';
import { mask, namesField, type PathStep, pointerOf, valueAt } from '@/lib/domain/masking';
import type { FieldKind, FieldView } from './views';

type About = Readonly<{
  schema: JsonObject | null;
  maskedFields: readonly string[];
  riskFields: readonly string[];
  /** What was agreed on in place of the model's arguments; null: nothing was changed. */
  agreed: JsonObject | null;
}>;

/** With the arguments as they may be shown: values come from here, also those deep inside one that is shown as JSON. */
type Shown = About & Readonly<{ shown: JsonObject }>;

const deepest = 3; // below this, an object is shown as JSON

/**
 * Arguments as labelled fields: what the tool's JSON Schema requires, what else it knows, then what it does not. An
 * object with declared properties comes apart into its own fields; a list, and what nobody declared, stays one value.
 */
export function fieldsOf(args: JsonObject, about: About): readonly FieldView[] {
  return fieldsIn(args, about.schema, [], true, { ...about, shown: mask(args, about.maskedFields) });
}

function fieldsIn(
  value: JsonObject | undefined,
  schema: JsonObject | null,
  path: readonly string[],
  requiredAbove: boolean,
  about: Shown,
): readonly FieldView[] {
  const properties = isJsonObject(schema?.properties) ? (schema.properties as JsonObject) : {};
  const required = Array.isArray(schema?.required) ? schema.required : [];
  // PostgreSQL keeps the members of a JSON object in an order of its own; the list of required names keeps the author's.
  const names = new Set([
    ...required.filter((name) => typeof name === 'string' && Object.hasOwn(properties, name)),
    ...Object.keys(properties).toSorted(),
    ...Object.keys(value ?? {}).toSorted(),
  ] as string[]);
  return [...names].flatMap((name) => {
    const declared = Object.hasOwn(properties, name);
    const member = declared && isJsonObject(properties[name]) ? (properties[name] as JsonObject) : null;
    const present = value !== undefined && Object.hasOwn(value, name);
    const at = [...path, name];
    const isRequired = requiredAbove && required.includes(name);
    const inner = present ? value[name] : undefined;
    const masked = namesField(about.maskedFields, at);
    if (
      !masked &&
      at.length < deepest &&
      member &&
      comesApart(member) &&
      (inner === undefined || isJsonObject(inner))
    ) {
      return fieldsIn(inner as JsonObject | undefined, member, at, isRequired, about);
    }
    return [fieldView({ at, name, member, declared, present, value: inner, required: isRequired, masked, about })];
  });
}

function fieldView(input: {
  at: readonly PathStep[];
  name: string;
  member: JsonObject | null;
  declared: boolean;
  present: boolean;
  value: Json | undefined;
  required: boolean;
  masked: boolean;
  about: Shown;
}): FieldView {
  const { at, name, member, about, masked, present, value } = input;
  const agreed = about.agreed === null ? undefined : valueAt(about.agreed, at);
  const edited = about.agreed !== null && JSON.stringify(agreed) !== JSON.stringify(value);
  return {
    pointer: pointerOf(at),
    path: at.map(String),
    label: text(member?.title) ?? name,
    description: text(member?.description),
    declared: input.declared,
    required: input.required,
    present,
    masked,
    risk: namesField(about.riskFields, at),
    value: !present || value === undefined ? null : (valueAt(about.shown, at) ?? null),
    edited,
    kind: kindOf(member, value),
    options: optionsOf(member),
    limits: limitsOf(member),
  };
}

function comesApart(schema: JsonObject): boolean {
  return isJsonObject(schema.properties) && Object.keys(schema.properties).length > 0 && schema.oneOf === undefined;
}

// A declared type wins; a union with null is the other type; otherwise the value tells.
function kindOf(schema: JsonObject | null, value: Json | undefined): FieldKind {
  if (optionsOf(schema).length > 0) return 'enum';
  const named = Array.isArray(schema?.type) ? schema.type.filter((type) => type !== 'null') : [schema?.type];
  const [type] = named;
  if (named.length === 1 && isKind(type)) return type === 'string' && isLong(schema, value) ? 'text' : type;
  if (typeof value === 'string') return isLong(schema, value) ? 'text' : 'string';
  if (typeof value === 'number') return 'number';
  return typeof value === 'boolean' ? 'boolean' : 'json';
}

function isKind(type: Json | undefined): type is 'string' | 'number' | 'integer' | 'boolean' {
  return type === 'string' || type === 'number' || type === 'integer' || type === 'boolean';
}

function isLong(schema: JsonObject | null, value: Json | undefined): boolean {
  return typeof schema?.maxLength === 'number'
    ? schema.maxLength > 160
    : typeof value === 'string' && (value.length > 80 || value.includes('\n'));
}

function optionsOf(schema: JsonObject | null): readonly Json[] {
  return Array.isArray(schema?.enum) ? schema.enum.filter((option) => typeof option !== 'object') : [];
}

// What a person must know to type a valid value, in plain words; the server's answer stays the judge. A pattern has no
// plain words, so only that answer speaks of it.
function limitsOf(schema: JsonObject | null): string | null {
  if (schema === null) return null;
  const { minimum, exclusiveMinimum, maximum, exclusiveMaximum, minLength, maxLength, format } = schema;
  const parts = [
    typeof minimum === 'number' && `at least ${minimum}`,
    typeof exclusiveMinimum === 'number' && `more than ${exclusiveMinimum}`,
    typeof maximum === 'number' && `at most ${maximum}`,
    typeof exclusiveMaximum === 'number' && `less than ${exclusiveMaximum}`,
    typeof minLength === 'number' && minLength > 1 && `at least ${minLength} characters`,
    typeof maxLength === 'number' && `up to ${maxLength} characters`,
    typeof format === 'string' && (formatWords[format] ?? `written as ${format}`),
  ].filter((part) => part !== false);
  return parts.length > 0 ? parts.join(', ') : null;
}

const formatWords: Record<string, string> = {
  email: 'an e-mail address',
  date: 'a date such as 2026-03-31',
  time: 'a time such as 14:30:00Z',
  'date-time': 'a moment such as 2026-03-31T14:30:00Z',
  uri: 'a web address',
  uuid: 'a UUID',
};

function text(value: Json | undefined): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}
