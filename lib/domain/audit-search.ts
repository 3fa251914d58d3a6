import { type AuditAction, auditActions } from './audit';
import type { JsonObject } from './json';

/** What part of the history is meant; absent members do not limit it. */
export type AuditFilter = Readonly<{
  text?: string | undefined; // words, ids, addresses, hashes
  action?: string | undefined;
  actor?: string | undefined; // the id of a person, a key or a rule
  target?: string | undefined; // an id of anything that an entry is about
  agent?: string | undefined; // id
  tool?: string | undefined; // name
  outcome?: string | undefined;
  surface?: string | undefined;
  run?: string | undefined;
  approval?: string | undefined;
  from?: Date | undefined;
  to?: Date | undefined; // exclusive
}>;

/** How what an entry tells of came out; most entries tell of something that has no outcome. */
export const auditOutcomes = [
  'approved',
  'rejected',
  'answered',
  'expired',
  'superseded',
  'undone',
  'completed',
  'refused',
  'failed',
  'unclear',
] as const;
export type AuditOutcome = (typeof auditOutcomes)[number];

export const auditSurfaces = ['web', 'slack', 'api', 'worker', 'webhook', 'cli'] as const;

/** What a search knows of an entry. */
export type SearchedEntry = Readonly<{
  action: string;
  sentence: string;
  occurredAt: Date;
  actor: Readonly<{ type: string; id: string; name: string }>;
  targets: readonly Readonly<{ type: string; id: string; name?: string }>[];
  context: JsonObject;
  facts: JsonObject;
  runId: string | null;
  approvalId: string | null;
  agentId: string | null; // of its run
  tool: string | null; // of its approval
}>;

/** How it came out, told from the action and its facts; null for what just happened. */
export function outcomeOf(action: string, facts: JsonObject): AuditOutcome | null {
  const stated = typeof facts.status === 'string' ? facts.status : null;
  if (action === ('approval.decided' satisfies AuditAction) || action === ('run.ended' satisfies AuditAction)) {
    return auditOutcomes.find((outcome) => outcome === stated) ?? (action === 'run.ended' ? 'failed' : null);
  }
  if (action === ('approval.expired' satisfies AuditAction)) return 'expired';
  if (action === ('approval.superseded' satisfies AuditAction)) return 'superseded';
  if (action === ('approval.undone' satisfies AuditAction)) return 'undone';
  if (/(?:^|[._])refused$/.test(action)) return 'refused';
  if (/(?:^|[._])unclear$/.test(action)) return 'unclear';
  return /(?:^|[._])(?:failed|lost|mismatch)$/.test(action) ? 'failed' : null;
}

/**
 * The terms under which an entry is found: `name=value` for the filters, plain words for text. Words never hold an equals
 * sign, so neither can pass for the other. Sorted, each once.
 */
export function termsOf(entry: SearchedEntry): readonly string[] {
  const { action, actor, targets, context, facts, runId, approvalId, agentId } = entry;
  const terms = new Set<string>([exact('a', action), exact('by', actor.id)]);
  const tool = entry.tool ?? (typeof facts.tool === 'string' ? facts.tool : null);
  const outcome = outcomeOf(action, facts);
  if (typeof context.surface === 'string') terms.add(exact('s', context.surface));
  if (tool !== null) terms.add(exact('f', tool));
  if (outcome !== null) terms.add(exact('o', outcome));
  if (runId !== null) terms.add(exact('r', runId)).add(exact('t', runId));
  if (approvalId !== null) terms.add(exact('p', approvalId)).add(exact('t', approvalId));
  const agent = agentId ?? targets.find(({ type }) => type === 'agent')?.id ?? null;
  if (agent !== null) terms.add(exact('g', agent));
  for (const { id } of targets) terms.add(exact('t', id));

  const texts = [action, entry.sentence, actor.name, tool ?? '', ...targets.map(({ name }) => name ?? '')];
  for (const value of [...Object.values(facts), context.ip, context.slack]) {
    if (typeof value === 'string') texts.push(value);
    else if (typeof value === 'object' && value !== null) {
      texts.push(...Object.values(value).filter((part) => typeof part === 'string'));
    }
  }
  for (const chunk of texts.flatMap(chunksOf)) {
    if (isHash(chunk)) terms.add(exact('t', chunk));
    else for (const word of [chunk, ...partsOf(chunk)]) terms.add(word);
  }
  return [...terms].sort();
}

/** One thing that must hold: all terms of at least one of these. A term with `begins` may go on. */
export type Need = readonly (readonly Readonly<{ term: string; begins: boolean }>[])[];

/** What the terms of an entry must hold for it to fit, leaving the time aside. Empty: every entry fits. */
export function needsOf(filter: AuditFilter): readonly Need[] {
  const { action, actor, target, agent, tool, outcome, surface, run, approval, text } = filter;
  const exacts = { a: action, by: actor, t: target, g: agent, f: tool, o: outcome, s: surface, r: run, p: approval };
  const needs: Need[] = Object.entries(exacts).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[[{ term: exact(name, value), begins: false }]]],
  );
  for (const chunk of chunksOf(text ?? '').slice(0, mostWords)) {
    const parts = partsOf(chunk);
    // One letter begins too much to be worth looking for.
    const words = (all: readonly string[]) => all.map((term) => ({ term, begins: term.length > 1 }));
    needs.push([
      [{ term: exact('t', chunk), begins: false }],
      words([chunk]),
      ...(parts.length > 0 ? [words(parts)] : []),
    ]);
  }
  return needs;
}

/** Whether an entry fits, as the database would say. */
export function fits(entry: SearchedEntry, filter: AuditFilter): boolean {
  const { from, to } = filter;
  if (from !== undefined && entry.occurredAt < from) return false;
  if (to !== undefined && entry.occurredAt >= to) return false;
  const needs = needsOf(filter);
  if (needs.length === 0) return true;
  const terms = termsOf(entry);
  const known = new Set(terms);
  const holds = ({ term, begins }: { term: string; begins: boolean }) =>
    known.has(term) || (begins && terms.some((one) => one.startsWith(term)));
  return needs.every((need) => need.some((all) => all.every(holds)));
}

/** The needs in PostgreSQL's language for text search; every term is quoted. */
export function searchExpression(needs: readonly Need[]): string {
  const quoted = (term: string) => `'${term.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
  const any = (need: Need) =>
    need
      .map((all) => `(${all.map(({ term, begins }) => quoted(term) + (begins ? ':*' : '')).join(' & ')})`)
      .join(' | ');
  return needs.map((need) => `(${any(need)})`).join(' & ');
}

/** The actions by the part of the product that they belong to, for choosing one. */
export const actionGroups: readonly Readonly<{ group: string; actions: readonly string[] }>[] = [
  ...Map.groupBy(auditActions, (action) => action.split('.')[0] ?? action),
].map(([group, actions]) => ({ group, actions }));

const mostWords = 12;
const longestWord = 100; // characters

const exact = (name: string, value: string): string => `${name}=${value.slice(0, 500)}`;

const isHash = (chunk: string): boolean => /^[0-9a-f]{64}$/.test(chunk);

const isAddress = (chunk: string): boolean => /^\d{1,3}(?:\.\d{1,3}){3}$/.test(chunk);

// What stands between spaces, without the punctuation around it, in small letters.
function chunksOf(text: string): readonly string[] {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .split(/[\s=\0]+/u)
    .map((chunk) => chunk.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '').slice(0, longestWord))
    .filter((chunk) => chunk !== '');
}

// An address, a path or a dotted name is found by its parts too.
function partsOf(chunk: string): readonly string[] {
  if (isAddress(chunk)) return []; // as a whole: its numbers are everybody's
  const parts = chunk.split(/[^\p{L}\p{N}]+/u).filter((part) => part !== '');
  return parts.length > 1 ? parts : [];
}
