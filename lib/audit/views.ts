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
}>;
