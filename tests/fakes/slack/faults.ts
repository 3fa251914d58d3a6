import { z } from 'zod';
import type { Json } from '../gemini/wire';
import { type Active, createFaultList } from '../shared/fault-list';
import type { Random } from '../shared/random';

/**
 * - `rate_limit` 429 (with `retry-after: retryAfterSeconds`, default 30; 0 leaves the header out), `server_error` 500 with
 *   a page of HTML, `unavailable` 503, `error` 200 with `ok: false` and `error`: nothing was done
 * - `cut_before`, `hang`: nothing was done and nothing is answered
 * - `cut_after`, `hang_after`, `error_after` (500): the work was done, yet the caller does not learn it
 * - `slow`: the work is done `delayMs` later · `slow_after`: the work is done, the answer comes `delayMs` later
 */
export const apiFaultKinds = [
  'rate_limit',
  'server_error',
  'unavailable',
  'error',
  'cut_before',
  'cut_after',
  'hang',
  'hang_after',
  'error_after',
  'slow',
  'slow_after',
] as const;

/**
 * What happens to a request on its way to the app. `late_trigger`: its `trigger_id` has expired before it arrives.
 * `swap`: it arrives after the next one.
 */
export const deliveryFaultKinds = [
  'drop',
  'twice',
  'delay',
  'swap',
  'corrupt_signature',
  'stale_timestamp',
  'late_trigger',
] as const;

const common = {
  /** For the next so many that match; default 1, or no bound with a probability. */
  times: z.number().int().min(1).optional(),
  /** For this share of all that match. */
  probability: z.number().min(0).max(1).optional(),
  /** Let so many that match pass first. */
  skip: z.number().int().min(0).optional(),
  channel: z.string().optional(),
  team: z.string().optional(),
  delayMs: z.number().min(0).optional(),
};

const deliveryFault = z.strictObject({
  ...common,
  on: z.literal('delivery'),
  kind: z.enum(deliveryFaultKinds),
  /** Only requests of this kind: `block_actions`, `view_submission`, `slash_command`, `event` … */
  payload: z.string().optional(),
  user: z.string().optional(),
});

const apiFault = z.strictObject({
  ...common,
  /** A method such as `chat.update`, a family `chat.*`, `response_url`, or `any` method. */
  on: z.string().regex(/^(?!delivery$)(any|response_url|[a-z0-9.]+(\.\*)?)$/i),
  kind: z.enum(apiFaultKinds),
  error: z.string().optional(),
  retryAfterSeconds: z.number().min(0).optional(),
});

export const faultSchema = z.union([deliveryFault, apiFault]);

export type FaultRule = z.infer<typeof faultSchema>;
export type ActiveFault = FaultRule & Active;
export type ApiFault = z.infer<typeof apiFault> & Active;
export type DeliveryFault = z.infer<typeof deliveryFault> & Active;
export type DeliveryFaultKind = (typeof deliveryFaultKinds)[number];

/** What a rule is held against. */
export type RequestSubject = { method: string; channel: string | null; team: string | null };
export type DeliverySubject = { payload: string; channel: string | null; team: string | null; user: string | null };

export type Faults = {
  add(rule: FaultRule): ActiveFault;
  list(): ActiveFault[];
  clear(): void;
  takeForRequest(subject: RequestSubject): ApiFault | null;
  takeForDelivery(kind: DeliveryFaultKind, subject: DeliverySubject): DeliveryFault | null;
};

/** A call of the Web API, or a request to the app, meets at most one rule. */
export function createFaults(random: Random): Faults {
  const { add, list, clear, take } = createFaultList<FaultRule>(random);
  return {
    add,
    list,
    clear,
    takeForRequest: (subject) =>
      take(
        (rule): rule is ApiFault =>
          !isDeliveryFault(rule) && matchesMethod(rule.on, subject.method) && matchesPlace(rule, subject),
      ),
    takeForDelivery: (kind, subject) =>
      take(
        (rule): rule is DeliveryFault =>
          isDeliveryFault(rule) &&
          rule.kind === kind &&
          matchesPlace(rule, subject) &&
          (rule.payload === undefined || rule.payload === subject.payload) &&
          (rule.user === undefined || rule.user === subject.user),
      ),
  };
}

/** The answer of a fault that refuses without doing anything, or null for the kinds that act otherwise. */
export function refusalOf(fault: ApiFault): { status: number; body: Json; headers?: Record<string, string> } | null {
  switch (fault.kind) {
    case 'rate_limit': {
      const seconds = fault.retryAfterSeconds ?? 30;
      const answer = { status: 429, body: { ok: false, error: 'ratelimited' } };
      return seconds === 0 ? answer : { ...answer, headers: { 'retry-after': String(seconds) } };
    }
    case 'server_error':
      return { status: 500, body: HTML_ERROR };
    case 'unavailable':
      return { status: 503, body: { ok: false, error: 'service_unavailable' } };
    case 'error':
      return { status: 200, body: { ok: false, error: fault.error ?? 'internal_error' } };
    default:
      return null;
  }
}

export const HTML_ERROR = '<!DOCTYPE html><html><title>Server Error | Slack</title><body>Server Error</body></html>';

function isDeliveryFault(rule: ActiveFault): rule is DeliveryFault {
  return rule.on === 'delivery';
}

function matchesMethod(on: string, method: string): boolean {
  if (on === 'any') return method !== 'response_url';
  return on.endsWith('.*') ? method.startsWith(on.slice(0, -1)) : on === method;
}

function matchesPlace(
  rule: { channel?: string | undefined; team?: string | undefined },
  subject: { channel: string | null; team: string | null },
): boolean {
  return (
    (rule.channel === undefined || rule.channel === subject.channel) &&
    (rule.team === undefined || rule.team === subject.team)
  );
}
