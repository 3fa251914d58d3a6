import { system } from '@/lib/domain/audit';
import { replayEvent } from '@/lib/webhooks/replay';
import { type Command, Failure } from './command';

/** Has a stored event looked at again. */
export const replayCommand: Command = {
  usage: 'replay EVENT',
  does: 'Queues a stored webhook event to be looked at again; EVENT is its webhook-id.',
  options: {},
  positionals: 1,
  async run({ services, positionals: [eventId = ''] }, terminal) {
    const found = await replayEvent(services, { eventId, actor: system, context: { surface: 'cli' } });
    if (!found) throw new Failure(`There is no event ${eventId}. The Events page lists them.`);
    terminal.out(`Queued ${eventId}. A running app or worker looks at it now.`);
  },
};
