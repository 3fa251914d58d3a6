import type { ActivityView, CallDecision, ConversationItem, ResumeView } from '@/lib/approvals/views';
import type { Json, JsonObject } from '@/lib/domain/json';
import type { RunOrigin, RunStatus } from '@/lib/domain/run';

/** One run as lists show it. */
export type RunRow = Readonly<{
  id: string;
  title: string;
  status: RunStatus;
  origin: RunOrigin;
  agent: string | null;
  requester: string | null;
  createdAt: Date;
  endedAt: Date | null;
  pending: number; // calls that wait for a decision
}>;

/** One request that carried the decisions back to Gemini. */
export type AttemptView = Readonly<{
  number: number;
  startedAt: Date;
  finishedAt: Date | null;
  outcome: string | null; // null while under way
  message: string | null;
}>;

/** Where time went, in milliseconds; null: not over yet, or not known. */
export type Spent = Readonly<{ atGeminiMs: number | null; waitingMs: number | null }>;

/** One link of a run's chain. */
export type InteractionView = Readonly<{
  id: string;
  position: number;
  status: string; // Gemini's
  created: Date | null;
  firstSeenAt: Date;
  items: readonly ConversationItem[];
  raw: JsonObject; // as Gemini sent it, masked
  spent: Spent;
  usage: readonly Readonly<{ label: string; tokens: number }>[];
  errors: readonly string[];
  missing: boolean; // Gemini does not find it at present
  pause: Readonly<{
    id: string;
    calls: readonly CallDecision[];
    resume: ResumeView;
    attempts: readonly AttemptView[];
    extraChildren: readonly string[];
  }> | null;
}>;

/** Everything that the page of one run shows. */
export type RunView = Readonly<{
  id: string;
  title: string;
  status: RunStatus;
  message: string | null;
  origin: RunOrigin;
  agent: Readonly<{ id: string; name: string }> | null;
  target: string | null;
  tools: readonly string[];
  requester: string | null;
  metadata: JsonObject;
  input: Json | null;
  createdAt: Date;
  endedAt: Date | null;
  nextReadAt: Date | null;
  erased: Readonly<{ steps: Date | null; results: Date | null }>; // by retention
  totalTokens: number | null;
  spent: Spent; // all interactions together, as far as known
  maySettle: boolean;
  /** Of a start whose outcome is unclear: the runs that it may have become. Null: the start is clear. */
  candidates: readonly Readonly<{ runId: string; interactionId: string; title: string; createdAt: Date }>[] | null;
  /** Of a run of another program: unclear starts of ours that it may come from. */
  mayComeFrom: readonly Readonly<{ runId: string; title: string }>[];
  interactions: readonly InteractionView[];
  activity: readonly ActivityView[];
}>;
