import { type Active, createFaultList, type FaultTimes } from '../shared/fault-list';
import type { Random } from '../shared/random';
import { gatewayError } from './api-errors';
import { type ApiAnswer, isObject } from './wire';

/** What a request asks for; a `start` opens a chain, a `resume` continues one. */
export type Operation = 'start' | 'resume' | 'get' | 'cancel' | 'delete' | 'webhooks' | 'keys';

/**
 * - `rate_limit` 429 (`retryAfterSeconds` adds the header), `server_error` 500, `unavailable` 503, `array_error` an error
 *   inside an array, `not_found` 404: nothing was done
 * - `cut_before`, `hang`: nothing was done and nothing is answered
 * - `cut_after`, `hang_after`: the work was done, yet nothing is answered
 * - `wrong_content_type`: the work was done and the answer calls itself `text/plain`
 * - `slow`: the work is done `delayMs` later
 */
export type ApiFaultKind = (typeof apiFaultKinds)[number];
export type DeliveryFaultKind = (typeof deliveryFaultKinds)[number];

export type FaultRule = FaultTimes & {
  /** Only for this interaction; for a resume, the one that it continues. */
  interactionId?: string;
  retryAfterSeconds?: number;
  delayMs?: number;
  status?: number;
} & ({ on: Operation | 'create' | 'any'; kind: ApiFaultKind } | { on: 'delivery'; kind: DeliveryFaultKind });

export type ActiveFault = FaultRule & Active;

export type Faults = {
  add(rule: FaultRule): ActiveFault;
  list(): ActiveFault[];
  clear(): void;
  takeForRequest(operation: Operation, interactionId: string | null): ActiveFault | null;
  takeForDelivery(kind: DeliveryFaultKind, interactionId: string | null): ActiveFault | null;
};

export const apiFaultKinds = [
  'rate_limit',
  'server_error',
  'unavailable',
  'array_error',
  'not_found',
  'cut_before',
  'cut_after',
  'hang',
  'hang_after',
  'wrong_content_type',
  'slow',
] as const;

export const deliveryFaultKinds = ['drop', 'twice', 'delay', 'swap', 'corrupt_signature', 'stale_timestamp'] as const;

/** A request or a delivery meets at most one rule. */
export function createFaults(random: Random): Faults {
  const { add, list, clear, take } = createFaultList<FaultRule>(random);
  const about = (rule: ActiveFault, id: string | null) => rule.interactionId === undefined || rule.interactionId === id;
  return {
    add,
    list,
    clear,
    takeForRequest: (operation, interactionId) =>
      take(
        (rule): rule is ActiveFault =>
          (rule.on === operation ||
            rule.on === 'any' ||
            (rule.on === 'create' && (operation === 'start' || operation === 'resume'))) &&
          about(rule, interactionId),
      ),
    takeForDelivery: (kind, interactionId) =>
      take((rule): rule is ActiveFault => rule.on === 'delivery' && rule.kind === kind && about(rule, interactionId)),
  };
}

/** The answer of a fault that refuses without doing anything, or null for the kinds that act otherwise. */
export function refusalOf(fault: ActiveFault): ApiAnswer | null {
  switch (fault.kind) {
    case 'rate_limit': {
      const answer = gatewayError(429, 'RESOURCE_EXHAUSTED', 'Resource has been exhausted (e.g. check quota).');
      const seconds = fault.retryAfterSeconds;
      return seconds === undefined ? answer : { ...answer, headers: { 'retry-after': String(seconds) } };
    }
    case 'server_error':
      return gatewayError(fault.status ?? 500, 'INTERNAL', 'An internal error has occurred.');
    case 'unavailable':
      return gatewayError(503, 'UNAVAILABLE', 'The service is currently unavailable.');
    case 'not_found':
      return { status: 404, body: { error: { message: 'Interaction not found.', code: 'not_found' } } };
    case 'array_error': {
      const answer = gatewayError(fault.status ?? 500, 'INTERNAL', 'An internal error has occurred.');
      return { ...answer, body: [answer.body] };
    }
    default:
      return null;
  }
}

/** Reads a fault that came over HTTP; throws a plain error that says what is wrong. */
export function parseFaultRule(value: unknown): FaultRule {
  if (!isObject(value)) throw new Error('fault: expected an object');
  const { on, kind, interactionId, ...numbers } = value;
  const known = ['times', 'probability', 'skip', 'retryAfterSeconds', 'delayMs', 'status'];
  for (const [key, given] of Object.entries(numbers)) {
    if (!known.includes(key)) throw new Error(`fault: there is no member "${key}"`);
    if (typeof given !== 'number' || given < 0) throw new Error(`fault: "${key}" must be a number`);
  }
  if (interactionId !== undefined && typeof interactionId !== 'string') throw new Error('fault: bad interactionId');
  const kinds: readonly string[] = on === 'delivery' ? deliveryFaultKinds : apiFaultKinds;
  if (typeof on !== 'string' || !places.includes(on))
    throw new Error(`fault: "on" must be one of ${places.join(', ')}`);
  if (typeof kind !== 'string' || !kinds.includes(kind))
    throw new Error(`fault: "kind" must be one of ${kinds.join(', ')}`);
  return value as FaultRule; // every member was just checked
}

const places = ['start', 'resume', 'create', 'get', 'cancel', 'delete', 'webhooks', 'keys', 'any', 'delivery'];
