import { log } from '@/lib/log';
import type { Services } from '@/lib/services';
import { workspaceSettings } from '@/lib/settings/settings';
import { literal } from './blocks/text';
import { destinations } from './destinations';
import { failureText } from './failure-text';
import { failureOf } from './failures';
import { activeInstallations, clientsFor } from './installations';

/**
 * Posts a checkpoint to the audit channel, where nobody who can change our database can change it. What came of it stands
 * at the place. One that fails is not tried again: the next one says all that this one did.
 */
export async function postCheckpoint(services: Services, checkpointId: string): Promise<void> {
  const { prisma } = services.db;
  const checkpoint = await prisma.auditCheckpoint.findUnique({ where: { id: BigInt(checkpointId) } });
  const { auditChannel } = await workspaceSettings(prisma);
  if (checkpoint === null || auditChannel === '') return;
  const note = async (problem: string | null) => {
    const state = { upTo: checkpoint.id, ok: problem === null, message: problem ?? 'posted', at: services.now() };
    await prisma.checkpointPlace.upsert({
      where: { kind: 'slack' },
      create: { kind: 'slack', ...state },
      update: state,
    });
  };
  const [place] = destinations(await activeInstallations(services), auditChannel, { orDefault: false });
  if (place === undefined) return note('No workspace with this channel is connected.');
  try {
    const { delivery } = await clientsFor(services, place.installation);
    const size = checkpoint.size.toLocaleString('en');
    await delivery.chat.postMessage({
      channel: place.channel,
      text: `Checkpoint of the audit log: ${size} entries`,
      blocks: [
        {
          type: 'section',
          text: literal(
            `Checkpoint of the audit log: ${size} entries, root ${Buffer.from(checkpoint.root).toString('hex')}. Keep this message: it proves later that nothing before it was changed.`,
            500,
          ),
        },
        {
          type: 'rich_text',
          elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text: checkpoint.jws }] }],
        },
      ],
      unfurl_links: false,
      unfurl_media: false,
    });
    await note(null);
  } catch (error) {
    log.warn({ err: error, checkpointId }, 'audit.checkpoint_not_posted');
    await note(failureText(failureOf(error).error));
  }
}
