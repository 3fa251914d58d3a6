import type { ApprovalState } from '@/lib/domain/approval';
import type { Comment } from '@/lib/domain/comment';
import type { Json, JsonObject } from '@/lib/domain/json';
import type { ResumeStatus } from '@/lib/domain/pause';
import type { RunStatus } from '@/lib/domain/run';
import type { Surface, Tier } from '@/lib/domain/tier';

/** Everything of an approval that Slack may be shown, and only that: masked already, hidden already. */
export type SlackView = Readonly<{
  id: string;
  runId: string;
  tool: string;
  callHash: string;
  /** Names what a vote is about; a button carries it, and a click that names another one does not count. */
  revision: string;
  tier: Tier;
  /** What the call will do, in a sentence of ours; the function's name when the sentence would tell what is hidden. */
  effect: string;
  agent: string | null;
  requester: string | null;
  rule: string;
  ruleReason: string;
  approvalsNeeded: number;
  /** Who is on it; never a lock. */
  claim: Readonly<{ name: string; givenBy: string | null; at: Date }> | null;
  /** Whose members may vote, or single people as `@` and their address; empty: everybody who may vote at all. */
  groups: readonly string[];
  votes: readonly SlackVote[];
  comments: readonly Comment[];
  /** Until it is decided, nobody is to see how others voted. */
  blind: boolean;
  deadline: Date;
  /** When those who may still decide were last reminded; null: they were not. */
  remindedAt: Date | null;
  /** Who gave more time last, and why. */
  extension: Readonly<{ by: string; at: Date; reason: string }> | null;
  /** Whom the rule has asked beside the first since, because nobody had decided. */
  escalations: readonly Readonly<{ afterMinutes: number; groups: string; asked: number; at: Date }>[];
  state: ApprovalState;
  /** How the decision was made; null while there is none. */
  decidedOn: Surface | null;
  arguments: JsonObject;
  /** How many arguments are masked. */
  masked: number;
  /** Arguments and what the agent wrote are not to be shown in Slack at all. */
  hidden: boolean;
  /** The workspace lets calls of this risk be decided in Slack. */
  decidable: boolean;
  /** Somebody has voted for other arguments: that is decided where both can be compared. */
  proposed: boolean;
  agentReason: string | null;
  fields: readonly EditField[] | null;
  resume: ResumeStatus;
  runStatus: RunStatus;
  awaitsResult: boolean;
  url: string;
}>;

export type SlackVote = Readonly<{
  id: string;
  name: string;
  verdict: 'approve' | 'reject' | 'answer';
  surface: Surface;
  edited: boolean;
  voided: boolean;
}>;

/** One argument that an input of Slack can hold. */
export type EditField = Readonly<{
  pointer: string;
  label: string;
  hint: string | null;
  kind: 'string' | 'text' | 'number' | 'integer' | 'boolean' | 'enum';
  required: boolean;
  present: boolean;
  value: Json;
  options: readonly Json[];
}>;

/** What a person may do with a pending approval in Slack, whoever they are. */
export type SlackMode =
  | 'decide' // everything is in the message
  | 'review' // the message was cut: the rest, and Approve, are in a modal
  | 'reject' // something is hidden, masked or proposed: approving takes the browser
  | 'browser' // the risk asks for the browser
  | 'closed';
