import { argumentsHash } from './call-hash';
import type { Handling, NextStep, OnTimeout } from './handling';
import { isStorable, type Json, type JsonObject } from './json';
import { can, type Delegator, type Person } from './person';
import { needsStepUp, type StepUp, type StepUpInput, stepUpRefusal } from './step-up';
import { type Surface, slackDecides, type Tier, undoWindowMs } from './tier';

/** A function call as the model made it. */
export type FunctionCall = Readonly<{ id: string; name: string; arguments: JsonObject }>;

/** A pending function call that waits for people. The call never changes; only `state` and `votes` move, and only here. */
export type Approval = Readonly<{
  id: string;
  pauseId: string;
  runId: string;
  interactionId: string; // Gemini's id of the interaction that stands at `requires_action`
  call: FunctionCall;
  callHash: string;
  schema: JsonObject | null; // the tool's declared parameters; null: undeclared, so arguments cannot be edited
  tier: Tier;
  effect: string; // what the call will do, in a sentence of ours
  requirement: Requirement;
  requester: Requester | null;
  starterId: string | null; // the person whose key started the run
  fulfilment: Fulfilment;
  deadline: Date;
  createdAt: Date;
  version: number;
  votes: readonly Vote[];
  state: ApprovalState;
  outcome: Outcome | null; // what fulfilment produced; stored before the resume is sent
}>;

export type { NextStep, OnTimeout };

/** Who must agree, and the rule that said so. */
export type Requirement = Readonly<{
  approvals: number;
  rejections: number;
  fourEyes: boolean; // neither the requester of the run nor whoever started it may vote
  groups: readonly string[]; // whose members may vote; empty: everybody who may vote at all
  rule: string;
  reason: string;
  problem: string | null; // why the rule could not be evaluated
  policyVersion: number;
  onTimeout: OnTimeout;
  handling: Handling;
}>;

export type Fulfilment = 'answer' | 'manual';

/** Who started the run: free text, and the person here whom it means, if any. */
export type Requester = Readonly<{ text: string; userId: string | null }>;

/** Who voted, and in whose place, if not in their own name. */
export type Voter = Readonly<{ id: string; name: string; for?: Readonly<{ id: string; name: string }> | undefined }>;

/** A vote before it is cast: what a person says, and of which call. */
export type Ballot = Readonly<{ callHash: string } & BallotVerdict>;
type BallotVerdict =
  | { verdict: 'approve'; arguments: JsonObject | null; note: string | null } // null: as the model proposed
  | { verdict: 'reject'; reason: string; next: NextStep }
  | { verdict: 'answer'; result: string | JsonObject; note: string | null };

/** Why a vote counts no more: taken back, overtaken by an edit, or cast under a policy that asks for other people now. */
export const voidReasons = ['undone', 'edited', 'policy'] as const;
export type VoidReason = (typeof voidReasons)[number];

export type Vote = Readonly<{
  id: string;
  by: Voter;
  at: Date;
  surface: Surface;
  ballot: Ballot;
  argumentsHash: string; // of the arguments that this vote is about
  stepUp: StepUp | null; // how the voter proved that it is them; null: nothing was asked for
  voided: Readonly<{ at: Date; why: VoidReason }> | null;
}>;

export type Decider =
  | { kind: 'people'; voters: readonly Voter[] }
  | { kind: 'rule'; rule: string; policyVersion: number };

export type ApprovalState =
  | { status: 'pending' }
  | {
      status: 'approved';
      by: Decider;
      at: Date;
      undoUntil: Date | null;
      arguments: JsonObject; // the ones that were agreed on
      changed: boolean; // they differ from the model's
      note: string | null;
    }
  | { status: 'rejected'; by: Decider; at: Date; undoUntil: Date | null; reason: string; next: NextStep }
  | {
      status: 'answered';
      by: Decider;
      at: Date;
      undoUntil: Date | null;
      result: string | JsonObject;
      note: string | null;
    }
  | { status: 'expired'; at: Date }
  | { status: 'superseded'; at: Date; why: string };

export type ApprovalStatus = ApprovalState['status'];
export const approvalStatuses = ['pending', 'approved', 'rejected', 'answered', 'expired', 'superseded'] as const;

/** What came of an approved call. `manual`: a person did it and typed what happened. */
export type Outcome = Readonly<{ kind: 'manual'; by: Voter; at: Date; result: string | JsonObject }>;

export type VoteOutcome =
  | { kind: 'decided'; approval: Approval; vote: Vote } // this vote settled it
  | { kind: 'recorded'; approval: Approval; vote: Vote } // it counts; more are needed
  | { kind: 'unchanged'; approval: Approval } // the same vote again: a double click, a retry
  | { kind: 'refused'; approval: Approval; reason: VoteRefusal };

export type VoteRefusal =
  | { code: 'not_a_reviewer' }
  | { code: 'own_run' }
  | { code: 'not_in_group' }
  | { code: 'already_decided' }
  | { code: 'already_voted' }
  | { code: 'voted_for'; by: string } // somebody who stands in for them voted already
  | { code: 'too_late' }
  | { code: 'hash_differs' }
  | { code: 'changed' } // it is not what the voter was shown any more
  | { code: 'policy_refuses'; why: string } // the policy of now, for this call or for what was made of it
  | { code: 'browser_only' } // the risk is too high for where it was cast
  | { code: 'step_up_missing' } // who is sitting there was not proved lately
  | { code: 'passkey_missing' } // they have a passkey, and it was not used for this vote
  | { code: 'passkey_differs' } // it signed something else
  | { code: 'reason_missing' }
  | { code: 'arguments_invalid'; problems: readonly ArgumentProblem[] };

/** One thing wrong with edited arguments: where (JSON Pointer) and what. */
export type ArgumentProblem = Readonly<{ path: string; message: string }>;

export type CastVote = Readonly<{
  ballot: Ballot;
  by: Person;
  surface: Surface;
  voteId: string;
  now: Date;
  /** What the voter was shown is not what is on record any more; see revision.ts. */
  changed?: boolean;
  /** Why the policy lets nobody vote for this; null: it does not. */
  policyRefuses?: string | null;
  /** How the voter proved that it is them, for calls that ask for it. */
  stepUp: StepUpInput;
  /** Finds what is wrong with edited arguments; empty: nothing. See lib/domain/arguments.ts. */
  check: (args: JsonObject, schema: JsonObject | null) => readonly ArgumentProblem[];
}>;

/**
 * The only way a person's vote moves an approval. Pure: nothing is saved, `now` is given.
 * Refusals leave the approval as it was; the same vote of the same person again is `unchanged`.
 */
export function castVote(approval: Approval, input: CastVote): VoteOutcome {
  const { ballot, by, now } = input;
  const refuse = (reason: VoteRefusal): VoteOutcome => ({ kind: 'refused', approval, reason });

  const permission = mayVote(approval, by);
  if (permission !== 'yes') return refuse({ code: permission });
  if (ballot.verdict === 'approve' && ballot.arguments !== null && !isStorable(ballot.arguments)) {
    const message = 'These arguments cannot be kept: a NUL, half a character, “__proto__”, or nested too deeply.';
    return refuse({ code: 'arguments_invalid', problems: [{ path: '', message }] });
  }

  const earlier = liveVotes(approval).find((vote) => vote.by.id === by.id);
  if (earlier && sameBallot(earlier, ballot, approval)) return { kind: 'unchanged', approval };
  if (approval.state.status !== 'pending') return refuse({ code: 'already_decided' });
  const substitute = liveVotes(approval).find((vote) => vote.by.for?.id === by.id);
  if (substitute) return refuse({ code: 'voted_for', by: substitute.by.name });
  // The sweep that marks approvals expired may lag; the deadline does not.
  if (now >= approval.deadline) return refuse({ code: 'too_late' });
  if (ballot.callHash !== approval.callHash) return refuse({ code: 'hash_differs' });
  if (input.changed) return refuse({ code: 'changed' });
  if (input.policyRefuses) return refuse({ code: 'policy_refuses', why: input.policyRefuses });
  if (input.surface === 'slack' && !slackDecides(approval.tier)) return refuse({ code: 'browser_only' });
  if (ballot.verdict === 'reject' && ballot.reason.trim() === '') return refuse({ code: 'reason_missing' });

  const named = namedArguments(approval, ballot);
  const hash = argumentsHash(named);
  const asksMore = needsStepUp(approval.tier, ballot.verdict);
  if (asksMore) {
    const about = {
      approval: approval.id,
      callHash: approval.callHash,
      verdict: ballot.verdict,
      argumentsHash: hash,
      voter: by.id,
    };
    const refusal = stepUpRefusal(input.stepUp, about, input.surface, now);
    if (refusal !== null) return refuse({ code: refusal });
  }
  const edited = hash !== argumentsHash(approval.call.arguments);
  if (edited) {
    const problems = input.check(named, approval.schema);
    if (problems.length > 0) return refuse({ code: 'arguments_invalid', problems });
  }
  // An edit is a new proposal: whoever agreed to other arguments is free to vote again, everybody else votes once.
  if (earlier && !(ballot.verdict === 'approve' && isApproval(earlier) && earlier.argumentsHash !== hash)) {
    return refuse({ code: 'already_voted' });
  }

  const vote: Vote = {
    id: input.voteId,
    by: voterOf(approval, by),
    at: now,
    surface: input.surface,
    ballot,
    argumentsHash: hash,
    stepUp: asksMore ? input.stepUp.given : null,
    voided: null,
  };
  const votes = [...voidOtherProposals(approval.votes, vote), vote];
  const counted: Approval = { ...approval, votes, version: approval.version + 1 };
  const state = settle(counted, now, input.surface);
  return state === null
    ? { kind: 'recorded', approval: counted, vote }
    : { kind: 'decided', approval: { ...counted, state }, vote };
}

export type Eligibility = 'yes' | 'not_a_reviewer' | 'own_run' | 'not_in_group';

type Asked = Pick<Approval, 'requirement' | 'requester' | 'starterId' | 'votes'>;

/**
 * Whether this person may vote on this approval, in their own name or in another's place, whatever its state. Every surface
 * asks this; the inbox asks the same in SQL (lib/approvals/inbox-store.ts), and a test holds the two together.
 */
export function mayVote(approval: Asked, person: Person): Eligibility {
  const own = mayVoteThemselves(approval, person);
  return own === 'not_in_group' && votesFor(approval, person) !== null ? 'yes' : own;
}

/**
 * In whose place this person's vote would count: only where it would not in their own name, where the other might vote, and
 * where nobody has spoken for the other yet. Null: in nobody's.
 */
export function votesFor(approval: Asked, person: Person): Delegator | null {
  const { fourEyes, groups } = approval.requirement;
  if (mayVoteThemselves(approval, person) !== 'not_in_group') return null;
  const spokenFor = (id: string) =>
    liveVotes(approval).some(({ by }) => by.id !== person.id && (by.id === id || by.for?.id === id));
  const delegator = (person.standsInFor ?? []).find(
    (other) =>
      !(fourEyes && isOwnRun(approval, other)) &&
      groups.some((group) => audiencesOf(other).includes(group)) &&
      !spokenFor(other.id),
  );
  return delegator ?? null;
}

function mayVoteThemselves(approval: Asked, person: Person): Eligibility {
  const { fourEyes, groups } = approval.requirement;
  if (!can(person, 'approvals.vote')) return 'not_a_reviewer';
  if (fourEyes && isOwnRun(approval, person)) return 'own_run';
  return groups.length === 0 || groups.some((group) => audiencesOf(person).includes(group)) ? 'yes' : 'not_in_group';
}

// A key of one's own must not start a run in another's name that one then approves.
function isOwnRun(approval: Asked, person: Pick<Person, 'id' | 'email'>): boolean {
  return isRequester(approval.requester, person) || approval.starterId === person.id;
}

function voterOf(approval: Asked, person: Person): Voter {
  const delegator = votesFor(approval, person);
  const { id, name } = person;
  return delegator === null ? { id, name } : { id, name, for: { id: delegator.id, name: delegator.name } };
}

/** What a requirement may name a person by: the names of their groups, and `@` with their address. */
export function audiencesOf(person: Pick<Person, 'email' | 'groups'>): readonly string[] {
  return [...person.groups, `@${person.email.toLowerCase()}`];
}

/** Whether the run was started by, or for, this person. */
export function isRequester(requester: Requester | null, person: Pick<Person, 'id' | 'email'>): boolean {
  if (requester === null) return false;
  return requester.userId === person.id || requester.text.trim().toLowerCase() === person.email.toLowerCase();
}

/** Whether nobody is to see yet how others voted: the rule says so, and it is not decided. */
export function isBlind(approval: Pick<Approval, 'requirement' | 'state'>): boolean {
  return approval.requirement.handling.blindSecondReview && approval.state.status === 'pending';
}

/** The arguments that a hash names: the call's own (also for null), or those of a live vote. Null: nobody stands by them. */
export function argumentsByHash(approval: Pick<Approval, 'call' | 'votes'>, wanted: string | null): JsonObject | null {
  if (wanted === null || wanted === argumentsHash(approval.call.arguments)) return approval.call.arguments;
  const vote = liveVotes(approval).find(
    (candidate) => candidate.ballot.verdict === 'approve' && candidate.argumentsHash === wanted,
  );
  return vote?.ballot.verdict === 'approve' ? vote.ballot.arguments : null;
}

/** Votes that count: neither undone nor overtaken by an edit. */
export function liveVotes(approval: Pick<Approval, 'votes'>): readonly Vote[] {
  return approval.votes.filter((vote) => vote.voided === null);
}

/**
 * Voids votes for a call, or for an answer in its place, of people who may not vote under what is asked now, or who did not
 * prove that it was them as that demands. `people` are the voters as they are now; whoever is not among them has left.
 * A vote to reject stays: nothing runs because of it.
 */
export function voidOutdated(approval: Approval, people: ReadonlyMap<string, Person>, now: Date): Approval {
  const counts = (vote: Vote): boolean => {
    if (vote.voided !== null || vote.ballot.verdict === 'reject') return true;
    const voter = people.get(vote.by.id);
    const others = { ...approval, votes: approval.votes.filter(({ id }) => id !== vote.id) };
    if (voter === undefined || mayVote(others, voter) !== 'yes') return false;
    // A key cannot be asked; whether keys count at all was settled when it voted.
    return !needsStepUp(approval.tier, vote.ballot.verdict) || vote.stepUp !== null || vote.surface === 'api';
  };
  const votes = approval.votes.map((vote) =>
    counts(vote) ? vote : { ...vote, voided: { at: now, why: 'policy' as const } },
  );
  return { ...approval, votes };
}

export type RuleDecision = { outcome: 'approve' } | { outcome: 'reject'; reason: string; next: NextStep };

/** A rule decides at once, without people; the record is the same as theirs. */
export function decideByRule(approval: Approval, decision: RuleDecision, now: Date): Approval {
  if (approval.state.status !== 'pending') return approval;
  const { rule, policyVersion } = approval.requirement;
  const closing = { by: { kind: 'rule' as const, rule, policyVersion }, at: now, undoUntil: null };
  return {
    ...approval,
    version: approval.version + 1,
    state:
      decision.outcome === 'approve'
        ? { status: 'approved', ...closing, arguments: approval.call.arguments, changed: false, note: null }
        : { status: 'rejected', ...closing, reason: decision.reason, next: decision.next },
  };
}

/** Closes an approval whose deadline has passed. `expired` is not `rejected`: nobody said no. Null: nothing to do. */
export function expire(approval: Approval, now: Date): Approval | null {
  if (approval.state.status !== 'pending' || now < approval.deadline) return null;
  return { ...approval, version: approval.version + 1, state: { status: 'expired', at: now } };
}

/** Closes an approval that nobody needs any more: the interaction went on, or ended, without us. Null: already closed. */
export function supersede(approval: Approval, why: string, now: Date): Approval | null {
  if (approval.state.status !== 'pending') return null;
  return { ...approval, version: approval.version + 1, state: { status: 'superseded', at: now, why } };
}

export type UndoOutcome =
  | { kind: 'undone'; approval: Approval; voteIds: readonly string[] }
  | { kind: 'refused'; approval: Approval; reason: 'not_decided' | 'not_yours' | 'too_late' };

/**
 * Takes a decision back: the person's own deciding vote is voided and the approval waits again. A vote that was outvoted
 * decided nothing, so taking it back would leave enough of the others standing.
 * Only within the undo window; the caller holds the pause and knows that nothing was sent.
 */
export function undo(approval: Approval, by: Voter, now: Date): UndoOutcome {
  const { state } = approval;
  const refuse = (reason: 'not_decided' | 'not_yours' | 'too_late'): UndoOutcome => ({
    kind: 'refused',
    approval,
    reason,
  });
  if (state.status === 'pending' || state.status === 'expired' || state.status === 'superseded')
    return refuse('not_decided');
  const decided = state.by.kind === 'people' && state.by.voters.some((voter) => voter.id === by.id);
  const mine = liveVotes(approval).filter((vote) => decided && vote.by.id === by.id);
  if (mine.length === 0) return refuse('not_yours');
  if (state.undoUntil === null || now >= state.undoUntil) return refuse('too_late');
  const voteIds = mine.map((vote) => vote.id);
  const votes = approval.votes.map((vote) =>
    voteIds.includes(vote.id) ? { ...vote, voided: { at: now, why: 'undone' as const } } : vote,
  );
  return {
    kind: 'undone',
    voteIds,
    approval: { ...approval, votes, version: approval.version + 1, state: { status: 'pending' } },
  };
}

/** The arguments that a decision stands for: the agreed ones of an approval, else the model's. */
export function decidedArguments(approval: Pick<Approval, 'call' | 'state'>): JsonObject {
  return approval.state.status === 'approved' ? approval.state.arguments : approval.call.arguments;
}

/** The arguments that a vote is about: those that it proposes, else the model's. */
export function namedArguments(approval: Pick<Approval, 'call'>, ballot: Ballot): JsonObject {
  return ballot.verdict === 'approve' && ballot.arguments !== null ? ballot.arguments : approval.call.arguments;
}

/** True when a decision stands that still can be taken back. */
export function isUndoable(approval: Pick<Approval, 'state'>, now: Date): boolean {
  const { state } = approval;
  return 'undoUntil' in state && state.undoUntil !== null && now < state.undoUntil;
}

/** The state that the votes amount to, or null while more are needed. */
function settle(approval: Approval, now: Date, surface: Surface): ApprovalState | null {
  const votes = liveVotes(approval);
  const last = votes.at(-1);
  if (last === undefined) return null;
  const undoMs = undoWindowMs(approval.tier, surface);
  const closing = { at: now, undoUntil: undoMs > 0 ? new Date(now.getTime() + undoMs) : null };

  const rejecting = votes.filter((vote) => vote.ballot.verdict === 'reject');
  const firstRejection = rejecting.map((vote) => vote.ballot).find((ballot) => ballot.verdict === 'reject');
  if (firstRejection && rejecting.length >= approval.requirement.rejections) {
    return {
      status: 'rejected',
      by: deciders(rejecting),
      ...closing,
      reason: firstRejection.reason.trim(),
      next: firstRejection.next,
    };
  }
  // An answer replaces the call, so it needs as many people as approving the call would: they must give the same one.
  const agreeing = votes.filter((vote) => agreementKey(vote) !== null && agreementKey(vote) === agreementKey(last));
  if (agreeing.length < approval.requirement.approvals) return null;
  if (last.ballot.verdict === 'answer') {
    return {
      status: 'answered',
      by: deciders(agreeing),
      ...closing,
      result: last.ballot.result,
      note: last.ballot.note,
    };
  }
  if (last.ballot.verdict !== 'approve') return null;
  const args = namedArguments(approval, last.ballot);
  return {
    status: 'approved',
    by: deciders(agreeing),
    ...closing,
    arguments: args,
    changed: argumentsHash(args) !== argumentsHash(approval.call.arguments),
    note: last.ballot.note,
  };
}

function agreementKey(vote: Vote): string | null {
  const { ballot } = vote;
  if (ballot.verdict === 'approve') return `approve:${vote.argumentsHash}`;
  if (ballot.verdict === 'answer') return `answer:${stable(ballot.result)}`;
  return null;
}

function deciders(votes: readonly Vote[]): Decider {
  return { kind: 'people', voters: votes.map((vote) => vote.by) };
}

function isApproval(vote: Vote): boolean {
  return vote.ballot.verdict === 'approve';
}

function voidOtherProposals(votes: readonly Vote[], latest: Vote): readonly Vote[] {
  if (!isApproval(latest)) return votes;
  return votes.map((vote) =>
    vote.voided === null && isApproval(vote) && vote.argumentsHash !== latest.argumentsHash
      ? { ...vote, voided: { at: latest.at, why: 'edited' as const } }
      : vote,
  );
}

function sameBallot(vote: Vote, ballot: Ballot, approval: Approval): boolean {
  const before = vote.ballot;
  if (before.callHash !== ballot.callHash) return false;
  if (before.verdict === 'approve' && ballot.verdict === 'approve') {
    return vote.argumentsHash === argumentsHash(namedArguments(approval, ballot));
  }
  if (before.verdict === 'reject' && ballot.verdict === 'reject') {
    return before.reason.trim() === ballot.reason.trim() && before.next === ballot.next;
  }
  if (before.verdict === 'answer' && ballot.verdict === 'answer')
    return stable(before.result) === stable(ballot.result);
  return false;
}

function stable(value: Json): string {
  return typeof value === 'string' ? `text:${value}` : `json:${argumentsHash({ value })}`;
}
