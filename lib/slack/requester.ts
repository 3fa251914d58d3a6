import type { Transaction } from '@/lib/db';
import { newId } from '@/lib/ids';
import { addCopy } from './store';

/** The accounts in Slack that are linked to a person, one in each workspace that is connected. */
export async function linkedAccounts(
  tx: Transaction,
  userId: string,
): Promise<readonly { installationId: string; slackUserId: string }[]> {
  return tx.slackUserLink.findMany({
    where: { userId, status: 'active', user: { deactivatedAt: null }, installation: { status: 'active' } },
    orderBy: { verifiedAt: 'asc' },
    distinct: ['installationId'],
    select: { installationId: true, slackUserId: true },
  });
}

/**
 * Makes room for the message that tells whoever asked for the run how its call came out, in the first workspace in which they
 * are linked: one an approval. Nobody is told by an address alone, which anybody can claim.
 */
export async function addRequesterCopy(
  tx: Transaction,
  about: { approvalId: string; runId: string; requesterUserId: string; now: Date },
): Promise<void> {
  const { approvalId, runId, now } = about;
  if ((await tx.slackMessage.count({ where: { approvalId, kind: 'requester' } })) > 0) return;
  const [account] = await linkedAccounts(tx, about.requesterUserId);
  if (account === undefined) return;
  const { installationId, slackUserId: destination } = account;
  await addCopy(tx, { id: newId('slm', now), approvalId, runId, installationId, kind: 'requester', destination, now });
}
