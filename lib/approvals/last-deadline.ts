import type { Transaction } from '@/lib/db';
import type { Approval } from '@/lib/domain/approval';
import { type Deadline, deadlineFor } from '@/lib/domain/deadline';
import { workspaceSettings } from '@/lib/settings/settings';

/** The latest instant at which an approval may be decided at all: what its run allows, and Gemini's retention less a margin. */
export async function lastDeadline(
  tx: Transaction,
  approval: Pick<Approval, 'interactionId' | 'createdAt'>,
): Promise<Deadline> {
  const { retentionHours } = await workspaceSettings(tx);
  const interaction = await tx.interaction.findUniqueOrThrow({
    where: { id: approval.interactionId },
    select: { created: true, run: { select: { deadline: true } } },
  });
  return deadlineFor({
    openedAt: approval.createdAt,
    created: interaction.created ?? approval.createdAt,
    retentionHours,
    ruleMinutes: null,
    runDeadline: interaction.run.deadline,
  });
}
