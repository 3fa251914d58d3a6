import type { Actor, AuditContext } from '@/lib/domain/audit';
import type { AuditFilter } from '@/lib/domain/audit-search';
import { can, type Person } from '@/lib/domain/person';
import { AppError } from '@/lib/errors';
import { log } from '@/lib/log';
import type { Services } from '@/lib/services';
import { appendAudit } from './append';
import { type AuditLine, auditBatch, newestSequence } from './queries';

export const exportFormats = ['jsonl', 'csv'] as const;
export type ExportFormat = (typeof exportFormats)[number];

export const exportTypes: Record<ExportFormat, string> = {
  jsonl: 'application/x-ndjson; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
};

const batchSize = 500;

/**
 * The history up to now as a stream, oldest first, read batch by batch as fast as it is taken, so its size does not
 * matter. The export itself is recorded first, so it is in it. Throws `forbidden` when `by` may not read it.
 */
export async function exportAudit(
  services: Pick<Services, 'db' | 'now'>,
  input: {
    format: ExportFormat;
    filter: AuditFilter;
    by: Person | null; // null: a key of no person, whose scope was checked
    actor: Actor;
    context: AuditContext;
  },
): Promise<ReadableStream<Uint8Array>> {
  const { format, filter, by, actor, context } = input;
  if (by !== null && !can(by, 'audit.read'))
    throw new AppError('forbidden', 'Only auditors and admins read the history.');
  await appendAudit(services.db.prisma, services.now(), {
    action: 'audit.exported',
    actor,
    targets: [{ type: 'audit', id: 'audit' }],
    context,
    facts: { format },
  });
  const upTo = await newestSequence(services);
  const encoder = new TextEncoder();
  const write = format === 'csv' ? csvRow : jsonRow;
  let position = 0n;
  let headed = format !== 'csv';

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const lines = await auditBatch(services, filter, { after: position, upTo, limit: batchSize });
          const head = headed ? '' : csvHead;
          headed = true;
          const text = head + lines.map(write).join('');
          if (text !== '') controller.enqueue(encoder.encode(text));
          const last = lines.at(-1);
          if (last === undefined || lines.length < batchSize) return controller.close();
          position = last.sequence;
        } catch (error) {
          // The status is long sent: a cut connection is the one way left to say that this is not all.
          log.error({ err: error, format }, 'audit.export_failed');
          controller.error(error);
        }
      },
    },
    { highWaterMark: 1 },
  );
}

const columns: Readonly<Record<string, (line: AuditLine) => string>> = {
  sequence: (line) => String(line.sequence),
  id: (line) => line.id,
  occurred_at: (line) => line.occurredAt.toISOString(),
  action: (line) => line.action,
  sentence: (line) => line.sentence,
  actor_type: (line) => line.actor.type,
  actor_id: (line) => line.actor.id,
  actor_name: (line) => line.actor.name,
  run_id: (line) => line.runId ?? '',
  approval_id: (line) => line.approvalId ?? '',
  targets: (line) => JSON.stringify(line.targets),
  context: (line) => JSON.stringify(line.context),
  facts: (line) => JSON.stringify(line.facts),
  version: (line) => String(line.version),
};

const csvHead = `${Object.keys(columns).join(',')}\r\n`;

function csvRow(line: AuditLine): string {
  return `${Object.values(columns)
    .map((value) => csvCell(value(line)))
    .join(',')}\r\n`;
}

/** A cell by RFC 4180. A spreadsheet would run what begins like a formula, and names and tools may be anybody's text. */
export function csvCell(text: string): string {
  const harmless = /^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

function jsonRow(line: AuditLine): string {
  const { sequence, occurredAt, runId, approvalId, ...rest } = line;
  const row = {
    sequence: String(sequence),
    occurred_at: occurredAt.toISOString(),
    ...rest,
    run_id: runId,
    approval_id: approvalId,
  };
  return `${JSON.stringify(row)}\n`;
}
