import type { Approval, Ballot, CastVote, Requirement, Vote, VoteOutcome } from '@/lib/domain/approval';
import { castVote } from '@/lib/domain/approval';
import { argumentProblems } from '@/lib/domain/arguments';
import { argumentsHash, callHash } from '@/lib/domain/call-hash';
import type { Handling } from '@/lib/domain/handling';
import type { JsonObject } from '@/lib/domain/json';
import type { Pause } from '@/lib/domain/pause';
import type { Person, Role } from '@/lib/domain/person';
import type { StepUpInput } from '@/lib/domain/step-up';
import type { Surface } from '@/lib/domain/tier';

export const noon = new Date('2026-11-22T12:00:00Z');

export const secondsAfter = (start: Date, seconds: number): Date => new Date(start.getTime() + seconds * 1000);
export const minutesAfter = (start: Date, minutes: number): Date => secondsAfter(start, minutes * 60);

export function aPerson(name: string, role: Role = 'reviewer', active = true, groups: readonly string[] = []): Person {
  return { id: `usr_${name}`, name, email: `${name}@example.com`, role, active, groups };
}

export const ada = aPerson('ada');
export const grace = aPerson('grace');
export const edsger = aPerson('edsger');

export const refundSchema: JsonObject = {
  type: 'object',
  properties: {
    order_id: { type: 'string' },
    amount: { type: 'number', minimum: 0 },
    currency: { enum: ['EUR', 'USD'] },
  },
  required: ['order_id', 'amount'],
  additionalProperties: false,
};

/** What a rule asks for that asks for nothing beside votes. */
export const plainHandling: Handling = {
  escalate: [],
  slackChannel: null,
  remind: null,
  asked: [],
  onCall: [],
  hideArgumentsInSlack: false,
  blindSecondReview: false,
};

/** A pending approval of a refund; a call of other arguments has the hash that belongs to them, unless one is given. */
export function anApproval(
  change: Partial<Omit<Approval, 'requirement'>> & { requirement?: Partial<Requirement> } = {},
): Approval {
  const { requirement, ...rest } = change;
  const interactionId = rest.interactionId ?? 'int_1';
  const call = rest.call ?? {
    id: 'call_1',
    name: 'issue_refund',
    arguments: { order_id: 'A-1001', amount: 49.9, currency: 'EUR' },
  };
  return {
    id: 'apr_1',
    pauseId: 'pau_1',
    runId: 'run_1',
    interactionId,
    call,
    callHash: callHash({ interaction: interactionId, callId: call.id, name: call.name, arguments: call.arguments }),
    schema: refundSchema,
    tier: 2,
    effect: 'Refund 49.9 EUR for order A-1001',
    requester: null,
    starterId: null,
    fulfilment: 'answer',
    deadline: minutesAfter(noon, 60),
    createdAt: noon,
    version: 1,
    votes: [],
    state: { status: 'pending' },
    outcome: null,
    ...rest,
    requirement: {
      approvals: 1,
      rejections: 1,
      fourEyes: true,
      groups: [],
      rule: 'Tier 2',
      reason: 'It costs money.',
      problem: null,
      policyVersion: 1,
      onTimeout: 'reject',
      handling: plainHandling,
      ...requirement,
    },
  };
}

export function aPause(change: Partial<Pause> = {}): Pause {
  return {
    id: 'pau_1',
    runId: 'run_1',
    interactionId: 'int_1',
    resume: 'waiting',
    message: null,
    version: 1,
    attemptId: null,
    childId: null,
    notBefore: null,
    ...change,
  };
}

export const approving = (approval: Approval, args: JsonObject | null = null, note: string | null = null): Ballot => ({
  callHash: approval.callHash,
  verdict: 'approve',
  arguments: args,
  note,
});

export const rejecting = (approval: Approval, reason = 'Not this customer.'): Ballot => ({
  callHash: approval.callHash,
  verdict: 'reject',
  reason,
  next: 'stop',
});

export const answering = (approval: Approval, result: string | JsonObject = 'Done by hand.'): Ballot => ({
  callHash: approval.callHash,
  verdict: 'answer',
  result,
  note: null,
});

export function aVote(by: Person, ballot: Ballot, approval: Approval, change: Partial<Vote> = {}): Vote {
  const args = ballot.verdict === 'approve' && ballot.arguments !== null ? ballot.arguments : approval.call.arguments;
  return {
    id: `vot_${by.name}`,
    by: { id: by.id, name: by.name },
    at: noon,
    surface: 'web',
    ballot,
    argumentsHash: argumentsHash(args),
    stepUp: null,
    voided: null,
    ...change,
  };
}

/** Somebody without a passkey who gave their password at this moment. */
export function proved(at: Date): StepUpInput {
  return { given: { with: 'password', at, assertion: null }, hasPasskey: false, keysMayVote: true };
}

let votes = 0;

/** Casts a vote with everything that a test does not care about. */
export function cast(
  approval: Approval,
  by: Person,
  ballot: Ballot,
  options: { now?: Date; surface?: Surface; check?: CastVote['check']; stepUp?: StepUpInput } = {},
): VoteOutcome {
  votes += 1;
  return castVote(approval, {
    ballot,
    by,
    surface: options.surface ?? 'web',
    voteId: `vot_${votes}`,
    now: options.now ?? minutesAfter(noon, 1),
    stepUp: options.stepUp ?? proved(options.now ?? minutesAfter(noon, 1)),
    check: options.check ?? argumentProblems,
  });
}

/** The approval after a vote that must count. */
export function afterVote(
  approval: Approval,
  by: Person,
  ballot: Ballot,
  options: { now?: Date; surface?: Surface } = {},
): Approval {
  const outcome = cast(approval, by, ballot, options);
  if (outcome.kind === 'refused') throw new Error(`The vote was refused: ${outcome.reason.code}`);
  return outcome.approval;
}
