import type { Services } from '@/lib/services';
import { failureText } from './failure-text';
import { failureOf } from './failures';
import type { Installation } from './installations';
import { clientsFor } from './installations';

const checkEachMs = 10 * 60_000;

/** What is known of a channel that we post to. `problem`: why nothing goes there. */
export type ChannelState = Readonly<{
  id: string;
  name: string | null;
  private: boolean | null;
  member: boolean | null;
  archived: boolean | null;
  shared: boolean | null;
  problem: string | null;
  checkedAt: Date;
}>;

/**
 * Looks at a channel before something is posted there, at most every ten minutes unless `fresh`. Channels shared with other
 * organisations are refused. Without the scope to ask, nothing is known and posting goes on.
 */
export async function checkChannel(
  services: Pick<Services, 'db' | 'env' | 'now'>,
  installation: Installation,
  channel: string,
  options: { fresh?: boolean } = {},
): Promise<ChannelState> {
  const now = services.now();
  const { prisma } = services.db;
  const where = { installationId_id: { installationId: installation.id, id: channel } };
  const known = await prisma.slackChannel.findUnique({ where });
  // A place that could not be used is asked again at every post: somebody may have invited the app meanwhile.
  if (known && !options.fresh && known.problem === null && now.getTime() - known.checkedAt.getTime() < checkEachMs)
    return known;
  const found = await ask(services, installation, channel);
  if (found === 'unknown') return known ?? { ...nothingKnown, id: channel, checkedAt: now };
  const state = { ...found, checkedAt: now };
  return prisma.slackChannel.upsert({
    where,
    create: { installationId: installation.id, id: channel, ...state },
    update: state,
  });
}

/** Keeps that posting to a channel failed, for the settings page. */
export async function recordChannelProblem(
  services: Pick<Services, 'db' | 'now'>,
  installationId: string,
  channel: string,
  error: string,
): Promise<void> {
  const state = { problem: failureText(error), checkedAt: services.now() };
  await services.db.prisma.slackChannel.upsert({
    where: { installationId_id: { installationId, id: channel } },
    create: { installationId, id: channel, ...state },
    update: state,
  });
}

const nothingKnown = { name: null, private: null, member: null, archived: null, shared: null, problem: null };

async function ask(
  services: Pick<Services, 'env'>,
  installation: Installation,
  id: string,
): Promise<Omit<ChannelState, 'checkedAt' | 'id'> | 'unknown'> {
  try {
    const { channel } = await clientsFor(services, installation).delivery.conversations.info({ channel: id });
    const shared = channel?.is_ext_shared === true || channel?.is_pending_ext_shared === true;
    const archived = channel?.is_archived === true;
    const member = channel?.is_member === true;
    return {
      name: channel?.name ?? null,
      private: channel?.is_private === true,
      member,
      archived,
      shared,
      problem: shared
        ? failureText('shared_channel')
        : archived
          ? failureText('is_archived')
          : member
            ? null
            : failureText('not_in_channel'),
    };
  } catch (error) {
    const failure = failureOf(error);
    if (failure.kind === 'scope') return nothingKnown;
    return failure.kind === 'place' ? { ...nothingKnown, problem: failureText(failure.error) } : 'unknown';
  }
}
