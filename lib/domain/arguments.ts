import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import type { ArgumentProblem } from './approval';
import type { JsonObject } from './json';

// Types are kept: nothing is coerced, no default is filled in, no property is dropped.
const ajv = new Ajv2020({
  allErrors: true,
  strict: false,
  coerceTypes: false,
  useDefaults: false,
  removeAdditional: false,
});
addFormats(ajv);

/**
 * What is wrong with edited arguments by the tool's declared JSON Schema (draft 2020-12); empty: nothing.
 * A tool without a schema, or with one that does not compile, cannot have its arguments edited.
 */
export function argumentProblems(args: JsonObject, schema: JsonObject | null): readonly ArgumentProblem[] {
  if (schema === null) {
    return [{ path: '', message: 'The tool declares no parameters, so edited arguments cannot be checked.' }];
  }
  const validate = compile(schema);
  if (validate === null)
    return [
      { path: '', message: 'The tool’s schema is not valid JSON Schema, so edited arguments cannot be checked.' },
    ];
  if (validate(args)) return [];
  return (validate.errors ?? []).slice(0, 50).map((error) => ({
    path:
      error.keyword === 'required'
        ? `${error.instancePath}/${String(error.params.missingProperty)}`
        : error.instancePath,
    message: sentence(error.keyword, error.message, error.params),
  }));
}

function compile(schema: JsonObject) {
  try {
    return ajv.compile(withoutId(schema));
  } catch {
    return null; // the agent's developer wrote it: bad input, not a bug
  }
}

// Two tools may carry the same `$id`; Ajv would refuse the second. Compiled functions are cached by identity only.
function withoutId(schema: JsonObject): JsonObject {
  const { $id: _id, $schema: _schema, ...rest } = schema;
  return rest;
}

function sentence(keyword: string, message: string | undefined, params: Record<string, unknown>): string {
  if (keyword === 'required') return 'This field is required.';
  if (keyword === 'additionalProperties')
    return `The field “${String(params.additionalProperty)}” is not one of the tool’s.`;
  if (keyword === 'enum' && Array.isArray(params.allowedValues))
    return `Choose one of: ${params.allowedValues.join(', ')}.`;
  return `${message ? message[0]?.toUpperCase() + message.slice(1) : 'Not valid'}.`;
}
