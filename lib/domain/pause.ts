import { type Approval, decidedArguments, isUndoable, type NextStep } from './approval';
import { callHash } from './call-hash';
import type { JsonObject } from './json';

/** An interaction at `requires_action`: its pending calls are decided one by one and resumed together, once. */
export type Pause = Readonly<{
  id: string;
  runId: string;
  interactionId: string;
  resume: ResumeStatus;
  message: string | null;
  version: number;
  attemptId: string | null; // holds the claim while `sending`
  childId: string | null;
  notBefore: Date | null; // asked for by `retry-after`
}>;

export const resumeStatuses = [
  'waiting', // a call is still undecided
  'ready', // all decided; goes out when undo windows have passed
  'sending', // claimed: one request is, or was, on the wire
  'resumed',
  'unclear', // whether the request arrived is not known; never sent again by itself
  'refused', // Gemini said no, or the record did not match; nothing was started
  'lost', // the interaction is no longer stored at Gemini
  'closed', // ended without a resume of ours
] as const;
export type ResumeStatus = (typeof resumeStatuses)[number];

export type PauseEvent =
  | { type: 'all_decided' }
  | { type: 'decision_undone' }
  | { type: 'claimed'; attemptId: string }
  | { type: 'sent'; attemptId: string; childId: string }
  | { type: 'rate_limited'; attemptId: string; notBefore: Date }
  | { type: 'answer_refused'; attemptId: string; message: string }
  | { type: 'answer_unclear'; attemptId: string; message: string }
  | { type: 'interaction_missing'; message: string }
  | { type: 'record_mismatch'; message: string }
  | { type: 'child_seen'; childId: string; ours: boolean } // it goes on; ours: an attempt of ours may be the cause
  | { type: 'send_again' }
  | { type: 'closed_by_person'; message: string }
  | { type: 'ended_elsewhere'; message: string };

/** How the message of a pause begins that a person closed; what follows is their reason. */
export const closedBy = (name: string): string => `Closed by ${name}: `;

/**
 * The next state of a pause, or null when the event does not apply to the present one (late, doubled, or another
 * attempt's). Callers save with `where version = …`, so of two workers one wins.
 */
export function nextPause(pause: Pause, event: PauseEvent): Pause | null {
  const to = (resume: ResumeStatus, change: Partial<Pause> = {}): Pause => ({
    ...pause,
    message: null,
    attemptId: null,
    notBefore: null,
    ...change,
    resume,
    version: pause.version + 1,
  });
  const from = (...statuses: ResumeStatus[]): boolean => statuses.includes(pause.resume);
  const ours = 'attemptId' in event && event.attemptId === pause.attemptId;

  switch (event.type) {
    case 'all_decided':
      return from('waiting') ? to('ready') : null;
    case 'decision_undone':
      return from('ready') ? to('waiting') : null;
    case 'claimed':
      return from('ready') ? to('sending', { attemptId: event.attemptId }) : null;
    case 'sent':
      // A slow answer may come after the attempt was given up as unclear: it still is the truth.
      return from('sending', 'unclear') && ours ? to('resumed', { childId: event.childId }) : null;
    case 'rate_limited':
      return from('sending') && ours ? to('ready', { notBefore: event.notBefore }) : null;
    case 'answer_refused':
      return from('sending', 'unclear') && ours ? to('refused', { message: event.message }) : null;
    case 'answer_unclear':
      return from('sending') && ours ? to('unclear', { message: event.message, attemptId: pause.attemptId }) : null;
    case 'interaction_missing':
      return from('waiting', 'ready', 'sending', 'unclear', 'refused') ? to('lost', { message: event.message }) : null;
    case 'record_mismatch':
      return from('waiting', 'ready') ? to('refused', { message: event.message }) : null;
    case 'child_seen':
      if (pause.childId !== null) return null; // a second branch
      // Whatever we took it for, closed and lost included: what an attempt of ours made is its resume.
      if (event.ours) return to('resumed', { childId: event.childId });
      return to('closed', { childId: event.childId, message: 'Another program resumed this interaction.' });
    case 'send_again':
      return from('unclear', 'refused') ? to('ready') : null;
    case 'closed_by_person':
      return from('unclear', 'refused') ? to('closed', { message: event.message }) : null;
    case 'ended_elsewhere':
      return from('waiting', 'ready') ? to('closed', { message: event.message }) : null;
  }
}

/** What stands between the decisions and the request. */
export type Readiness =
  | { kind: 'undecided' }
  | { kind: 'awaiting_results'; approvals: readonly Approval[] } // approved, to be done by hand, outcome not typed yet
  | { kind: 'not_before'; at: Date } // an undo window is open
  | { kind: 'go' };

/** Whether every call is decided, its outcome known, and no decision can be taken back any more. */
export function readiness(approvals: readonly Approval[], now: Date): Readiness {
  if (
    approvals.length === 0 ||
    approvals.some(({ state }) => state.status === 'pending' || state.status === 'superseded')
  ) {
    return { kind: 'undecided' };
  }
  const open = approvals.flatMap(({ state }) =>
    isUndoable({ state }, now) && 'undoUntil' in state && state.undoUntil ? [state.undoUntil.getTime()] : [],
  );
  const waiting = approvals.filter(needsResult);
  if (waiting.length > 0) return { kind: 'awaiting_results', approvals: waiting };
  return open.length > 0 ? { kind: 'not_before', at: new Date(Math.max(...open)) } : { kind: 'go' };
}

/** An approved call that a person carries out and has not reported on yet. */
export function needsResult(approval: Pick<Approval, 'state' | 'fulfilment' | 'outcome'>): boolean {
  return approval.state.status === 'approved' && approval.fulfilment === 'manual' && approval.outcome === null;
}

/** One result for one call, as Gemini is to be told. */
export type FunctionResult = Readonly<{ callId: string; name: string; result: JsonObject }>;

/** The results of all calls, in the order of the calls. Throws when one is undecided: callers ask `readiness` first. */
export function functionResults(approvals: readonly Approval[]): readonly FunctionResult[] {
  return approvals.map((approval) => ({
    callId: approval.call.id,
    name: approval.call.name,
    result: resultFor(approval),
  }));
}

/** The approvals whose stored call no longer matches its hash. Anything but an empty list stops the resume. */
export function mismatches(approvals: readonly Approval[]): readonly Approval[] {
  return approvals.filter(
    ({ interactionId, call, callHash: stored }) =>
      stored !== callHash({ interaction: interactionId, callId: call.id, name: call.name, arguments: call.arguments }),
  );
}

const instruction: Record<NextStep, string> = {
  stop: 'Another attempt is not welcome: do not call this function again for this purpose.',
  retry_differently: 'Another attempt is welcome if it is different: take the reason into account.',
  ask: 'Do not try again before you have asked the requester what to do instead.',
};

// Reviewers' words stay under keys of their own, so that the model never takes them for what a system returned.
function resultFor(approval: Approval): JsonObject {
  const { state } = approval;
  switch (state.status) {
    case 'approved': {
      const note = state.note ? { reviewer_note: state.note } : {};
      if (approval.outcome) {
        const changed = state.changed
          ? { arguments_changed_by_reviewer: true, executed_arguments: decidedArguments(approval) }
          : {};
        return { decision: 'approved', executed: true, output: approval.outcome.result, ...changed, ...note };
      }
      const changed = state.changed
        ? { arguments_changed_by_reviewer: true, approved_arguments: decidedArguments(approval) }
        : {};
      return {
        decision: 'approved',
        executed: false,
        ...changed,
        note: `${state.by.kind === 'rule' ? 'A rule' : 'A person'} approved this call. Nothing was executed here: do not say that it has happened.`,
        ...note,
      };
    }
    case 'rejected':
      return {
        decision: 'rejected',
        executed: false,
        ...(state.by.kind === 'rule' ? { by: 'a rule of the policy; no person was asked' } : {}),
        reason: state.reason,
        next: state.next,
        instruction: instruction[state.next],
      };
    case 'answered':
      return {
        decision: 'answered',
        executed: false,
        output: state.result,
        note: 'A person answered in place of the function, which was not run here.',
        ...(state.note ? { reviewer_note: state.note } : {}),
      };
    case 'expired':
      return {
        decision: 'expired',
        executed: false,
        reason: 'Nobody decided before the deadline. This is not a refusal by a person.',
        instruction: 'Do not assume consent. Another attempt is welcome if the request still matters.',
      };
    case 'pending':
    case 'superseded':
      throw new Error(`Approval ${approval.id} is ${state.status}: there is no result to send`);
  }
}
