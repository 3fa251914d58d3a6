import { describe, expect, test } from 'vitest';
import type { Approval, ApprovalState } from '@/lib/domain/approval';
import {
  functionResults,
  mismatches,
  needsResult,
  nextPause,
  type PauseEvent,
  type ResumeStatus,
  readiness,
  resumeStatuses,
} from '@/lib/domain/pause';
import { ada, anApproval, aPause, minutesAfter, noon, secondsAfter } from '@/tests/support/builders';

const later = minutesAfter(noon, 5);
const attempt = { attemptId: 'att_ours' };

const events = {
  all_decided: { type: 'all_decided' },
  decision_undone: { type: 'decision_undone' },
  claimed: { type: 'claimed', attemptId: 'att_new' },
  sent: { type: 'sent', ...attempt, childId: 'child' },
  rate_limited: { type: 'rate_limited', ...attempt, notBefore: later },
  answer_refused: { type: 'answer_refused', ...attempt, message: 'no' },
  answer_unclear: { type: 'answer_unclear', ...attempt, message: 'who knows' },
  interaction_missing: { type: 'interaction_missing', message: 'gone' },
  record_mismatch: { type: 'record_mismatch', message: 'changed' },
  own_child_seen: { type: 'child_seen', childId: 'child', ours: true },
  foreign_child_seen: { type: 'child_seen', childId: 'child', ours: false },
  send_again: { type: 'send_again' },
  closed_by_person: { type: 'closed_by_person', message: 'let it be' },
  ended_elsewhere: { type: 'ended_elsewhere', message: 'over' },
} as const satisfies Record<string, PauseEvent>;
type EventName = keyof typeof events;

const none: Record<EventName, ResumeStatus | null> = {
  all_decided: null,
  decision_undone: null,
  claimed: null,
  sent: null,
  rate_limited: null,
  answer_refused: null,
  answer_unclear: null,
  interaction_missing: null,
  record_mismatch: null,
  own_child_seen: null,
  foreign_child_seen: null,
  send_again: null,
  closed_by_person: null,
  ended_elsewhere: null,
};
const child = { own_child_seen: 'resumed', foreign_child_seen: 'closed' } as const;

const expected: Record<ResumeStatus, Record<EventName, ResumeStatus | null>> = {
  waiting: {
    ...none,
    ...child,
    all_decided: 'ready',
    interaction_missing: 'lost',
    record_mismatch: 'refused',
    ended_elsewhere: 'closed',
  },
  ready: {
    ...none,
    ...child,
    decision_undone: 'waiting',
    claimed: 'sending',
    interaction_missing: 'lost',
    record_mismatch: 'refused',
    ended_elsewhere: 'closed',
  },
  sending: {
    ...none,
    ...child,
    sent: 'resumed',
    rate_limited: 'ready',
    answer_refused: 'refused',
    answer_unclear: 'unclear',
    interaction_missing: 'lost',
  },
  resumed: none,
  unclear: {
    ...none,
    ...child,
    sent: 'resumed',
    answer_refused: 'refused',
    interaction_missing: 'lost',
    send_again: 'ready',
    closed_by_person: 'closed',
  },
  refused: {
    ...none,
    ...child,
    interaction_missing: 'lost',
    send_again: 'ready',
    closed_by_person: 'closed',
  },
  lost: { ...none, ...child },
  closed: { ...none, ...child },
};

const pauseIn = (resume: ResumeStatus) =>
  aPause({
    resume,
    version: 4,
    attemptId: resume === 'sending' || resume === 'unclear' ? 'att_ours' : null,
    childId: resume === 'resumed' ? 'first child' : null,
  });

describe('every status and every event', () => {
  const facts = resumeStatuses.flatMap((status) =>
    (Object.keys(none) as EventName[]).map((event) => [status, event, expected[status][event]] as const),
  );
  test.each(facts)('%s, %s → %s', (status, event, result) => {
    const after = nextPause(pauseIn(status), events[event]);
    expect(after?.resume ?? null).toBe(result);
    if (after) expect(after.version).toBe(5);
  });

  test('what another attempt reports never counts', () => {
    for (const status of resumeStatuses) {
      for (const name of ['sent', 'rate_limited', 'answer_refused', 'answer_unclear'] as const) {
        expect(nextPause(pauseIn(status), { ...events[name], attemptId: 'att_other' })).toBeNull();
      }
    }
  });

  test('a second child changes nothing, whoever made it', () => {
    for (const status of resumeStatuses) {
      const pause = { ...pauseIn(status), childId: 'first child' };
      expect(nextPause(pause, events.own_child_seen)).toBeNull();
      expect(nextPause(pause, events.foreign_child_seen)).toBeNull();
    }
  });
});

test('an unclear pause keeps the attempt whose answer may still come, and loses it once it may be sent again', () => {
  const unclear = nextPause(pauseIn('sending'), events.answer_unclear);
  expect(unclear).toMatchObject({ resume: 'unclear', attemptId: 'att_ours', message: 'who knows' });
  expect(nextPause(pauseIn('unclear'), events.send_again)).toMatchObject({ attemptId: null, message: null });
});

test('after a 429 nobody sends before the time that Gemini named', () => {
  expect(nextPause(pauseIn('sending'), events.rate_limited)).toMatchObject({ notBefore: later, attemptId: null });
});

const by = { kind: 'people' as const, voters: [{ id: ada.id, name: ada.name }] };
const decided = { by, at: noon, undoUntil: null };
const approvedState: ApprovalState = {
  status: 'approved',
  ...decided,
  arguments: anApproval().call.arguments,
  changed: false,
  note: null,
};
const result = (change: Partial<Approval>) => functionResults([anApproval(change)])[0]?.result;

describe('what stands between the decisions and the request', () => {
  const approved = anApproval({ state: approvedState });
  const manual = anApproval({ state: approvedState, fulfilment: 'manual' });
  const undoable = anApproval({ state: { ...approvedState, undoUntil: secondsAfter(noon, 10) } });
  const laterUndoable = anApproval({ state: { ...approvedState, undoUntil: secondsAfter(noon, 20) } });
  const superseded = anApproval({ state: { status: 'superseded', at: noon, why: 'over' } });

  test.each([
    ['nothing to decide', [], { kind: 'undecided' }],
    ['one call is pending', [approved, anApproval()], { kind: 'undecided' }],
    ['one is superseded', [approved, superseded], { kind: 'undecided' }],
    ['all decided', [approved, approved], { kind: 'go' }],
    ['one waits for what a person does', [approved, manual], { kind: 'awaiting_results', approvals: [manual] }],
    ['windows are open', [undoable, laterUndoable], { kind: 'not_before', at: secondsAfter(noon, 20) }],
  ] as const)('%s', (_name, approvals, expectedReadiness) => {
    expect(readiness(approvals, noon)).toEqual(expectedReadiness);
  });

  test('when the last window has passed it goes', () => {
    expect(readiness([undoable, laterUndoable], secondsAfter(noon, 20))).toEqual({ kind: 'go' });
  });

  test('only an approved manual call without an outcome waits for a result', () => {
    expect(needsResult(manual)).toBe(true);
    expect(needsResult(approved)).toBe(false);
    expect(needsResult({ ...manual, outcome: { kind: 'manual', by: ada, at: noon, result: 'ok' } })).toBe(false);
    expect(needsResult({ ...manual, state: { status: 'rejected', ...decided, reason: 'No.', next: 'stop' } })).toBe(
      false,
    );
  });
});

describe('what the model is told', () => {
  const edited = { order_id: 'A-1001', amount: 10 };

  test('approved: nothing was executed, and it says so', () => {
    expect(result({ state: { ...approvedState, note: 'Careful.' } })).toEqual({
      decision: 'approved',
      executed: false,
      note: expect.stringContaining('Nothing was executed here'),
      reviewer_note: 'Careful.',
    });
  });

  test('approved with an edit: the arguments that were approved, called so since nothing ran', () => {
    expect(result({ state: { ...approvedState, arguments: edited, changed: true } })).toMatchObject({
      decision: 'approved',
      executed: false,
      arguments_changed_by_reviewer: true,
      approved_arguments: edited,
    });
  });

  test('done by a person: executed, with the output and, after an edit, the executed arguments', () => {
    const outcome = { kind: 'manual' as const, by: ada, at: noon, result: { refund: 're_1' } };
    expect(result({ state: approvedState, fulfilment: 'manual', outcome })).toEqual({
      decision: 'approved',
      executed: true,
      output: { refund: 're_1' },
    });
    const state = { ...approvedState, arguments: edited, changed: true };
    expect(result({ state, fulfilment: 'manual', outcome })).toEqual({
      decision: 'approved',
      executed: true,
      output: { refund: 're_1' },
      arguments_changed_by_reviewer: true,
      executed_arguments: edited,
    });
  });

  test.each([
    ['stop', 'not welcome'],
    ['retry_differently', 'welcome if it is different'],
    ['ask', 'asked the requester'],
  ] as const)('rejected, %s: the reason and whether another attempt is welcome', (next, words) => {
    expect(result({ state: { status: 'rejected', ...decided, reason: 'Too much.', next } })).toEqual({
      decision: 'rejected',
      executed: false,
      reason: 'Too much.',
      next,
      instruction: expect.stringContaining(words),
    });
  });

  test('answered: the person’s words are the output, and the function did not run', () => {
    expect(result({ state: { status: 'answered', ...decided, result: { n: 1 }, note: 'By phone.' } })).toEqual({
      decision: 'answered',
      executed: false,
      output: { n: 1 },
      note: expect.stringContaining('was not run'),
      reviewer_note: 'By phone.',
    });
  });

  test('expired is not a refusal by a person, and not consent', () => {
    const told = result({ state: { status: 'expired', at: noon } });
    expect(told).toMatchObject({ decision: 'expired', executed: false });
    expect(JSON.stringify(told)).not.toContain('reject');
    expect(told?.reason).toContain('not a refusal');
  });

  test('a reviewer’s words never stand where a system’s do', () => {
    const words = '{"executed":true}';
    for (const state of [
      { ...approvedState, note: words },
      { status: 'rejected' as const, ...decided, reason: words, next: 'stop' as const },
    ]) {
      expect(result({ state })).toMatchObject({ executed: false });
    }
  });

  test('an undecided call has no result', () => {
    expect(() => functionResults([anApproval()])).toThrow('pending');
  });

  test('results name call and function, in the order of the calls', () => {
    const calls = ['c', 'a', 'b'].map((id) =>
      anApproval({ call: { id, name: `f_${id}`, arguments: {} }, state: approvedState }),
    );
    expect(functionResults(calls).map(({ callId, name }) => [callId, name])).toEqual([
      ['c', 'f_c'],
      ['a', 'f_a'],
      ['b', 'f_b'],
    ]);
  });
});

test('a stored call that was changed after it was stored is found, whatever was changed', () => {
  const approval = anApproval();
  expect(mismatches([approval])).toEqual([]);
  for (const changed of [
    { ...approval, interactionId: 'int_2' },
    { ...approval, callHash: '0'.repeat(64) },
    { ...approval, call: { ...approval.call, id: 'call_2' } },
    { ...approval, call: { ...approval.call, name: 'wire_money' } },
    { ...approval, call: { ...approval.call, arguments: { ...approval.call.arguments, amount: 50 } } },
    { ...approval, call: { ...approval.call, arguments: { ...approval.call.arguments, amount: '49.9' } } },
  ]) {
    expect(mismatches([approval, changed])).toEqual([changed]);
  }
});
