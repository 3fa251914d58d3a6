import { enqueue } from '@/lib/queue/enqueue';
import type { Services } from '@/lib/services';
import { checkChannel } from './channels';
import { failureText } from './failure-text';
import { checkToken, endInstallation, installationById } from './installations';

type RefreshServices = Pick<Services, 'db' | 'env' | 'secrets' | 'now'>;

export type Refreshed = { kind: 'refreshed' } | { kind: 'gone' } | { kind: 'failed'; error: string };

/**
 * Asks Slack anew about an installation: its token, its scopes, its channel, our clock against theirs. One whose token is
 * refused for good is let go of; the workspace may have removed the app while nobody could tell us.
 */
export async function refreshInstallation(services: RefreshServices, id: string): Promise<Refreshed> {
  const installation = await installationById(services, id);
  if (installation === null) return { kind: 'gone' };
  const checked = await checkToken(services, installation.token);
  if (!checked.ok) {
    if (checked.final) await endInstallation(services, id, failureText(checked.error), 'system', { surface: 'worker' });
    return { kind: 'failed', error: checked.error };
  }
  await services.db.prisma.slackInstallation.update({
    where: { id },
    data: {
      scopes: [...checked.scopes],
      teamName: checked.teamName,
      checkedAt: services.now(),
      clockSkewMs: checked.clockSkewMs,
      message: null,
    },
  });
  const channel = installation.defaultChannel;
  if (channel !== null) {
    const state = await checkChannel(services, installation, channel, { fresh: true });
    if (state.problem === null) await tryChannelAgain(services, id, channel);
  }
  return { kind: 'refreshed' };
}

/** Posts what waits for people and could not be posted to a channel, now that it can be used. */
export async function tryChannelAgain(
  services: Pick<Services, 'db'>,
  installationId: string,
  channel: string,
): Promise<void> {
  const { prisma } = services.db;
  const again = await prisma.slackMessage.updateManyAndReturn({
    where: { installationId, destination: channel, kind: 'channel', state: 'broken', approval: { status: 'pending' } },
    data: { state: 'new', lastError: null, nextTry: null, attempts: 0, failingSince: null },
    select: { approvalId: true },
  });
  for (const { approvalId } of again) {
    await enqueue(prisma, 'slack.sync', { approvalId }, { key: `slack:${approvalId}` });
  }
}

const refreshEachMs = 30 * 60_000;

/** The same for every working installation that nobody has asked about lately. */
export async function refreshDue(services: RefreshServices): Promise<void> {
  const before = new Date(services.now().getTime() - refreshEachMs);
  const due = await services.db.prisma.slackInstallation.findMany({
    where: { status: 'active', OR: [{ checkedAt: null }, { checkedAt: { lt: before } }] },
    select: { id: true },
  });
  for (const { id } of due) await refreshInstallation(services, id);
}
