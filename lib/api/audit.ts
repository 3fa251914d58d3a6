import type { z } from 'zod';
import { type AuditFilter, type AuditLine, listAudit } from '@/lib/audit/queries';
import type { Services } from '@/lib/services';
import { parseSequenceCursor, sequenceCursor } from './cursor';
import type { auditEntry, auditExportQuery, auditPage, auditQuery } from './schemas';

/** A page of history, newest first. */
export async function auditPageOf(
  services: Pick<Services, 'db'>,
  query: z.output<typeof auditQuery>,
): Promise<z.input<typeof auditPage>> {
  const before = query.cursor ? parseSequenceCursor(query.cursor) : undefined;
  const { lines, more } = await listAudit(services, auditFilterOf(query), { limit: query.limit, before });
  const last = lines.at(-1);
  return { data: lines.map(auditAnswer), next_cursor: more && last ? sequenceCursor(last.sequence) : null };
}

/** The part of the history that a query means. */
export function auditFilterOf(query: z.output<typeof auditQuery> | z.output<typeof auditExportQuery>): AuditFilter {
  const { action, q, actor, run, approval, from, to } = query;
  return {
    action,
    q,
    actor,
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
  };
}
