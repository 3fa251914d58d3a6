import { type AuditFilter, auditOutcomes, auditSurfaces } from '@/lib/domain/audit-search';
import type { AuditPlace } from './search-store';

/** What the address of the history page says: the filter by its names there, and which page. */
export type AuditAddress = Readonly<{
  values: Readonly<Record<string, string>>; // only those that limit something
  filter: AuditFilter;
  before: AuditPlace | null;
  after: AuditPlace | null;
  entry: string | null; // the line that is open
}>;

/** The names of the filters in the address; the API has the same. */
export const filterNames = [
  'q',
  'actor',
  'action',
  'outcome',
  'surface',
  'agent',
  'tool',
  'target',
  'run',
  'approval',
  'from',
  'to',
] as const;

const longest = 500;
const dayMs = 24 * 3600_000;

/** Reads the address. What cannot be understood in it limits nothing. */
export function parseAuditAddress(query: Readonly<Record<string, unknown>>): AuditAddress {
  const values: Record<string, string> = {};
  for (const name of filterNames) {
    const value = query[name];
    if (typeof value !== 'string' || value.trim() === '' || value.includes('\0')) continue;
    const known: readonly string[] | undefined = closed[name];
    if (known === undefined || known.includes(value)) values[name] = value.trim().slice(0, longest);
  }
  const from = dayOf(values.from);
  const to = dayOf(values.to);
  if (from === undefined) delete values.from;
  if (to === undefined) delete values.to;
  const { q, action, actor, target, agent, tool, outcome, surface, run, approval } = values;
  return {
    values,
    filter: {
      text: q,
      action,
      actor,
      target,
      agent,
      tool,
      outcome,
      surface,
      run,
      approval,
      from,
      to: to && new Date(to.getTime() + dayMs), // the last day is whole
    },
    before: parsePlace(query.before),
    after: parsePlace(query.after),
    entry: typeof query.entry === 'string' && /^aud_[0-9a-z]{26}$/.test(query.entry) ? query.entry : null,
  };
}

/** A place as a text for the address. */
export function placeText({ at, sequence }: AuditPlace): string {
  return `${at.getTime()}-${sequence}`;
}

/** The place that such a text names; null for any other. */
export function parsePlace(text: unknown): AuditPlace | null {
  const read = typeof text === 'string' ? /^(\d{1,15})-(\d{1,18})$/.exec(text) : null;
  return read ? { at: new Date(Number(read[1])), sequence: BigInt(read[2] ?? 0) } : null;
}

const closed: Partial<Record<string, readonly string[]>> = { outcome: auditOutcomes, surface: auditSurfaces };

// Days are those of UTC, in which the history is kept.
function dayOf(text: string | undefined): Date | undefined {
  if (text === undefined || !/^\d{4}-\d\d-\d\d$/.test(text)) return undefined;
  const day = new Date(`${text}T00:00:00Z`);
  return Number.isNaN(day.getTime()) ? undefined : day;
}
