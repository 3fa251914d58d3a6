import { type FunctionCallStep, isObject, type Json, type JsonObject } from '../wire';

/** What a function result tells the model, whichever of the accepted forms it came in. */
export type Outcome = {
  kind: 'approved' | 'rejected' | 'expired' | 'answered';
  /** `null`: nobody knows whether it happened. */
  executed: boolean | null;
  failed: boolean;
  output: Json;
  reason: string | null;
  note: string | null;
  /** The arguments that were really used or approved, when a reviewer changed them. */
  changed: JsonObject | null;
  next: 'stop' | 'retry' | 'ask';
};

export type AnsweredCall = { call: FunctionCallStep; outcome: Outcome };

/** Reads the `result` of a function result: an object, text that holds an object, or plain text and content. */
export function readOutcome(result: Json): Outcome {
  const value = unwrap(result);
  if (!isObject(value)) return plainAnswer(value);
  const { decision } = value;
  const failed = value.status === 'failed' || value.is_error === true;
  const unknown = value.status === 'unknown';
  const executed = unknown ? null : value.executed === true || value.status === 'executed';
  const base: Outcome = {
    kind: 'approved',
    executed,
    failed,
    output: value.output ?? null,
    reason: text(value.reason) ?? errorText(value.error),
    note: text(value.reviewer_note),
    changed: changedArguments(value),
    next: readNext(value),
  };
  if (decision === 'rejected' || decision === 'expired' || decision === 'answered')
    return {
      ...base,
      kind: decision,
      executed: decision === 'answered' ? executed : false,
      output: value.output ?? value.answer ?? null,
    };
  if (decision === 'approved' || value.status !== undefined || value.executed !== undefined)
    return { ...base, output: base.output ?? rest(value) };
  return plainAnswer(value);
}

/**
 * One sentence or more about a call: what became of it, by whose words, and with which arguments. `what` names the effect
 * ("the refund of 20.00 EUR"), `done` says that it happened ("was issued").
 */
export function describeOutcome(
  { call, outcome }: AnsweredCall,
  what: (args: JsonObject | null) => string,
  done: string,
): string {
  const subject = capitalised(what(outcome.changed));
  const sentences: string[] = [];
  switch (outcome.kind) {
    case 'rejected':
      sentences.push(`${capitalised(what(null))} was not approved: ${outcome.reason ?? 'no reason was given.'}`);
      break;
    case 'expired':
      sentences.push(`Nobody decided on ${what(null)} in time, so nothing was done.`);
      break;
    case 'answered':
      sentences.push(`For ${what(null)} I was given this answer: ${quoted(outcome.output)}.`);
      break;
    case 'approved':
      if (outcome.failed)
        sentences.push(`${subject} was approved but failed: ${outcome.reason ?? quoted(outcome.output)}.`);
      else if (outcome.executed === null)
        sentences.push(
          `${subject} was approved, but it is not known whether it took effect: ${outcome.reason ?? 'no answer came'}.`,
        );
      else if (!outcome.executed) sentences.push(`${subject} was approved and has not been carried out by me.`);
      else sentences.push(`${subject} ${done}${reference(outcome.output)}.`);
      if (outcome.changed !== null)
        sentences.push(`A reviewer changed ${differences(call.arguments, outcome.changed)}.`);
      break;
  }
  if (outcome.note !== null) sentences.push(`The reviewer noted: "${outcome.note}"`);
  if (outcome.next === 'ask') sentences.push('Please tell me how you would like to proceed.');
  return sentences.map(closed).join(' ');
}

/** The same for a function of which nothing is known but its name. */
export function describeAnyOutcome(answered: AnsweredCall): string {
  return describeOutcome(answered, () => `the call of ${answered.call.name}`, 'was executed');
}

function unwrap(result: Json): Json {
  if (isObject(result)) return result;
  const joined = Array.isArray(result)
    ? result.map((part) => (isObject(part) && typeof part.text === 'string' ? part.text : '[attachment]')).join('\n')
    : String(result);
  try {
    const parsed: Json = JSON.parse(joined);
    return isObject(parsed) ? parsed : joined;
  } catch {
    return joined;
  }
}

/** A bare value is the function's output, as if it had simply run. */
function plainAnswer(output: Json): Outcome {
  return {
    kind: 'approved',
    executed: true,
    failed: false,
    output,
    reason: null,
    note: null,
    changed: null,
    next: 'stop',
  };
}

function changedArguments(value: JsonObject): JsonObject | null {
  const used = value.executed_arguments ?? value.approved_arguments;
  return value.arguments_changed_by_reviewer === true && isObject(used) ? used : null;
}

/** `next` is a key word or a sentence; an `instruction` may say the same to a model that knows no key words. */
function readNext(value: JsonObject): Outcome['next'] {
  const wish = text(value.next) ?? text(value.instruction) ?? '';
  if (/\bask/i.test(wish)) return 'ask';
  if (/\b(do not|don't|not welcome|no (further|other) attempt)\b/i.test(wish)) return 'stop';
  const again =
    /retry_differently|(attempt|try|proposal) is welcome|(try|propose)[\w ]* (again|differently|something else)/i;
  return again.test(wish) ? 'retry' : 'stop';
}

function errorText(error: Json | undefined): string | null {
  if (typeof error === 'string') return error;
  return isObject(error) ? text(error.message) : null;
}

const OWN_KEYS = new Set([
  'decision',
  'executed',
  'status',
  'reason',
  'reviewer_note',
  'note',
  'next',
  'instruction',
  'error',
  'arguments_changed_by_reviewer',
  'executed_arguments',
  'approved_arguments',
]);

/** What the function itself returned, when it was not wrapped in `output`. */
function rest(value: JsonObject): Json {
  const own = Object.fromEntries(Object.entries(value).filter(([key]) => !OWN_KEYS.has(key)));
  return Object.keys(own).length === 0 ? null : own;
}

function reference(output: Json): string {
  if (output === null || output === '') return '';
  return ` (${quoted(output)})`;
}

function quoted(value: Json): string {
  if (!isObject(value)) return typeof value === 'string' ? value : JSON.stringify(value);
  const members = Object.entries(value).map(([key, member]) => `${key}: ${quoted(member)}`);
  return members.join(', ');
}

/** "amount to 20 (I had proposed 49.9)", for every argument that differs. */
function differences(proposed: JsonObject, used: JsonObject): string {
  const keys = new Set([...Object.keys(proposed), ...Object.keys(used)]);
  const found: string[] = [];
  for (const key of keys) {
    const [before, after] = [JSON.stringify(proposed[key]), JSON.stringify(used[key])];
    if (before !== after) found.push(`${key} to ${after ?? 'nothing'} (I had proposed ${before ?? 'nothing'})`);
  }
  return found.length === 0 ? 'nothing in the end' : found.join(', ');
}

function text(value: Json | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function capitalised(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

function closed(sentence: string): string {
  return /[.!?"]$/.test(sentence.trimEnd()) ? sentence.replace(/\.\.$/, '.') : `${sentence}.`;
}
