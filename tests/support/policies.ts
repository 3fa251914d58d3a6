import type { JsonObject } from '@/lib/domain/json';
import type { PolicyDocument } from '@/lib/domain/policy/document';
import { type CallFacts, type Judgement, policyOf } from '@/lib/domain/policy/judge';

/** A policy of these rules, as somebody would write it. */
export function aPolicy(rules: readonly unknown[], change: Readonly<Record<string, unknown>> = {}): unknown {
  return { format: 'countersign-policy/1', timeZone: 'Europe/Berlin', rules, ...change };
}

export const letPass = (when: string, name = 'Pass'): unknown => ({ name, when, outcome: { outcome: 'approve' } });
export const stop = (when: string, name = 'Stop'): unknown => ({
  name,
  when,
  outcome: { outcome: 'reject', reason: 'Not by an agent' },
});
export const ask = (when: string, review: Readonly<Record<string, unknown>> = {}, name = 'Ask'): unknown => ({
  name,
  when,
  outcome: { outcome: 'review', ...review },
});

export const monday = new Date('2026-03-02T12:00:00Z');

/** A refund of 250 by a known tool of tier 2, on a Monday at noon. */
export function someFacts(change: Partial<CallFacts> = {}): CallFacts {
  return {
    call: { name: 'issue_refund', arguments: { order_id: 'A-1', amount: 250, currency: 'EUR' } },
    tool: { tier: 2, deadlineMinutes: null },
    agent: 'Support',
    run: { origin: 'started', metadata: { team: 'returns' } },
    requester: null,
    now: monday,
    counts: {},
    fourEyes: true,
    ...change,
  };
}

export const withArguments = (args: JsonObject): Partial<CallFacts> => ({
  call: { name: 'issue_refund', arguments: args },
});

/** What these rules say of a call. */
export function judged(
  rules: readonly unknown[],
  change: Partial<CallFacts> = {},
  of: Partial<PolicyDocument> = {},
): Judgement {
  return policyOf(aPolicy(rules, of), 7).judge(someFacts(change));
}
