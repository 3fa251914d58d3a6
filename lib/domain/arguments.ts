import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import type { ArgumentProblem } from './approval';
import type { JsonObject } from './json';

// Holds the rules that a schema itself must keep; it remembers none of those it looks at.
const draft = new Ajv2020({ strict: false });

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
  try {
    if (validate(args)) return [];
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return [{ path: '', message: 'The arguments are nested too deeply to be checked.' }];
  }
  return (validate.errors ?? []).slice(0, 50).map((error) => ({
    path:
      error.keyword === 'required'
        ? `${error.instancePath}/${pointerToken(String(error.params.missingProperty))}`
        : error.instancePath,
    message: sentence(error.keyword, error.message, error.params),
  }));
}

function compile(schema: JsonObject) {
  // `$async` is Ajv's own: a schema with it answers with a promise, which would pass for “nothing wrong”.
  const { $schema: _draft, $async: _promise, ...rest } = schema;
  try {
    if (!draft.validateSchema(rest)) return null;
    // One a schema: an instance keeps what it has compiled for ever, and two tools may carry the same `$id`.
    // Types are kept: nothing is coerced, no default is filled in, no property is dropped.
    const ajv = new Ajv2020({
      allErrors: true,
      strict: false,
      coerceTypes: false,
      useDefaults: false,
      removeAdditional: false,
      ownProperties: true, // a required `toString` is not there by inheritance
      meta: false,
      validateSchema: false,
    });
    addFormats(ajv);
    return ajv.compile(rest);
  } catch {
    return null; // the agent's developer wrote it: bad input, not a bug
  }
}

function pointerToken(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1'); // RFC 6901
}

function sentence(keyword: string, message: string | undefined, params: Record<string, unknown>): string {
  if (keyword === 'required') return 'This field is required.';
  if (keyword === 'additionalProperties')
    return `The field “${String(params.additionalProperty)}” is not one of the tool’s.`;
  if (keyword === 'enum' && Array.isArray(params.allowedValues))
    return `Choose one of: ${params.allowedValues.join(', ')}.`;
  const limit = limitWords[keyword];
  if (limit !== undefined) return `Give ${limit.replace('#', String(params.limit))}.`;
  if (keyword === 'pattern') return 'This does not have the form that the tool asks for.';
  return `${message ? message[0]?.toUpperCase() + message.slice(1) : 'Not valid'}.`;
}

const limitWords: Readonly<Record<string, string>> = {
  minimum: 'at least #',
  exclusiveMinimum: 'more than #',
  maximum: 'at most #',
  exclusiveMaximum: 'less than #',
  minLength: 'at least # characters',
  maxLength: 'at most # characters',
};
