'use server';

import { refresh } from 'next/cache';
import { z } from 'zod';
import { claimApproval, releaseClaim } from '@/lib/approvals/claims';
import { eligiblePeople } from '@/lib/approvals/eligible-people';
import { approvalParts, toApproval } from '@/lib/approvals/store';
import type { ActionAnswer } from '@/lib/approvals/views';
import { requestContext, requirePerson } from '@/lib/auth';
import type { ClaimOutcome } from '@/lib/domain/claim';
import { claimRefusalText } from '@/lib/domain/claim-words';
import { services } from '@/lib/services';

const id = z.string().min(1).max(100);
const holder = id.nullable();

/** Takes a request for the viewer. */
export async function claimAction(approvalId: string, over: string | null): Promise<ActionAnswer> {
  return claimFor(approvalId, null, over);
}

/** Gives a request to somebody else who may decide it. */
export async function giveAction(approvalId: string, to: string, over: string | null): Promise<ActionAnswer> {
  return claimFor(approvalId, to, over);
}

/** Lets a request go that the viewer is on, or gave to somebody. */
export async function releaseAction(approvalId: string): Promise<ActionAnswer> {
  const by = await requirePerson('approvals.read');
  const released = await releaseClaim(services(), {
    approvalId: id.parse(approvalId),
    by,
    context: await requestContext('web'),
  });
  refresh();
  return released === null ? refused('You are not on it any more. Nothing changed.') : done('Free for others.');
}

/** Whom a request may be given to. */
export async function peopleAction(
  approvalId: string,
): Promise<readonly Readonly<{ id: string; name: string; email: string }>[]> {
  const viewer = await requirePerson('approvals.vote');
  const { db, now } = services();
  const row = await db.prisma.approval.findUnique({ where: { id: id.parse(approvalId) }, include: approvalParts });
  if (row === null) return [];
  const people = await eligiblePeople(db.prisma, toApproval(row), now());
  return people.filter((person) => person.id !== viewer.id).map(({ id, name, email }) => ({ id, name, email }));
}

async function claimFor(approvalId: string, to: string | null, over: string | null): Promise<ActionAnswer> {
  const by = await requirePerson('approvals.read');
  const outcome = await claimApproval(services(), {
    approvalId: id.parse(approvalId),
    to: holder.parse(to),
    over: holder.parse(over),
    by,
    context: await requestContext('web'),
  });
  refresh();
  return outcome === null ? refused('This request, or this person, does not exist.') : answerOf(outcome, by.id);
}

function answerOf(outcome: ClaimOutcome, viewerId: string): ActionAnswer {
  if (outcome.kind === 'refused') return refused(claimRefusalText(outcome.reason));
  const { holder: on } = outcome.claim;
  return done(on.id === viewerId ? 'You are on it. Others may still decide.' : `${on.name} is on it and is told.`);
}

function done(message: string): ActionAnswer {
  return { kind: 'done', message };
}

function refused(message: string): ActionAnswer {
  return { kind: 'refused', message, problems: [] };
}
