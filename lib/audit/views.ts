import type { AuditOutcome } from '@/lib/domain/audit-search';
import type { JsonObject } from '@/lib/domain/json';

/** One line of history as the list shows it. */
export type AuditRow = Readonly<{
  id: string;
  at: Date;
  actor: Readonly<{ type: string; id: string; name: string }>;
  sentence: string;
  about: string | null; // what it was done to, where the sentence does not say so
  action: string;
  outcome: AuditOutcome | null;
  surface: string | null;
}>;

/** A thing with its page, if it has one. */
export type Linked = Readonly<{ type: string; id: string; name: string | null; href: string | null }>;

/** The proof that the log begins with that of an older checkpoint: a file, and over how many entries both were signed. */
export type Consistency = Readonly<{ file: string; olderSize: number; newerSize: number }>;

/** Everything that the drawer of one line shows. Instants are ISO texts: it travels as JSON. */
export type AuditEntryView = Readonly<{
  id: string;
  at: string;
  action: string;
  sentence: string;
  outcome: AuditOutcome | null;
  erased: boolean;
  actor: Linked;
  targets: readonly Linked[];
  agent: Linked | null;
  run: Linked | null;
  approval: Linked | null;
  context: readonly Readonly<{ label: string; value: string }>[];
  facts: JsonObject;
  raw: JsonObject;
  proof: EntryProof | null; // null: not in the tree yet
}>;

/** That an entry is in the log: what of it was hashed, and the way from there to the root. Hashes are hex. */
export type EntryProof = Readonly<{
  index: number;
  size: number; // of the tree that the path leads to
  leaf: string;
  hash: string;
  root: string;
  path: readonly string[];
  holds: boolean; // whether all of it fits together, as it stands in the database
  checkpoint: CheckpointView | null; // the oldest that covers the entry
}>;

export type CheckpointView = Readonly<{ size: number; root: string; at: string }>;

/** How the log stands. */
export type IntegrityView = Readonly<{
  log: string;
  size: number;
  root: string;
  waiting: Readonly<{ count: number; more: boolean }>; // entries that are not in the tree yet
  checkpoint: CheckpointView | null;
  verification: Readonly<{ newest: VerificationView | null; finished: VerificationView | null }>;
  places: readonly Readonly<{ kind: string; ok: boolean; message: string; at: string; current: boolean }>[];
}>;

/** One full verification: under way until it has an end. */
export type VerificationView = Readonly<{
  id: string;
  startedAt: string;
  finishedAt: string | null;
  size: number;
  checked: number;
  checkpoints: number;
  findingCount: number;
  findings: readonly Readonly<{ message: string }>[];
}>;
