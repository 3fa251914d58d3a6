import { type AuditFilter, outcomeOf } from '@/lib/domain/audit-search';
import type { JsonObject } from '@/lib/domain/json';
import { can, type Person } from '@/lib/domain/person';
import { AppError } from '@/lib/errors';
import type { Services } from '@/lib/services';
import { proofOf } from './integrity';
import { type AuditLine, countNewer, findAuditLine, listAudit } from './queries';
import type { AuditPlace } from './search-store';
import type { AuditEntryView, AuditRow, Linked } from './views';

type Reading = Pick<Services, 'db'>;

export type AuditListing = Readonly<{
  rows: readonly AuditRow[];
  newer: AuditPlace | null;
  older: AuditPlace | null;
  top: AuditPlace | null; // what is newer than this is not on show
}>;

/** One page of history for somebody who may read it. Throws `forbidden` for anybody else, as all here do. */
export async function readAudit(
  services: Reading,
  by: Person,
  filter: AuditFilter,
  page: { limit: number; before: AuditPlace | null; after: AuditPlace | null },
): Promise<AuditListing> {
  demandReading(by);
  const { lines, newer, older } = await listAudit(services, filter, page);
  const [first] = lines;
  return {
    rows: lines.map(toRow),
    newer,
    older,
    top: first ? { at: first.occurredAt, sequence: first.sequence } : null,
  };
}

/** How many lines have come since a place was on top, counted up to `most`. */
export async function countNewAudit(
  services: Reading,
  by: Person,
  filter: AuditFilter,
  since: AuditPlace,
  most: number,
): Promise<number> {
  demandReading(by);
  return countNewer(services, filter, since, most);
}

/** One line with all that is known of it; null: there is none. */
export async function readAuditEntry(services: Reading, by: Person, id: string): Promise<AuditEntryView | null> {
  demandReading(by);
  const line = await findAuditLine(services, id);
  if (line === null) return null;
  return {
    id: line.id,
    at: line.occurredAt.toISOString(),
    action: line.action,
    sentence: line.sentence,
    outcome: outcomeOf(line.action, line.facts),
    erased: line.erased,
    actor: linked(line.actor),
    targets: line.targets.map(linked),
    agent: line.agent && linked({ type: 'agent', ...line.agent }),
    run: line.runId === null ? null : linked({ type: 'run', id: line.runId }),
    approval: line.approvalId === null ? null : linked({ type: 'approval', id: line.approvalId }),
    context: contextOf(line.context),
    facts: line.facts,
    raw: rawOf(line),
    proof: await proofOf(services, line.id),
  };
}

export type AuditChoices = Readonly<
  Record<'people' | 'agents' | 'tools', readonly Readonly<{ value: string; label: string }>[]>
>;

const mostChoices = 500;

/** What the history can be filtered by. */
export async function auditChoices({ db }: Reading, by: Person): Promise<AuditChoices> {
  demandReading(by);
  const [people, agents, tools] = await Promise.all([
    db.prisma.user.findMany({ orderBy: { name: 'asc' }, take: mostChoices, select: { id: true, name: true } }),
    db.prisma.agent.findMany({ orderBy: { name: 'asc' }, take: mostChoices, select: { id: true, name: true } }),
    db.prisma.tool.findMany({ orderBy: { name: 'asc' }, take: mostChoices, select: { name: true } }),
  ]);
  return {
    people: people.map(({ id, name }) => ({ value: id, label: name })),
    agents: agents.map(({ id, name }) => ({ value: id, label: name })),
    tools: tools.map(({ name }) => ({ value: name, label: name })),
  };
}

function demandReading(by: Person): void {
  if (!can(by, 'audit.read')) throw new AppError('forbidden', 'Only auditors and admins read the history.');
}

function toRow(line: AuditLine): AuditRow {
  const named = line.targets.find(({ type }) => type !== line.actor.type) ?? line.targets[0];
  const about = line.tool ?? named?.name ?? null;
  return {
    id: line.id,
    at: line.occurredAt,
    actor: line.actor,
    sentence: line.sentence,
    about: about === null || line.sentence.includes(about) || about === line.actor.name ? null : about,
    action: line.action,
    outcome: outcomeOf(line.action, line.facts),
    surface: typeof line.context.surface === 'string' ? line.context.surface : null,
  };
}

function linked({ type, id, name }: { type: string; id: string; name?: string }): Linked {
  return { type, id, name: name ?? null, href: hrefs[type]?.(encodeURIComponent(id)) ?? null };
}

const hrefs: Readonly<Record<string, (id: string) => string>> = {
  approval: (id) => `/approvals/${id}`,
  run: (id) => `/runs/${id}`,
  pause: (id) => `/pauses/${id}`,
  agent: (id) => `/agents/${id}`,
  tool: (id) => `/agents/tools/${id}`,
  event: (id) => `/events/${id}`,
  person: (id) => `/audit?actor=${id}`,
  api_key: (id) => `/audit?target=${id}`,
  interaction: (id) => `/audit?target=${id}`,
};

const contextLabels: Readonly<Record<string, string>> = {
  surface: 'Surface',
  ip: 'IP address',
  userAgent: 'Browser or program',
  keyId: 'API key',
  team: 'Slack workspace',
  user: 'Slack account',
  channel: 'Slack channel',
  message: 'Slack message',
  action: 'Clicked (Slack’s time)',
  link: 'Account linked by',
};

function contextOf(context: JsonObject): AuditEntryView['context'] {
  const { slack, ...plain } = context;
  const inSlack = typeof slack === 'object' && slack !== null ? Object.entries(slack) : [];
  return [...Object.entries(plain), ...inSlack].flatMap(([name, value]) =>
    value === null
      ? []
      : [{ label: contextLabels[name] ?? name, value: typeof value === 'string' ? value : JSON.stringify(value) }],
  );
}

function rawOf(line: AuditLine): JsonObject {
  return {
    id: line.id,
    sequence: String(line.sequence),
    version: line.version,
    action: line.action,
    occurred_at: line.occurredAt.toISOString(),
    actor: line.actor,
    targets: line.targets.map((target) => ({ ...target })),
    context: line.context,
    facts: line.facts,
    run_id: line.runId,
    approval_id: line.approvalId,
  };
}
