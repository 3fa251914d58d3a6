import canonicalize from 'canonicalize';
import { type AuditRecord, type FactSubject, personalFacts, somebody } from '../audit';
import { isJsonObject, type Json, type JsonObject } from '../json';

/** An entry of history without what it says of people: what is hashed, but for the commitments. */
export type OpenEntry = Readonly<{
  version: number;
  id: string;
  action: string;
  occurredAt: Date;
  actor: Readonly<{ type: string; id: string; name?: string }>;
  targets: readonly Readonly<{ type: string; id: string; name?: string }>[];
  context: JsonObject;
  metadata: JsonObject;
  runId: string | null;
  approvalId: string | null;
}>;

/** The same with a commitment, hex, for each subject of whom it says something. */
export type SealedEntry = OpenEntry & Readonly<{ personal: Readonly<Record<string, string>> }>;

/** What an entry says of one subject, in the shape of the entry; a target stands under its place among the targets. */
export type PersonalData = Readonly<{
  actor?: { name: string };
  targets?: Readonly<Record<string, { name: string }>>;
  context?: JsonObject;
  metadata?: JsonObject;
}>;

/** The subject of what is said of somebody who has no account here. */
export const noAccount = '-';

/** The leaf of an entry, by RFC 8785: the very text whose UTF-8 is hashed into the log. */
export function leafText(entry: SealedEntry): string {
  return canonical({
    version: entry.version,
    id: entry.id,
    action: entry.action,
    occurred_at: entry.occurredAt.toISOString(),
    actor: { ...entry.actor },
    targets: entry.targets.map((target) => ({ ...target })),
    context: entry.context,
    metadata: entry.metadata,
    run_id: entry.runId,
    approval_id: entry.approvalId,
    personal: entry.personal,
  });
}

/** The text that a commitment binds, by RFC 8785. */
export function personalText(data: JsonObject): string {
  return canonical(data);
}

/** Takes a record apart: what goes into the leaf, and what is kept beside it for each subject. */
export function splitRecord(record: AuditRecord): {
  open: Omit<OpenEntry, 'version' | 'id' | 'occurredAt'>;
  personal: ReadonlyMap<string, PersonalData>;
} {
  const { actor, targets, context, runId, approvalId } = record;
  const facts: JsonObject = record.facts;
  const personal = new Map<string, Gathered>();
  const of = (subject: string): Gathered => {
    const known = personal.get(subject) ?? {};
    personal.set(subject, known);
    return known;
  };
  const owner = subjectOf(actor);

  if (isPersonal(actor)) of(owner).actor = { name: actor.name };
  targets.forEach((target, place) => {
    if (!isPersonal(target) || target.name === undefined) return;
    const data = of(subjectOf(target));
    data.targets = { ...data.targets, [place]: { name: target.name } };
  });

  const { ip, userAgent, slack, ...where } = context;
  const { user: slackUser, ...slackWhere } = slack ?? {};
  const from = { ...(ip === undefined ? {} : { ip }), ...(userAgent === undefined ? {} : { userAgent }) };
  const whence: JsonObject = slackUser === undefined ? from : { ...from, slack: { user: slackUser } };
  if (Object.keys(whence).length > 0) of(owner).context = whence;

  const metadata: Record<string, Json> = {};
  for (const [name, value] of Object.entries(facts)) {
    const whose = factSubject(record.action, name);
    if (whose === null || value === null) {
      metadata[name] = value;
      continue;
    }
    const data = of(subjectOfFact(whose, actor, targets));
    data.metadata = { ...data.metadata, [name]: value };
  }

  return {
    open: {
      action: record.action,
      actor: isPersonal(actor) ? { type: actor.type, id: actor.id } : { ...actor },
      targets: targets.map((target) => (isPersonal(target) ? { type: target.type, id: target.id } : { ...target })),
      context: slack === undefined ? where : { ...where, slack: slackWhere },
      metadata,
      runId: runId ?? null,
      approvalId: approvalId ?? null,
    },
    personal,
  };
}

/** An entry as people read it. */
export type ReadableEntry = Readonly<{
  actor: Readonly<{ type: string; id: string; name: string }>;
  targets: readonly Readonly<{ type: string; id: string; name?: string }>[];
  context: JsonObject;
  facts: JsonObject;
  /** Something of it was erased, and stands there as `erasedText`. */
  erased: boolean;
}>;

/** What stands where something was erased. */
export const erasedText = 'erased';

/** Puts an entry together with what is still known of people. What its commitments name and is not there any more was erased. */
export function readableEntry(entry: SealedEntry, present: ReadonlyMap<string, PersonalData>): ReadableEntry {
  const gone = (subject: string): boolean => Object.hasOwn(entry.personal, subject) && !present.has(subject);
  const { actor } = entry;
  const owner = subjectOf(actor);
  const facts: Record<string, Json> = { ...entry.metadata };
  let context = entry.context;
  for (const name of Object.keys(personalFactsOf(entry.action))) {
    const whose = factSubject(entry.action, name);
    if (whose !== null && !Object.hasOwn(facts, name) && gone(subjectOfFact(whose, actor, entry.targets))) {
      facts[name] = erasedText;
    }
  }
  for (const data of present.values()) {
    Object.assign(facts, data.metadata);
    context = merged(context, data.context ?? {});
  }
  return {
    actor: {
      type: actor.type,
      id: actor.id,
      name: actor.name ?? present.get(owner)?.actor?.name ?? (gone(owner) ? erasedText : actor.id),
    },
    targets: entry.targets.map((target, place) => {
      const subject = subjectOf(target);
      const name = target.name ?? present.get(subject)?.targets?.[String(place)]?.name;
      if (name !== undefined) return { ...target, name };
      return isPersonal(target) && gone(subject) ? { ...target, name: erasedText } : target;
    }),
    context,
    facts,
    erased: Object.keys(entry.personal).some(gone),
  };
}

type Gathered = { -readonly [K in keyof PersonalData]: PersonalData[K] };
type Party = Readonly<{ type: string; id: string }>;

// Names of tools, agents and workspaces are those of things; a key's name often is that of who made it.
function isPersonal(party: Party): boolean {
  if (party.type === somebody.type && party.id === somebody.id) return false;
  return party.type === 'person' || party.type === 'api_key';
}

function subjectOf(party: Party): string {
  return party.type === 'person' && party.id !== somebody.id ? party.id : noAccount;
}

function subjectOfFact(whose: FactSubject, actor: Party, targets: readonly Party[]): string {
  const person = whose === 'actor' ? actor : whose === 'target' ? targets.find(({ type }) => type === 'person') : null;
  return person ? subjectOf(person) : noAccount;
}

function personalFactsOf(action: string): Readonly<Record<string, FactSubject | undefined>> {
  return Object.hasOwn(personalFacts, action) ? (personalFacts[action as keyof typeof personalFacts] ?? {}) : {};
}

function factSubject(action: string, name: string): FactSubject | null {
  const facts = personalFactsOf(action);
  return Object.hasOwn(facts, name) ? (facts[name] ?? null) : null;
}

function merged(one: JsonObject, other: JsonObject): JsonObject {
  const both: Record<string, Json> = { ...one };
  for (const [key, value] of Object.entries(other)) {
    const known = both[key];
    both[key] = known !== undefined && isJsonObject(known) && isJsonObject(value) ? merged(known, value) : value;
  }
  return both;
}

function canonical(value: JsonObject): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('The value has no canonical JSON form');
  return text;
}
