import { appendAudit } from '@/lib/audit/append';
import { argumentsByHash } from '@/lib/domain/approval';
import type { AuditContext } from '@/lib/domain/audit';
import type { Json } from '@/lib/domain/json';
import { maskedPaths, pointerOf, valueAt } from '@/lib/domain/masking';
import { can, type Person } from '@/lib/domain/person';
import type { Services } from '@/lib/services';
import { approvalParts, toApproval } from './store';

const viewsKeptEachMs = 60 * 60_000; // a page that is read again and again is one view

/** Keeps in the history that a person looked at a request: once an hour for each person. */
export async function recordView(
  { db, now }: Pick<Services, 'db' | 'now'>,
  input: { approvalId: string; runId: string; tool: string; by: Person; context: AuditContext },
): Promise<void> {
  const at = now();
  const recent = await db.prisma.auditEntry.findFirst({
    where: {
      approvalId: input.approvalId,
      action: 'approval.viewed',
      actorId: input.by.id,
      occurredAt: { gt: new Date(at.getTime() - viewsKeptEachMs) },
    },
    select: { id: true },
  });
  if (recent !== null) return;
  await appendAudit(db.prisma, at, {
    action: 'approval.viewed',
    actor: { type: 'person', id: input.by.id, name: input.by.name },
    targets: [{ type: 'approval', id: input.approvalId, name: input.tool }],
    context: input.context,
    facts: { tool: input.tool },
    runId: input.runId,
    approvalId: input.approvalId,
  });
}

/**
 * The value of one masked argument, for somebody who may decide: of the call as it came, or of the proposal that the hash
 * names. The history keeps who asked. Null: no such masked field, not for this person, or a proposal that stands no more:
 * the call's own value in its place would pass for what is voted on.
 */
export async function revealField(
  { db, now }: Pick<Services, 'db' | 'now'>,
  input: { approvalId: string; pointer: string; argumentsHash: string | null; by: Person; context: AuditContext },
): Promise<{ value: Json } | null> {
  const row = await db.prisma.approval.findUnique({
    where: { id: input.approvalId },
    include: approvalParts,
  });
  if (row === null || !can(input.by, 'approvals.vote')) return null;
  const args = argumentsByHash(toApproval(row), input.argumentsHash);
  if (args === null) return null;
  const path = maskedPaths(args, row.maskedFields).find((candidate) => pointerOf(candidate) === input.pointer);
  if (path === undefined) return null;
  await appendAudit(db.prisma, now(), {
    action: 'approval.revealed',
    actor: { type: 'person', id: input.by.id, name: input.by.name },
    targets: [{ type: 'approval', id: row.id, name: row.name }],
    context: input.context,
    facts: { tool: row.name, field: input.pointer },
    runId: row.runId,
    approvalId: row.id,
  });
  return { value: valueAt(args, path) ?? null };
}
