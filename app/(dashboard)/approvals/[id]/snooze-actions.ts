'use server';

import { refresh } from 'next/cache';
import { z } from 'zod';
import { endSnooze, snoozeApproval } from '@/lib/approvals/snoozes';
import type { ActionAnswer } from '@/lib/approvals/views';
import { requestContext, requirePerson } from '@/lib/auth';
import { snoozeRefusalText } from '@/lib/domain/snooze';
import { services } from '@/lib/services';

const id = z.string().min(1).max(100);
const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

/** Sets a request aside for the viewer alone. */
export async function snoozeAction(approvalId: string, until: string): Promise<ActionAnswer> {
  const by = await requirePerson('approvals.read');
  const about = {
    approvalId: id.parse(approvalId),
    by,
    until: instant.parse(until),
    context: await requestContext('web'),
  };
  const outcome = await snoozeApproval(services(), about);
  refresh();
  if (outcome === null) return refused('This request does not exist.');
  return outcome.kind === 'refused'
    ? refused(snoozeRefusalText[outcome.reason])
    : { kind: 'done', message: 'Set aside. It comes back by itself.' };
}

/** Brings it back at once. */
export async function endSnoozeAction(approvalId: string): Promise<ActionAnswer> {
  const by = await requirePerson('approvals.read');
  const ended = await endSnooze(services(), {
    approvalId: id.parse(approvalId),
    by,
    context: await requestContext('web'),
  });
  refresh();
  return ended ? { kind: 'done', message: 'It needs you again.' } : refused('It was back already.');
}

function refused(message: string): ActionAnswer {
  return { kind: 'refused', message, problems: [] };
}
