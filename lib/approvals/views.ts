import type {
  ApprovalStatus,
  ArgumentProblem,
  Eligibility,
  NextStep,
  OnTimeout,
  VoidReason,
} from '@/lib/domain/approval';
import type { CommentSurface } from '@/lib/domain/comment';
import type { DeadlineSource } from '@/lib/domain/deadline';
import type { Json, JsonObject } from '@/lib/domain/json';
import type { ResumeStatus } from '@/lib/domain/pause';
import type { RunStatus } from '@/lib/domain/run';
import type { Proof } from '@/lib/domain/sign-in';
import type { StepUpNeed } from '@/lib/domain/step-up';
import type { Surface, Tier } from '@/lib/domain/tier';

/** *Needs me*, *Team*, *Waiting on others*, *Done*. */
export type InboxTab = 'needs_me' | 'team' | 'waiting' | 'done';
export type InboxOrder = 'newest' | 'due';
/** Which of what needs somebody a list shows: all of it, what nobody is on, what they are on, or what they have set aside. */
export type InboxShow = 'all' | 'unclaimed' | 'mine' | 'snoozed';

/** Who is on a request; others may still decide. */
export type ClaimView = Readonly<{ holderId: string; name: string; givenBy: string | null; at: Date }>;

/** One row as the inbox shows it; no arguments, no votes. */
export type InboxRow = Readonly<{
  id: string;
  pauseId: string;
  runId: string;
  tool: string;
  effect: string;
  tier: Tier;
  rule: string;
  ruleReason: string;
  approvalsNeeded: number;
  approvals: number; // live votes to approve
  deadline: Date;
  createdAt: Date;
  status: ApprovalStatus;
  decidedAt: Date | null;
  undoUntil: Date | null;
  decidedBy: readonly string[]; // names of people, or the rule
  byRule: boolean;
  changed: boolean; // approved with other arguments than the model's
  reason: string | null;
  awaitsResult: boolean;
  callHash: string;
  requester: string | null;
  runTitle: string;
  agent: string | null;
  callsInPause: number;
  claim: ClaimView | null;
}>;

/** How a field is typed in the edit form. `text` is a string with room for lines; `json` is anything else. */
export type FieldKind = 'string' | 'text' | 'number' | 'integer' | 'boolean' | 'enum' | 'json';

/** One argument as a reviewer sees it. */
export type FieldView = Readonly<{
  pointer: string; // JSON Pointer into the arguments
  path: readonly string[];
  label: string; // the schema's title, else the name
  description: string | null;
  declared: boolean; // the tool's schema knows it
  required: boolean;
  present: boolean; // the model gave it
  masked: boolean; // `value` then is a stand-in
  risk: boolean;
  value: Json;
  edited: boolean; // what was agreed on differs
  kind: FieldKind;
  options: readonly Json[];
  limits: string | null;
}>;

/** One thing said or done in a run, masked where it must be. `key` is unique in the list. */
export type ConversationItem = Readonly<
  { key: string; interactionId: string } & (
    | { kind: 'asked' | 'thought' | 'said'; text: string }
    | {
        kind: 'called';
        callId: string | null;
        name: string;
        arguments: JsonObject | null;
        approval: CallDecision | null;
      }
    | { kind: 'answered'; callId: string | null; name: string; result: Json }
    | { kind: 'other'; type: string; step: JsonObject }
  )
>;

/** What became of a call, where it is shown in passing. */
export type CallDecision = Readonly<{
  id: string;
  status: ApprovalStatus;
  tier: Tier;
  effect: string;
  by: readonly string[];
  byRule: boolean;
  at: Date | null;
}>;

export type VoteView = Readonly<{
  id: string;
  name: string;
  mine: boolean;
  verdict: 'approve' | 'reject' | 'answer';
  at: Date;
  surface: Surface;
  words: string | null; // note or reason
  edited: boolean; // for other arguments than the model's
  proof: Proof | null; // with what the voter proved that it was them
  voided: VoidReason | null;
}>;

export type ActivityView = Readonly<{ id: string; at: Date; actor: string; sentence: string }>;

export type PrecedentView = Readonly<{
  id: string;
  effect: string;
  status: ApprovalStatus;
  by: readonly string[];
  at: Date | null;
  changed: boolean;
  reason: string | null;
}>;

export type SiblingView = Readonly<{
  id: string;
  position: number;
  tool: string;
  effect: string;
  tier: Tier;
  status: ApprovalStatus;
}>;

/** How far the answer to the agent is. */
export type ResumeView = Readonly<{
  status: ResumeStatus;
  message: string | null;
  notBefore: Date | null;
  childId: string | null;
  undecided: number; // calls of the pause that still wait
  awaitingResults: number; // approved calls whose result nobody has typed yet
  attempts: number;
}>;

export type DecisionView = Readonly<{
  status: Exclude<ApprovalStatus, 'pending'>;
  by: readonly string[];
  byRule: boolean;
  at: Date;
  undoUntil: Date | null;
  words: string | null; // reason, note, or why it was closed
  next: NextStep | null;
  changed: boolean;
  agreed: JsonObject | null; // masked; the arguments that were agreed on, when they differ
  /** What the agent is told, masked; null while that is not known or when nothing is sent. */
  result: JsonObject | null;
  sent: boolean;
}>;

/** Everything that the page of one request shows, and only that. */
export type RequestView = Readonly<{
  id: string;
  version: number;
  status: ApprovalStatus;
  pauseId: string;
  interactionId: string;
  callId: string;
  tool: string;
  toolDescription: string | null;
  callHash: string;
  tier: Tier;
  effect: string;
  createdAt: Date;
  deadline: Date;
  deadlineSource: DeadlineSource;
  /** Who gave more time last; null: nobody did. */
  extension: Readonly<{ by: string; at: Date; reason: string }> | null;
  /** Until when the viewer may extend the deadline; null: not at all. */
  mayExtendTo: Date | null;
  pastDeadline: boolean;
  rule: Readonly<{
    name: string;
    reason: string;
    policyVersion: number;
    approvals: number;
    rejections: number;
    fourEyes: boolean;
    groups: readonly string[];
    problem: string | null;
    onTimeout: OnTimeout;
  }>;
  run: Readonly<{
    id: string;
    title: string;
    status: RunStatus;
    agent: string | null;
    target: string | null;
    requester: string | null;
  }>;
  /** Where whoever asked for the run learns how it comes out; null: nobody is named. */
  requesterTold: 'slack' | 'here' | 'nobody' | null;
  fields: readonly FieldView[];
  arguments: JsonObject; // masked
  /** What an edit starts from; null: the tool declares no schema, so an edit could not be checked. */
  edit: Readonly<{ baseHash: string; fields: readonly FieldView[] }> | null;
  /** Other arguments that somebody has voted for already; the next vote may join them. */
  proposal: Readonly<{
    by: readonly string[];
    hash: string;
    arguments: JsonObject;
    fields: readonly FieldView[]; // `edited`: it differs from the model's
  }> | null;
  manual: boolean; // a person carries it out
  awaitsResult: boolean;
  agentReason: string | null;
  eligible: Readonly<{ names: readonly string[]; more: number }>;
  votes: readonly VoteView[];
  approvalsGiven: number;
  viewer: Readonly<{
    may: Eligibility;
    for: string | null; // in whose place the viewer would vote
    voted: boolean;
    mayUndo: boolean;
    maySettle: boolean;
  }>;
  claim: (ClaimView & Readonly<{ mine: boolean; mayRelease: boolean }>) | null;
  comments: readonly CommentView[];
  snoozedUntil: Date | null; // by the viewer
  decision: DecisionView | null;
  resume: ResumeView;
  siblings: readonly SiblingView[];
  precedents: readonly PrecedentView[];
  activity: readonly ActivityView[];
  conversation: readonly ConversationItem[];
  nextId: string | null; // the next request that needs this person
}>;

/** All calls of one pause. */
export type PauseView = Readonly<{
  id: string;
  interactionId: string;
  run: RequestView['run'];
  openedAt: Date;
  resume: ResumeView;
  maySettle: boolean;
  agentReason: string | null;
  calls: readonly PauseCallView[];
}>;

export type PauseCallView = Readonly<
  Pick<
    RequestView,
    | 'id'
    | 'version'
    | 'status'
    | 'tool'
    | 'tier'
    | 'effect'
    | 'callHash'
    | 'deadline'
    | 'pastDeadline'
    | 'fields'
    | 'approvalsGiven'
    | 'viewer'
    | 'decision'
    | 'awaitsResult'
    | 'edit'
    | 'proposal'
    | 'arguments'
  > & { approvalsNeeded: number; rule: Pick<RequestView['rule'], 'name' | 'reason'> }
>;

/** A vote as the page sends it; it names the call that was shown. */
export type VoteCommand = Readonly<{ approvalId: string; callHash: string; proof?: VoteProof }> &
  (
    | Readonly<{
        verdict: 'approve';
        note: string | null;
        baseHash: string | null; // the arguments that the vote, or its edit, starts from; null: the model's
        /** Other arguments in full. Those under the pointers in `kept` were masked and stay as they are. */
        edit: Readonly<{ arguments: JsonObject; kept: readonly string[] }> | null;
      }>
    | Readonly<{ verdict: 'reject'; reason: string; next: NextStep }>
    | Readonly<{ verdict: 'answer'; result: string | JsonObject; note: string | null }>
  );

/** What a voter gives to prove that it is them. */
export type VoteProof =
  | Readonly<{ kind: 'password'; password: string }>
  | Readonly<{ kind: 'code'; code: string }>
  | Readonly<{ kind: 'passkey'; nonce: string; response: unknown }>;

/** What an action answers to the page that called it. `problems` belong to fields, by JSON Pointer. */
export type ActionAnswer =
  | { kind: 'done'; message: string }
  | { kind: 'refused'; message: string; problems: readonly ArgumentProblem[]; asks?: MoreAsked };

/** What a vote for these arguments needs, as they were judged: more, it may be, than the page knew of. */
export type MoreAsked = Readonly<{ tier: Tier; stepUp: StepUpNeed }>;

/** What can be said of who is on a request, as server actions. `over`: the id of the holder who was on show. */
export type ClaimActions = Readonly<{
  claim: (approvalId: string, over: string | null) => Promise<ActionAnswer>;
  give: (approvalId: string, to: string, over: string | null) => Promise<ActionAnswer>;
  release: (approvalId: string) => Promise<ActionAnswer>;
  /** Whom it may be given to. */
  people: (approvalId: string) => Promise<readonly Readonly<{ id: string; name: string; email: string }>[]>;
}>;

export type SnoozeActions = Readonly<{
  snooze: (approvalId: string, until: string) => Promise<ActionAnswer>;
  end: (approvalId: string) => Promise<ActionAnswer>;
}>;

/** One comment as the page shows it. */
export type CommentView = Readonly<{
  id: string;
  name: string;
  mine: boolean;
  at: Date;
  surface: CommentSurface;
  text: string | null; // null: deleted
  edited: boolean;
}>;

export type CommentActions = Readonly<{
  add: (approvalId: string, text: string) => Promise<ActionAnswer>;
  remove: (commentId: string) => Promise<ActionAnswer>;
}>;

/** Several identical calls, to be read before one act decides them. */
export type TogetherView = Readonly<{
  tool: string;
  tier: Tier;
  agent: string | null;
  rule: string;
  approvalsNeeded: number;
  arguments: JsonObject; // masked; the same for each
  calls: readonly Readonly<{
    id: string;
    callHash: string;
    effect: string;
    requester: string | null;
    runTitle: string;
    deadline: Date;
  }>[];
}>;

export type TogetherCommand = Readonly<{
  calls: readonly Readonly<{ id: string; callHash: string }>[];
  verdict: Readonly<{ verdict: 'approve' }> | Readonly<{ verdict: 'reject'; reason: string; next: NextStep }>;
}>;

export type TogetherActions = Readonly<{
  find: (
    ids: readonly string[],
  ) => Promise<Readonly<{ kind: 'together'; view: TogetherView }> | Readonly<{ kind: 'apart'; message: string }>>;
  decide: (command: TogetherCommand) => Promise<
    | Readonly<{
        kind: 'voted';
        results: readonly Readonly<{ id: string; effect: string; counted: boolean; message: string }>[];
      }>
    | Readonly<{ kind: 'apart'; message: string }>
  >;
}>;

/** What a reviewer's hand can reach, as server actions. */
export type ReviewActions = Readonly<{
  vote: (command: VoteCommand) => Promise<ActionAnswer>;
  /** What the voter's passkey is to sign for this vote; null when it would not count anyway. */
  passkey: (command: VoteCommand) => Promise<{ nonce: string; options: unknown } | null>;
  undo: (approvalId: string) => Promise<ActionAnswer>;
  record: (approvalId: string, result: string | JsonObject) => Promise<ActionAnswer>;
  settle: (interactionId: string, action: 'send_again' | 'close', reason: string) => Promise<ActionAnswer>;
  /** The value behind a mask, of a proposal when its hash is given; the history keeps who asked for it. */
  reveal: (
    approvalId: string,
    pointer: string,
    argumentsHash?: string | null,
  ) => Promise<{ kind: 'value'; value: Json } | { kind: 'refused'; message: string }>;
}>;
