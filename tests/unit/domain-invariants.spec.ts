import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Approval,
  castVote,
  decidedArguments,
  expire,
  isRequester,
  liveVotes,
  supersede,
  undo,
} from '@/lib/domain/approval';
import { argumentProblems } from '@/lib/domain/arguments';
import { argumentsHash } from '@/lib/domain/call-hash';
import type { JsonObject } from '@/lib/domain/json';
import { functionResults, nextPause, type Pause, type PauseEvent, readiness } from '@/lib/domain/pause';
import type { Person } from '@/lib/domain/person';
import { surfaces, tiers } from '@/lib/domain/tier';
import { anApproval, aPause, aPerson, minutesAfter, noon, proved, secondsAfter } from '@/tests/support/builders';

const people: readonly Person[] = [
  aPerson('ada', 'reviewer', true, ['finance', 'legal']),
  aPerson('grace', 'reviewer', true, ['finance']),
  aPerson('edsger', 'admin'),
  aPerson('viewer', 'viewer'),
  aPerson('gone', 'reviewer', false),
];
const proposals: readonly (JsonObject | null)[] = [
  null,
  { order_id: 'A-1001', amount: 49.9, currency: 'EUR' }, // the model's own, spelled out
  { order_id: 'A-1001', amount: 10 },
  { order_id: 'A-1001', amount: 20 },
  { order_id: 'A-1001', amount: '10' }, // does not fit the tool
];

type Step =
  | {
      kind: 'vote';
      by: number;
      verdict: 'approve' | 'reject' | 'answer';
      proposal: number;
      wrongHash: boolean;
      surface: number;
    }
  | { kind: 'undo'; by: number }
  | { kind: 'expire' | 'supersede' }
  | { kind: 'wait'; seconds: number };

const person = fc.nat(people.length - 1);
const aStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('vote' as const),
      by: person,
      verdict: fc.constantFrom('approve' as const, 'approve' as const, 'reject' as const, 'answer' as const),
      proposal: fc.nat(proposals.length - 1),
      wrongHash: fc.nat(9).map((value) => value === 0),
      surface: fc.nat(surfaces.length - 1),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('undo' as const), by: person }) },
  { weight: 1, arbitrary: fc.constantFrom({ kind: 'expire' as const }, { kind: 'supersede' as const }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.nat(900) }) },
);

const anyApproval = fc
  .record({
    approvals: fc.integer({ min: 1, max: 3 }),
    rejections: fc.integer({ min: 1, max: 3 }),
    fourEyes: fc.boolean(),
    groups: fc.constantFrom([], ['finance'], ['legal', 'support'], ['nobody']),
    starter: fc.option(person),
    requester: fc.option(person),
    tier: fc.constantFrom(...tiers),
  })
  .map(({ requester, starter, tier, ...requirement }) =>
    anApproval({
      tier,
      starterId: starter === null ? null : (people[starter]?.id ?? null),
      requirement,
      requester: requester === null ? null : { text: '', userId: people[requester]?.id ?? null },
    }),
  );

function take(approval: Approval, step: Step, now: Date, index: number): Approval {
  switch (step.kind) {
    case 'wait':
      return approval;
    case 'expire':
      return expire(approval, now) ?? approval;
    case 'supersede':
      return supersede(approval, 'It went on.', now) ?? approval;
    case 'undo':
      return undo(approval, people[step.by] ?? aPerson('nobody'), now).approval;
    case 'vote': {
      const callHash = step.wrongHash ? '0'.repeat(64) : approval.callHash;
      const ballot =
        step.verdict === 'approve'
          ? { callHash, verdict: 'approve' as const, arguments: proposals[step.proposal] ?? null, note: null }
          : step.verdict === 'reject'
            ? { callHash, verdict: 'reject' as const, reason: `reason ${step.proposal}`, next: 'stop' as const }
            : { callHash, verdict: 'answer' as const, result: `answer ${step.proposal % 2}`, note: null };
      return castVote(approval, {
        ballot,
        by: people[step.by] ?? aPerson('nobody'),
        surface: surfaces[step.surface] ?? 'web',
        voteId: `vot_${index}`,
        now,
        stepUp: proved(now),
        check: argumentProblems,
      }).approval;
    }
  }
}

function holdsTogether(before: Approval, after: Approval, step: Step, now: Date): void {
  const { state } = after;
  // The call is what was stored, whatever happens.
  expect(after.call).toBe(before.call);
  expect(after.callHash).toBe(before.callHash);
  // Something changed if, and only if, the version grew by one.
  expect(after.version - before.version).toBe(after === before ? 0 : 1);
  // Votes are only ever added or voided.
  expect(after.votes.slice(0, before.votes.length).map(({ voided: _v, ...vote }) => vote)).toEqual(
    before.votes.map(({ voided: _v, ...vote }) => vote),
  );
  for (const [index, vote] of before.votes.entries()) {
    if (vote.voided !== null) expect(after.votes[index]?.voided).toEqual(vote.voided);
  }
  // Nobody counts twice; nobody counts who may not vote.
  const live = liveVotes(after);
  expect(new Set(live.map(({ by }) => by.id)).size).toBe(live.length);
  for (const { by } of after.votes) {
    const voter = people.find(({ id }) => id === by.id);
    expect(voter?.active && (voter.role === 'reviewer' || voter.role === 'admin')).toBe(true);
    if (after.requirement.fourEyes && voter) {
      expect(isRequester(after.requester, voter)).toBe(false);
      expect(after.starterId).not.toBe(voter.id);
    }
    const { groups } = after.requirement;
    if (groups.length > 0) expect(voter?.groups.some((group) => groups.includes(group))).toBe(true);
  }
  // A final state is left by undo alone, within its window, by somebody who decided.
  if (before.state.status !== 'pending' && after !== before) {
    expect(step.kind).toBe('undo');
    expect(state.status).toBe('pending');
    expect('undoUntil' in before.state && before.state.undoUntil && now < before.state.undoUntil).toBe(true);
  }
  // Nothing is decided after the deadline, and only then does anything expire.
  if (
    before.state.status === 'pending' &&
    (state.status === 'approved' || state.status === 'rejected' || state.status === 'answered')
  ) {
    expect(now < after.deadline).toBe(true);
  }
  if (state.status === 'expired' && before.state.status === 'pending') expect(now >= after.deadline).toBe(true);

  // What stands is carried by enough live votes for the very same thing; what waits is not.
  const { approvals, rejections } = after.requirement;
  const saying = (verdict: string) => live.filter(({ ballot }) => ballot.verdict === verdict);
  const largest = (keys: readonly string[]) =>
    Math.max(0, ...[...Map.groupBy(keys, (key) => key).values()].map((group) => group.length));
  const agreed = largest(saying('approve').map((vote) => vote.argumentsHash));
  const answers = largest(
    saying('answer').map(({ ballot }) => JSON.stringify(ballot.verdict === 'answer' && ballot.result)),
  );
  switch (state.status) {
    case 'approved': {
      const hash = argumentsHash(decidedArguments(after));
      expect(saying('approve').filter((vote) => vote.argumentsHash === hash).length).toBeGreaterThanOrEqual(approvals);
      expect(state.changed).toBe(hash !== argumentsHash(after.call.arguments));
      if (state.changed) expect(argumentProblems(state.arguments, after.schema)).toEqual([]);
      break;
    }
    case 'rejected':
      expect(saying('reject').length).toBeGreaterThanOrEqual(rejections);
      break;
    case 'answered':
      expect(answers).toBeGreaterThanOrEqual(approvals);
      break;
    case 'pending':
      expect(agreed).toBeLessThan(approvals);
      expect(answers).toBeLessThan(approvals);
      expect(saying('reject').length).toBeLessThan(rejections);
      break;
    default:
  }
}

describe('whatever people and the clock do', () => {
  test('an approval keeps its promises after every step', () => {
    fc.assert(
      fc.property(anyApproval, fc.array(aStep, { maxLength: 40 }), (start, steps) => {
        let present = start;
        let now = noon;
        for (const [index, step] of steps.entries()) {
          if (step.kind === 'wait') now = secondsAfter(now, step.seconds);
          const after = take(present, step, now, index);
          holdsTogether(present, after, step, now);
          present = after;
        }
      }),
      { numRuns: 1_500 },
    );
  });

  test('an undo brings back the state of before the vote, but for the voided vote and the version', () => {
    fc.assert(
      fc.property(anyApproval, fc.array(aStep, { maxLength: 20 }), (start, steps) => {
        let present = start;
        for (const [index, step] of steps.entries()) {
          const before = present;
          present = take(present, step, minutesAfter(noon, 1), index);
          if (before.state.status !== 'pending' || present.state.status === 'pending') continue;
          for (const by of people) {
            const outcome = undo(present, by, minutesAfter(noon, 1));
            if (outcome.kind !== 'undone') continue;
            expect(outcome.approval.state).toEqual({ status: 'pending' });
            expect(outcome.voteIds).toHaveLength(1);
            expect(outcome.approval.votes.filter(({ id }) => !outcome.voteIds.includes(id))).toEqual(
              present.votes.filter(({ id }) => !outcome.voteIds.includes(id)),
            );
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  test('a pause goes out only when all is decided, and then every call has exactly one result', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(anyApproval, fc.array(aStep, { maxLength: 12 })), { minLength: 1, maxLength: 4 }),
        (calls) => {
          let now = noon;
          const approvals = calls.map(([start, steps], call) => {
            let present: Approval = { ...start, id: `apr_${call}`, call: { ...start.call, id: `call_${call}` } };
            for (const [index, step] of steps.entries()) {
              if (step.kind === 'wait') now = secondsAfter(now, step.seconds);
              present = take(present, step, now, index);
            }
            return present;
          });
          const ready = readiness(approvals, now);
          if (ready.kind !== 'go') return;
          for (const { state } of approvals) {
            expect(['approved', 'rejected', 'answered', 'expired']).toContain(state.status);
            if ('undoUntil' in state && state.undoUntil) expect(now >= state.undoUntil).toBe(true);
          }
          const results = functionResults(approvals);
          expect(results.map(({ callId }) => callId)).toEqual(approvals.map(({ call }) => call.id));
          for (const [index, { result }] of results.entries()) {
            expect(result.decision).toBe(approvals[index]?.state.status);
            expect(result.executed).toBe(false);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

// Several workers that each hold an attempt of their own, persons who settle, and Gemini that does what it does.
type PauseStep =
  | { kind: 'claim' | 'sent' | 'rate_limited' | 'refused' | 'unclear'; worker: number }
  | { kind: 'all_decided' | 'undone' | 'missing' | 'mismatch' | 'send_again' | 'close' | 'ended' }
  | { kind: 'child'; worker: number; ours: boolean };

const workers = 3;
const aPauseStep: fc.Arbitrary<PauseStep> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom({ kind: 'all_decided' as const }, { kind: 'undone' as const }) },
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'claim' as const,
        'claim' as const,
        'sent' as const,
        'rate_limited' as const,
        'refused' as const,
        'unclear' as const,
      ),
      worker: fc.nat(workers - 1),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      ...(['missing', 'mismatch', 'send_again', 'send_again', 'close', 'ended'] as const).map((kind) => ({ kind })),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('child' as const), worker: fc.nat(workers - 1), ours: fc.boolean() }),
  },
);

test('of any number of workers one sends at a time, it is resumed at most once, and unclear is sent again by a person alone', () => {
  fc.assert(
    fc.property(fc.array(aPauseStep, { maxLength: 60 }), (steps) => {
      let present: Pause = aPause();
      let claims = 0;
      let resumed = 0;
      let peopleAllow = true; // since the last unclear outcome
      const held = new Map<number, string>();

      for (const step of steps) {
        const before = present;
        const attemptId = 'worker' in step ? (held.get(step.worker) ?? `none_${step.worker}`) : '';
        const event = eventOf(step, attemptId, `att_${claims}`);
        const after = nextPause(before, event);
        if (after === null) continue;
        present = after;

        expect(after.version).toBe(before.version + 1);
        if (step.kind === 'claim') {
          // Only from `ready`, so nobody else can be sending.
          expect(before.resume).toBe('ready');
          expect(peopleAllow).toBe(true);
          held.set(step.worker, `att_${claims}`);
          claims += 1;
        }
        if (after.resume === 'sending') expect(after.attemptId).not.toBeNull();
        // Reports of an attempt that is not the present one change nothing.
        if (['sent', 'rate_limited', 'refused', 'unclear'].includes(step.kind))
          expect(before.attemptId).toBe(attemptId);
        if (after.resume === 'unclear') peopleAllow = false;
        if (step.kind === 'send_again') peopleAllow = true;
        if (before.resume === 'unclear') expect(after.resume).not.toBe('sending');
        if (after.resume === 'resumed') {
          resumed += 1;
          expect(after.childId).not.toBeNull();
        }
        expect(resumed).toBeLessThanOrEqual(1);
        if (before.childId !== null) expect(after.childId).toBe(before.childId);
        expect(before.resume).not.toBe('resumed'); // nothing leaves it
      }
    }),
    { numRuns: 3_000 },
  );
});

function eventOf(step: PauseStep, attemptId: string, fresh: string): PauseEvent {
  switch (step.kind) {
    case 'claim':
      return { type: 'claimed', attemptId: fresh };
    case 'sent':
      return { type: 'sent', attemptId, childId: `child_of_${attemptId}` };
    case 'rate_limited':
      return { type: 'rate_limited', attemptId, notBefore: noon };
    case 'refused':
      return { type: 'answer_refused', attemptId, message: 'no' };
    case 'unclear':
      return { type: 'answer_unclear', attemptId, message: 'who knows' };
    case 'all_decided':
      return { type: 'all_decided' };
    case 'undone':
      return { type: 'decision_undone' };
    case 'missing':
      return { type: 'interaction_missing', message: 'gone' };
    case 'mismatch':
      return { type: 'record_mismatch', message: 'changed' };
    case 'send_again':
      return { type: 'send_again' };
    case 'close':
      return { type: 'closed_by_person', message: 'enough' };
    case 'ended':
      return { type: 'ended_elsewhere', message: 'over' };
    case 'child':
      return { type: 'child_seen', childId: `child_of_${attemptId}`, ours: step.ours };
  }
}
