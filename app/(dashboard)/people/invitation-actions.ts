'use server';

import { refresh } from 'next/cache';
import { z } from 'zod';
import { requestContext, requirePerson } from '@/lib/auth';
import { invitationSchema, invite, renewInvitation, revokeInvitation } from '@/lib/people/invitations';
import { services } from '@/lib/services';

export type InviteAnswer = { kind: 'done'; link: string } | { kind: 'refused'; message: string; field: string };

const id = z.string().min(1).max(100);

/** Invites somebody; the answer carries the link this once. */
export async function inviteAction(input: unknown): Promise<InviteAnswer> {
  const by = await requirePerson('people.manage');
  const read = invitationSchema.safeParse(input);
  if (!read.success) {
    const [issue] = read.error.issues;
    return { kind: 'refused', message: issue?.message ?? 'That could not be read.', field: String(issue?.path[0]) };
  }
  const outcome = await invite(services(), read.data, by, await requestContext());
  refresh();
  return outcome.kind === 'done' ? outcome : { ...outcome, field: '' };
}

/** Makes a new link for an invitation; the answer carries it this once. */
export async function renewInvitationAction(invitationId: string): Promise<InviteAnswer> {
  const by = await requirePerson('people.manage');
  const outcome = await renewInvitation(services(), id.parse(invitationId), by, await requestContext());
  refresh();
  return outcome.kind === 'done' ? outcome : { ...outcome, field: '' };
}

/** Takes an invitation back. */
export async function revokeInvitationAction(invitationId: string): Promise<void> {
  const by = await requirePerson('people.manage');
  await revokeInvitation(services(), id.parse(invitationId), by, await requestContext());
  refresh();
}
