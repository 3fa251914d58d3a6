import { invalidRequest, notFound } from './api-errors';
import type { State, StoredInteraction } from './state';
import {
  type ApiAnswer,
  type CreateRequest,
  type FunctionCallStep,
  isFunctionCall,
  isFunctionResult,
  isObject,
  type Json,
  type Step,
  unansweredCalls,
} from './wire';

/** What a request continues: the stored interaction, and those of its calls that the request answers. */
export type Continuation = { previous: StoredInteraction | null; answered: FunctionCallStep[] };

/**
 * Holds a well-formed create request against what is stored, in the order in which the API refuses: the previous
 * interaction, its status, the form of the results, then whether they answer exactly what is pending.
 */
export function checkAgainstState(request: CreateRequest, state: State, project: string): Continuation | ApiAnswer {
  if (request.agent !== null && RETIRED_AGENTS.has(request.agent)) return notFound('Agent');
  if (request.previousId === null) return checkFirst(request);

  const previous = state.findInteraction(request.previousId, project);
  if (previous === null) return notFound('Interaction');
  if (!previous.request.store) return notFound('Interaction');
  if (previous.status === 'in_progress' || previous.status === 'queued')
    return invalidRequest('The previous interaction is still in progress.');
  const malformed = request.input.some((step) => !isWellFormed(step));
  if (malformed) return invalidRequest('Invalid input received.');

  return (
    checkResults(request, previous, state) ??
    checkAgent(request, previous) ?? {
      previous,
      answered: answeredCalls(request, pendingOf(previous)),
    }
  );
}

export function isContinuation(value: Continuation | ApiAnswer): value is Continuation {
  return 'previous' in value;
}

/** The calls of an interaction that wait for an answer; none unless it stands at `requires_action`. */
export function pendingOf(interaction: StoredInteraction): FunctionCallStep[] {
  if (interaction.status !== 'requires_action') return [];
  return unansweredCalls([...interaction.input, ...interaction.generated]);
}

const RETIRED_AGENTS = new Set(['antigravity-preview-05-2026']);
const RESULT_KEYS = new Set(['type', 'call_id', 'name', 'result', 'is_error', 'signature']);
const RESULT_CONTENT = new Set(['text', 'image', 'audio', 'document', 'video']);

/** Without a previous interaction the input may hold a whole history; results then answer calls within it. */
function checkFirst(request: CreateRequest): Continuation | ApiAnswer {
  if (request.input.some((step) => !isWellFormed(step))) return invalidRequest('Invalid input received.');
  const open = new Map<string, FunctionCallStep>();
  for (const step of request.input) {
    if (isFunctionCall(step)) open.set(step.id, step);
    if (!isFunctionResult(step)) continue;
    if (open.get(step.call_id)?.name !== step.name) return misplacedResult(step.name);
    open.delete(step.call_id);
  }
  if (open.size > 0) return invalidRequest('Every function call in the input needs a function result.');
  return { previous: null, answered: [] };
}

function isWellFormed(step: Step): boolean {
  if (step.type === 'function_call') return isFunctionCall(step) && !('call_id' in step);
  if (step.type !== 'function_result') return true;
  if ('id' in step || Object.keys(step).some((key) => !RESULT_KEYS.has(key))) return false;
  if (typeof step.call_id !== 'string' || step.call_id === '') return false;
  if (typeof step.name !== 'string' || step.name === '') return false;
  return isResult(step.result) && (step.is_error === undefined || typeof step.is_error === 'boolean');
}

/** A string, an object, or a list of content items: nothing else is proven to be accepted. */
function isResult(result: Json | undefined): boolean {
  if (typeof result === 'string' || isObject(result)) return true;
  if (!Array.isArray(result)) return false;
  return result.every((item) => isObject(item) && typeof item.type === 'string' && RESULT_CONTENT.has(item.type));
}

function checkResults(request: CreateRequest, previous: StoredInteraction, state: State): ApiAnswer | null {
  const results = request.input.filter(isFunctionResult);
  const [firstResult] = results;
  const pending = pendingOf(previous);
  if (pending.length === 0) return firstResult === undefined ? null : misplacedResult(firstResult.name);

  const seen = new Set<string>();
  for (const { call_id: callId, name } of results) {
    const call = pending.find(({ id }) => id === callId);
    if (call === undefined)
      return invalidRequest(`Function result for call "${callId}" matches no pending function call.`);
    if (call.name !== name)
      return invalidRequest(`Function result for call "${callId}" has name "${name}", expected "${call.name}".`);
    if (seen.has(callId)) return invalidRequest(`More than one function result for call "${callId}".`);
    seen.add(callId);
  }
  const partial = state.switches.acceptPartialResults && seen.size > 0;
  if (seen.size < pending.length && !partial)
    return invalidRequest(
      'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.',
    );
  const resumedBefore = (state.children.get(previous.id)?.length ?? 0) > 0;
  if (resumedBefore && state.switches.secondResume === 'refuse') return misplacedResult(firstResult?.name ?? '');
  return null;
}

function checkAgent(request: CreateRequest, previous: StoredInteraction): ApiAnswer | null {
  const { agent } = previous.request;
  if (agent !== request.agent && agent !== null)
    return invalidRequest('The agent of an interaction cannot be changed.');
  if (previous.environmentId === null || !previous.request.agent?.startsWith('antigravity')) return null;
  if (request.environment === null)
    return invalidRequest('"environment" is required to continue an interaction of this agent.');
  if (request.environment.environmentId !== previous.environmentId)
    return invalidRequest('The environment does not belong to the previous interaction.');
  return null;
}

function answeredCalls(request: CreateRequest, pending: FunctionCallStep[]): FunctionCallStep[] {
  const ids = new Set(request.input.filter(isFunctionResult).map((step) => step.call_id));
  return pending.filter(({ id }) => ids.has(id));
}

function misplacedResult(name: string): ApiAnswer {
  return invalidRequest(
    `Please ensure that function response turn comes immediately after a function call turn. Got function response with name '${name}'.`,
  );
}
