'use server';

import { refresh } from 'next/cache';
import { z } from 'zod';
import { requestContext, requirePerson } from '@/lib/auth';
import type { Answer } from '@/lib/people/answered';
import { settleStart } from '@/lib/runs/settle-start';
import { services } from '@/lib/services';

const command = z.object({
  interactionId: z.string().trim().min(1).max(2000).nullable(),
  reason: z.string().trim().min(3).max(500),
});

/** Says what became of a start whose outcome is unclear: an interaction, or nothing. */
export async function settleStartAction(runId: string, choice: unknown): Promise<Answer> {
  const by = await requirePerson();
  const read = command.safeParse(choice);
  if (!read.success) return { ok: false, message: 'Give the id of the interaction, and say why in a few words.' };
  const { interactionId, reason } = read.data;
  const outcome = await settleStart(services(), {
    runId: z.string().max(64).parse(runId),
    settlement: interactionId === null ? { action: 'not_started' } : { action: 'take_up', interactionId },
    reason,
    by,
    context: await requestContext('web'),
  });
  refresh();
  if (outcome === null) return { ok: false, message: 'There is no such run.' };
  return outcome.kind === 'settled' ? { ok: true, message: 'Settled.' } : { ok: false, message: outcome.message };
}
