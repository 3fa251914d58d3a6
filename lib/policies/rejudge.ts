import { announceApproval } from '@/lib/approvals/announce';
import { lockApproval, saveApproval } from '@/lib/approvals/store';
import { appendAudit } from '@/lib/audit/append';
import { type Approval, liveVotes } from '@/lib/domain/approval';
import { system } from '@/lib/domain/audit';
import { enqueue } from '@/lib/queue/enqueue';
import type { Services } from '@/lib/services';
import { presentRequirement } from './present-requirement';

const atOnce = 50;

/**
 * Brings what waits to the policy that was just published, a batch a job: what it asks for in addition holds from now on, what
 * was asked before still does. A vote looks again in any case; this is for the lists and messages. Safe to repeat.
 */
export async function rejudgePending(
  services: Pick<Services, 'db' | 'now'>,
  { version, after }: { version: number; after: string | null },
): Promise<void> {
  const { prisma } = services.db;
  const rows = await prisma.approval.findMany({
    where: { status: 'pending', policyVersion: { not: version }, ...(after === null ? {} : { id: { gt: after } }) },
    orderBy: { id: 'asc' },
    take: atOnce,
    select: { id: true },
  });
  for (const { id } of rows) await rejudge(services, id);
  const last = rows.at(-1);
  if (rows.length === atOnce && last) {
    await prisma.$transaction((tx) => enqueue(tx, 'policy.rejudge', { version, after: last.id }));
  }
}

async function rejudge(services: Pick<Services, 'db' | 'now'>, id: string): Promise<void> {
  await services.db.prisma.$transaction(async (tx) => {
    const approval = await lockApproval(tx, id);
    // What somebody voted on waits for the next vote, which looks again: nothing is taken from under a vote.
    if (approval?.state.status !== 'pending' || liveVotes(approval).length > 0) return;
    const now = services.now();
    const { asked } = await presentRequirement(tx, approval, null, now);
    if (asked === null || same(approval, asked)) return;
    const raised: Approval = { ...approval, ...asked, version: approval.version + 1 };
    await saveApproval(tx, approval, raised);
    await appendAudit(tx, now, {
      action: 'approval.rejudged',
      actor: system,
      targets: [{ type: 'approval', id, name: approval.call.name }],
      context: { surface: 'worker' },
      facts: {
        tool: approval.call.name,
        tier: raised.tier,
        rule: raised.requirement.rule,
        policyVersion: raised.requirement.policyVersion,
      },
      runId: approval.runId,
      approvalId: id,
    });
    await announceApproval(tx, raised);
  });
}

function same(one: Pick<Approval, 'tier' | 'requirement'>, other: Pick<Approval, 'tier' | 'requirement'>): boolean {
  return JSON.stringify([one.tier, one.requirement]) === JSON.stringify([other.tier, other.requirement]);
}
