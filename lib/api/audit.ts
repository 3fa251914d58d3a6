import type { z } from 'zod';
import { type AuditLine, listAudit } from '@/lib/audit/queries';
import type { AuditFilter } from '@/lib/domain/audit-search';
import type { Services } from '@/lib/services';
import { auditCursor, parseAuditCursor } from './cursor';
import type { auditEntry, auditExportQuery, auditPage, auditQuery } from './schemas';

/** A page of history, newest first. */
export async function auditPageOf(
  services: Pick<Services, 'db'>,
  query: z.output<typeof auditQuery>,
): Promise<z.input<typeof auditPage>> {
  const before = query.cursor ? parseAuditCursor(query.cursor) : null;
  const { lines, older } = await listAudit(services, auditFilterOf(query), { limit: query.limit, before });
  return { data: lines.map(auditAnswer), next_cursor: older && auditCursor(older) };
}

/** The part of the history that a query means. */
export function auditFilterOf(query: z.output<typeof auditQuery> | z.output<typeof auditExportQuery>): AuditFilter {
  const { q, action, actor, target, agent, tool, outcome, surface, run, approval, from, to } = query;
  return {
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
    from: from ? new Date(from) : undefined,
    to: to ? new Date(to) : undefined,
  };
}

/** A line of history as the API tells it. */
export function auditAnswer(line: AuditLine): z.input<typeof auditEntry> {
  return {
    id: line.id,
    sequence: String(line.sequence),
    occurred_at: line.occurredAt.toISOString(),
    action: line.action,
    sentence: line.sentence,
    actor: line.actor,
    targets: line.targets.map((target) => ({ ...target })),
    context: line.context,
    facts: line.facts,
    version: line.version,
    run_id: line.runId,
    approval_id: line.approvalId,
    erased: line.erased,
    agent: line.agent,
    tool: line.tool,
  };
}
