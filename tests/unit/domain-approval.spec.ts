import { describe, expect, test } from 'vitest';
import {
  type Approval,
  type ApprovalState,
  type ApprovalStatus,
  approvalStatuses,
  decideByRule,
  decidedArguments,
  expire,
  isRequester,
  isUndoable,
  liveVotes,
  mayVote,
  supersede,
  undo,
} from '@/lib/domain/approval';
import type { JsonObject } from '@/lib/domain/json';
import { type Person, roles } from '@/lib/domain/person';
import {
  ada,
  afterVote,
  anApproval,
  answering,
  aPerson,
  approving,
  aVote,
  cast,
  edsger,
  grace,
  minutesAfter,
  noon,
  rejecting,
  secondsAfter,
} from '@/tests/support/builders';

const people = { kind: 'people' as const, voters: [{ id: ada.id, name: ada.name }] };
const closing = { by: people, at: noon, undoUntil: minutesAfter(noon, 5) };
const args = { order_id: 'A-1001', amount: 49.9, currency: 'EUR' };

const states: { [Status in ApprovalStatus]: Extract<ApprovalState, { status: Status }> } = {
  pending: { status: 'pending' },
  approved: { status: 'approved', ...closing, arguments: args, changed: false, note: null },
  rejected: { status: 'rejected', ...closing, reason: 'No.', next: 'stop' },
  answered: { status: 'answered', ...closing, result: 'Done.', note: null },
  expired: { status: 'expired', at: noon },
  superseded: { status: 'superseded', at: noon, why: 'It went on.' },
};

const in_ = (status: ApprovalStatus): Approval => {
  const approval = anApproval({ state: states[status], version: 7 });
  const ballots = { approved: approving(approval), rejected: rejecting(approval), answered: answering(approval) };
  const ballot = status in ballots ? ballots[status as keyof typeof ballots] : null;
  return ballot ? { ...approval, votes: [aVote(ada, ballot, approval)] } : approval;
};

type Input = 'approve' | 'edit' | 'reject' | 'answer' | 'rule' | 'expire' | 'supersede' | 'undo';

/** The status after an input, or why there is none: a refusal, or null when nothing happens. */
function apply(status: ApprovalStatus, input: Input): string | null {
  const approval = in_(status);
  const byVote = (ballot: Parameters<typeof cast>[2]) => {
    const outcome = cast(approval, grace, ballot);
    return outcome.kind === 'refused' ? outcome.reason.code : outcome.approval.state.status;
  };
  switch (input) {
    case 'approve':
      return byVote(approving(approval));
    case 'edit':
      return byVote(approving(approval, { order_id: 'A-1001', amount: 1 }));
    case 'reject':
      return byVote(rejecting(approval));
    case 'answer':
      return byVote(answering(approval));
    case 'rule': {
      const after = decideByRule(approval, { outcome: 'approve' }, noon);
      return after === approval ? null : after.state.status;
    }
    case 'expire':
      return expire(approval, approval.deadline)?.state.status ?? null;
    case 'supersede':
      return supersede(approval, 'It went on.', noon)?.state.status ?? null;
    case 'undo': {
      const outcome = undo(approval, ada, minutesAfter(noon, 1));
      return outcome.kind === 'refused' ? outcome.reason : outcome.approval.state.status;
    }
  }
}

const closed = {
  approve: 'already_decided',
  edit: 'already_decided',
  reject: 'already_decided',
  answer: 'already_decided',
  rule: null,
  expire: null,
  supersede: null,
};
const expected: Record<ApprovalStatus, Record<Input, string | null>> = {
  pending: {
    approve: 'approved',
    edit: 'approved',
    reject: 'rejected',
    answer: 'answered',
    rule: 'approved',
    expire: 'expired',
    supersede: 'superseded',
    undo: 'not_decided',
  },
  approved: { ...closed, undo: 'pending' },
  rejected: { ...closed, undo: 'pending' },
  answered: { ...closed, undo: 'pending' },
  expired: { ...closed, undo: 'not_decided' },
  superseded: { ...closed, undo: 'not_decided' },
};

describe('every status and every input', () => {
  const facts = approvalStatuses.flatMap((status) =>
    (Object.keys(expected[status]) as Input[]).map((input) => [status, input, expected[status][input]] as const),
  );
  test.each(facts)('%s, %s → %s', (status, input, result) => {
    expect(apply(status, input)).toBe(result);
  });
});

describe('votes', () => {
  test('a vote settles it when one is enough: by whom, when, with which arguments', () => {
    const approval = anApproval();
    expect(cast(approval, ada, approving(approval, null, 'Fine.'))).toMatchObject({
      kind: 'decided',
      approval: {
        version: 2,
        state: {
          status: 'approved',
          by: { kind: 'people', voters: [{ id: ada.id, name: 'ada' }] },
          at: minutesAfter(noon, 1),
          arguments: approval.call.arguments,
          changed: false,
          note: 'Fine.',
        },
      },
    });
  });

  test('a rejection keeps its reason and what the agent should do', () => {
    const approval = anApproval();
    const ballot = { ...rejecting(approval), reason: '  Wrong order. ', next: 'ask' as const };
    expect(afterVote(approval, ada, ballot).state).toMatchObject({
      status: 'rejected',
      reason: 'Wrong order.',
      next: 'ask',
    });
  });

  test.each(['', '   ', '\n\t'])('a rejection without a reason (%j) is refused', (reason) => {
    const approval = anApproval();
    expect(cast(approval, ada, rejecting(approval, reason))).toMatchObject({
      kind: 'refused',
      reason: { code: 'reason_missing' },
    });
  });

  test('the same vote of the same person again is unchanged, also after it settled the approval', () => {
    for (const make of [approving, rejecting, answering]) {
      const approval = anApproval();
      const once = afterVote(approval, ada, make(approval));
      expect(cast(once, ada, make(approval))).toEqual({ kind: 'unchanged', approval: once });
    }
  });

  test('approving the model’s own arguments in other words of JSON is the same vote', () => {
    const approval = anApproval();
    const once = afterVote(approval, ada, approving(approval));
    const spelled = { currency: 'EUR', amount: 49.9, order_id: 'A-1001' };
    expect(cast(once, ada, approving(approval, spelled)).kind).toBe('unchanged');
  });

  test('another vote of the same person is refused while the first counts', () => {
    const approval = anApproval({ requirement: { approvals: 2, rejections: 2 } });
    const once = afterVote(approval, ada, approving(approval));
    expect(cast(once, ada, rejecting(approval))).toMatchObject({ reason: { code: 'already_voted' } });
    expect(cast(once, ada, answering(approval))).toMatchObject({ reason: { code: 'already_voted' } });
    const rejected = afterVote(approval, ada, rejecting(approval));
    expect(cast(rejected, ada, approving(approval))).toMatchObject({ reason: { code: 'already_voted' } });
    expect(cast(rejected, ada, rejecting(approval, 'Another reason.'))).toMatchObject({
      reason: { code: 'already_voted' },
    });
  });

  test('a vote that names another hash is refused: its reviewer saw something else', () => {
    const approval = anApproval();
    const ballot = { ...approving(approval), callHash: 'f'.repeat(64) };
    expect(cast(approval, ada, ballot)).toEqual({ kind: 'refused', approval, reason: { code: 'hash_differs' } });
  });

  test('a vote counts one millisecond before the deadline and not at it, whether or not the sweep has run', () => {
    const approval = anApproval();
    const before = new Date(approval.deadline.getTime() - 1);
    expect(cast(approval, ada, approving(approval), { now: before }).kind).toBe('decided');
    expect(cast(approval, ada, approving(approval), { now: approval.deadline })).toMatchObject({
      kind: 'refused',
      reason: { code: 'too_late' },
    });
  });

  test.each(roles)('a %s may vote only when the role says so, and never when deactivated', (role) => {
    const approval = anApproval();
    const may = role === 'reviewer' || role === 'admin';
    expect(mayVote(approval, aPerson('someone', role))).toBe(may ? 'yes' : 'not_a_reviewer');
    expect(mayVote(approval, aPerson('someone', role, false))).toBe('not_a_reviewer');
    expect(cast(approval, aPerson('someone', role, false), approving(approval)).kind).toBe('refused');
  });
});

describe('four eyes', () => {
  test.each([
    ['by id', { text: 'the night job', userId: ada.id }, true],
    ['by e-mail, in any case and with spaces', { text: ' ADA@Example.com ', userId: null }, true],
    ['not by another e-mail', { text: 'ada@example.org', userId: null }, false],
    ['not without a requester', null, false],
  ])('the requester is recognised %s', (_how, requester, is) => {
    expect(isRequester(requester, ada)).toBe(is);
    const approval = anApproval({ requester });
    expect(mayVote(approval, ada)).toBe(is ? 'own_run' : 'yes');
    expect(cast(approval, ada, rejecting(approval)).kind).toBe(is ? 'refused' : 'decided');
  });

  test('a rule may allow the requester', () => {
    const approval = anApproval({ requester: { text: '', userId: ada.id }, requirement: { fourEyes: false } });
    expect(cast(approval, ada, approving(approval)).kind).toBe('decided');
  });
});

describe('quorum', () => {
  test('two must approve the same; the second settles it and both are named', () => {
    const approval = anApproval({ requirement: { approvals: 2 } });
    const first = cast(approval, ada, approving(approval));
    expect(first).toMatchObject({ kind: 'recorded', approval: { version: 2, state: { status: 'pending' } } });
    expect(cast(first.approval, grace, approving(approval))).toMatchObject({
      kind: 'decided',
      approval: { version: 3, state: { by: { voters: [{ name: 'ada' }, { name: 'grace' }] } } },
    });
  });

  test('one rejection of one needed settles it although others approved', () => {
    const approval = anApproval({ requirement: { approvals: 2 } });
    const state = afterVote(afterVote(approval, ada, approving(approval)), grace, rejecting(approval)).state;
    expect(state).toMatchObject({ status: 'rejected', by: { voters: [{ name: 'grace' }] } });
  });

  test('two needed rejections: the first reason stands and both are named', () => {
    const approval = anApproval({ requirement: { rejections: 2 } });
    const once = afterVote(approval, ada, rejecting(approval, 'First.'));
    expect(once.state.status).toBe('pending');
    expect(afterVote(once, grace, rejecting(approval, 'Second.')).state).toMatchObject({
      status: 'rejected',
      reason: 'First.',
      by: { voters: [{ name: 'ada' }, { name: 'grace' }] },
    });
  });

  test('an answer needs as many people as an approval, and they must give the same', () => {
    const approval = anApproval({ requirement: { approvals: 2 } });
    const once = afterVote(approval, ada, answering(approval, { a: 1, b: 2 }));
    const other = afterVote(once, grace, answering(approval, 'something else'));
    expect(other.state.status).toBe('pending');
    expect(afterVote(other, edsger, answering(approval, { b: 2, a: 1 })).state).toMatchObject({
      status: 'answered',
      by: { voters: [{ name: 'ada' }, { name: 'edsger' }] },
    });
  });

  test('a text and the object that reads the same are two answers', () => {
    const approval = anApproval({ requirement: { approvals: 2 } });
    const once = afterVote(approval, ada, answering(approval, '{"a":1}'));
    expect(afterVote(once, grace, answering(approval, { a: 1 })).state.status).toBe('pending');
  });
});

describe('edits', () => {
  const edit = { order_id: 'A-1001', amount: 10 };

  test('the edit decides with its own arguments; the call and its hash stay', () => {
    const approval = anApproval();
    const after = afterVote(approval, ada, approving(approval, edit));
    expect(after.state).toMatchObject({ status: 'approved', arguments: edit, changed: true });
    expect(after.call).toEqual(approval.call);
    expect(after.callHash).toBe(approval.callHash);
    expect(decidedArguments(after)).toEqual(edit);
  });

  test('arguments that the tool does not take are refused with what is wrong', () => {
    const approval = anApproval();
    expect(cast(approval, ada, approving(approval, { order_id: 'A-1001', amount: '10' }))).toMatchObject({
      kind: 'refused',
      reason: { code: 'arguments_invalid', problems: [{ path: '/amount' }] },
    });
  });

  test('arguments that cannot be stored as they are cannot be agreed on', () => {
    const approval = anApproval({ schema: { type: 'object' } });
    let deep: JsonObject = {};
    for (let level = 0; level < 50_000; level++) deep = { deep };
    for (const args of [{ a: 'x\0' }, { a: '\ud800' }, JSON.parse('{"a":{"__proto__":1}}') as JsonObject, deep]) {
      expect(cast(approval, ada, approving(approval, args))).toMatchObject({
        kind: 'refused',
        reason: { code: 'arguments_invalid' },
      });
    }
  });

  test('arguments spelled as the model’s are not an edit and are not held against the schema', () => {
    const approval = anApproval({ schema: null });
    expect(cast(approval, ada, approving(approval, { ...approval.call.arguments })).kind).toBe('decided');
  });

  test('an edit voids approvals of other arguments; whoever gave them may vote again, once', () => {
    const approval = anApproval({ requirement: { approvals: 2 } });
    const first = afterVote(approval, ada, approving(approval));
    const edited = afterVote(first, grace, approving(approval, edit));
    expect(edited.state.status).toBe('pending');
    expect(liveVotes(edited).map((vote) => vote.by.name)).toEqual(['grace']);
    const settled = afterVote(edited, ada, approving(approval, edit));
    expect(settled.state).toMatchObject({ status: 'approved', arguments: edit, changed: true });
  });

  test('whoever approved may propose an edit instead; the earlier vote counts no more', () => {
    const approval = anApproval({ requirement: { approvals: 2 } });
    const twice = afterVote(afterVote(approval, ada, approving(approval)), ada, approving(approval, edit));
    expect(liveVotes(twice)).toHaveLength(1);
    expect(twice.state.status).toBe('pending');
  });

  test('approvals of different arguments never add up', () => {
    const approval = anApproval({ requirement: { approvals: 2 } });
    let present = afterVote(approval, ada, approving(approval));
    present = afterVote(present, grace, approving(approval, edit));
    present = afterVote(present, edsger, approving(approval, { ...edit, amount: 11 }));
    expect(present.state.status).toBe('pending');
  });

  test('an edit leaves a rejection standing', () => {
    const approval = anApproval({ requirement: { rejections: 2, approvals: 2 } });
    const rejected = afterVote(approval, ada, rejecting(approval));
    const edited = afterVote(rejected, grace, approving(approval, edit));
    expect(liveVotes(edited)).toHaveLength(2);
    expect(afterVote(edited, edsger, rejecting(approval)).state.status).toBe('rejected');
  });
});

describe('undo', () => {
  test.each([
    [0, 'web', null],
    [1, 'web', 5],
    [2, 'slack', 10],
    [3, 'web', null],
    [4, 'web', null],
    [1, 'api', null],
    [2, 'api', null],
  ] as const)('tier %i by %s: %s seconds', (tier, surface, seconds) => {
    const approval = anApproval({ tier });
    const now = minutesAfter(noon, 1);
    const { state } = afterVote(approval, ada, approving(approval), { now, surface });
    expect(state).toMatchObject({ undoUntil: seconds === null ? null : secondsAfter(now, seconds) });
  });

  test('inside the window the vote is voided, kept, and the approval waits as before; at its end it is too late', () => {
    const approval = anApproval();
    const decided = afterVote(approval, ada, approving(approval), { now: noon });
    expect(isUndoable(decided, secondsAfter(noon, 9.999))).toBe(true);
    expect(isUndoable(decided, secondsAfter(noon, 10))).toBe(false);
    const outcome = undo(decided, ada, secondsAfter(noon, 9.999));
    expect(outcome).toMatchObject({
      kind: 'undone',
      approval: { version: 3, state: { status: 'pending' }, votes: [{ voided: { why: 'undone' } }] },
    });
    expect(undo(decided, ada, secondsAfter(noon, 10))).toMatchObject({ kind: 'refused', reason: 'too_late' });
  });

  test('after an undo the same person may vote otherwise', () => {
    const approval = anApproval();
    const decided = afterVote(approval, ada, approving(approval), { now: noon });
    const undone = undo(decided, ada, secondsAfter(noon, 1));
    expect(afterVote(undone.approval, ada, rejecting(approval)).state.status).toBe('rejected');
  });

  test('nobody takes back what others decided', () => {
    const approval = anApproval();
    const decided = afterVote(approval, ada, approving(approval), { now: noon });
    expect(undo(decided, grace, secondsAfter(noon, 1))).toMatchObject({ kind: 'refused', reason: 'not_yours' });
  });

  test('who was outvoted decided nothing and can take nothing back', () => {
    const approval = anApproval({ requirement: { rejections: 2 } });
    const decided = afterVote(afterVote(approval, ada, rejecting(approval)), grace, approving(approval), { now: noon });
    expect(decided.state.status).toBe('approved');
    expect(undo(decided, ada, secondsAfter(noon, 1))).toMatchObject({ kind: 'refused', reason: 'not_yours' });
  });

  test('what a rule decided is not undone', () => {
    expect(undo(decideByRule(anApproval(), { outcome: 'approve' }, noon), ada, noon)).toMatchObject({
      reason: 'not_yours',
    });
  });
});

test('a rule’s approval is the same record as a person’s', () => {
  const approval = anApproval({ requirement: { rule: 'Reads pass', policyVersion: 3 } });
  expect(decideByRule(approval, { outcome: 'approve' }, noon)).toMatchObject({
    version: 2,
    votes: [],
    state: {
      status: 'approved',
      by: { kind: 'rule', rule: 'Reads pass', policyVersion: 3 },
      at: noon,
      undoUntil: null,
      arguments: approval.call.arguments,
      changed: false,
    },
  });
});

test('an approval expires at its deadline, not before', () => {
  const approval = anApproval();
  expect(expire(approval, new Date(approval.deadline.getTime() - 1))).toBeNull();
  expect(expire(approval, approval.deadline)).toMatchObject({ version: 2, state: { status: 'expired' } });
});

test('a rule that rejects leaves the same record as a person, by the rule', () => {
  const approval = anApproval({ requirement: { rule: 'Never at night', policyVersion: 3 } });
  const decision = { outcome: 'reject' as const, reason: 'Not at night', next: 'ask' as const };
  expect(decideByRule(approval, decision, noon)).toMatchObject({
    version: 2,
    votes: [],
    state: {
      status: 'rejected',
      by: { kind: 'rule', rule: 'Never at night', policyVersion: 3 },
      at: noon,
      undoUntil: null,
      reason: 'Not at night',
      next: 'ask',
    },
  });
});

describe('who may vote', () => {
  const finance = aPerson('fay', 'reviewer', true, ['finance']);
  const admin = aPerson('root', 'admin');
  const refused = (approval: ReturnType<typeof anApproval>, by: Person) => {
    const outcome = cast(approval, by, approving(approval));
    return outcome.kind === 'refused' ? outcome.reason.code : outcome.kind;
  };

  test('the members of any group that the rule names, and nobody else: no role stands above it', () => {
    const approval = anApproval({ requirement: { groups: ['finance', 'legal'] } });
    expect(refused(approval, finance)).toBe('decided');
    expect(refused(approval, aPerson('lou', 'reviewer', true, ['support', 'legal']))).toBe('decided');
    expect(refused(approval, ada)).toBe('not_in_group');
    expect(refused(approval, admin)).toBe('not_in_group');
    expect(refused(approval, aPerson('vera', 'viewer', true, ['finance']))).toBe('not_a_reviewer');
    expect(refused(approval, aPerson('gone', 'reviewer', false, ['finance']))).toBe('not_a_reviewer');
  });

  test('not whoever started the run with a key of their own, whomever they named as its requester', () => {
    const approval = anApproval({ starterId: ada.id, requester: { text: grace.email, userId: grace.id } });
    expect(refused(approval, ada)).toBe('own_run');
    expect(refused(approval, grace)).toBe('own_run');
    expect(refused(approval, edsger)).toBe('decided');
    expect(refused(anApproval({ starterId: ada.id, requirement: { fourEyes: false } }), ada)).toBe('decided');
  });
});
