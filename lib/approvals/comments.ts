import { z } from 'zod';
import { appendAudit } from '@/lib/audit/append';
import type { Transaction } from '@/lib/db';
import type { Approval } from '@/lib/domain/approval';
import { type Actor, type AuditContext, type AuditFact, type AuditRecord, system } from '@/lib/domain/audit';
import { type Comment, type CommentRefusal, commentSurfaces, commentText, mostComments } from '@/lib/domain/comment';
import { storable } from '@/lib/domain/json';
import { can, type Person } from '@/lib/domain/person';
import { newId } from '@/lib/ids';
import type { Services } from '@/lib/services';
import { announceComment } from './announce';
import { lockApproval } from './store';

/** Where in Slack a comment was written. */
export type SlackPlace = Readonly<{ installationId: string; channel: string; threadTs: string; ts: string }>;

export type CommentOutcome =
  | { kind: 'added' | 'unchanged'; id: string }
  | { kind: 'deleted' }
  | { kind: 'refused'; reason: CommentRefusal };

/**
 * Keeps what a person says about a request, open or closed. It decides nothing. What was written in Slack counts once, by
 * its place there. Null: no such approval.
 */
export async function addComment(
  services: Pick<Services, 'db' | 'now'>,
  input: {
    approvalId: string;
    text: string;
    by: Person;
    surface: Comment['surface'];
    slack?: SlackPlace;
    context: AuditContext;
  },
): Promise<CommentOutcome | null> {
  const { by, surface, slack } = input;
  return services.db.prisma.$transaction(async (tx) => {
    const approval = await lockApproval(tx, input.approvalId);
    if (approval === null) return null;
    if (!can(by, 'approvals.read')) return refused('not_allowed');
    const read = commentText(storable(input.text));
    if ('refusal' in read) return refused(read.refusal);
    if (slack) {
      const known = await tx.approvalComment.findUnique({ where: bySlack(slack), select: { id: true } });
      if (known) return { kind: 'unchanged', id: known.id };
    }
    if ((await tx.approvalComment.count({ where: { approvalId: approval.id } })) >= mostComments)
      return refused('too_many');
    const now = services.now();
    const id = newId('cmt', now);
    await tx.approvalComment.create({
      data: {
        id,
        approvalId: approval.id,
        userId: by.id,
        text: read.text,
        surface,
        createdAt: now,
        ...(slack
          ? {
              slackInstallationId: slack.installationId,
              slackChannel: slack.channel,
              slackThreadTs: slack.threadTs,
              slackTs: slack.ts,
            }
          : {}),
      },
    });
    const facts = { tool: approval.call.name, comment: id, characters: read.text.length };
    await record(tx, now, approval, actorOf(by), input.context, { action: 'comment.added', facts });
    await announceComment(tx, approval);
    return { kind: 'added', id };
  });
}

/** Takes the words out of a person's own comment; that there was one stays. Null: no such comment. */
export async function deleteComment(
  services: Pick<Services, 'db' | 'now'>,
  input: { commentId: string; by: Person; context: AuditContext },
): Promise<CommentOutcome | null> {
  return services.db.prisma.$transaction(async (tx) => {
    const found = await lockComment(tx, { id: input.commentId });
    if (found === null) return null;
    const { approval, comment } = found;
    const now = services.now();
    const about = [tx, now, approval, actorOf(input.by), input.context] as const;
    const facts = { tool: approval.call.name, comment: comment.id };
    if (comment.userId !== input.by.id || !can(input.by, 'approvals.read')) {
      await record(...about, { action: 'comment.refused', facts: { ...facts, reason: 'not_yours' } });
      return refused('not_yours');
    }
    if (comment.deletedAt !== null) return { kind: 'deleted' };
    await erase(tx, comment.id, now);
    await record(...about, { action: 'comment.deleted', facts });
    await announceComment(tx, approval);
    return { kind: 'deleted' };
  });
}

/** Follows what became of a comment where it was written: other words, or with null none any more. */
export async function followSlack(
  services: Pick<Services, 'db' | 'now'>,
  input: { place: Omit<SlackPlace, 'threadTs'>; text: string | null; context: AuditContext },
): Promise<void> {
  await services.db.prisma.$transaction(async (tx) => {
    const found = await lockComment(tx, bySlack(input.place));
    if (found === null) return;
    const { approval, comment } = found;
    if (comment.deletedAt !== null) return;
    const now = services.now();
    const words = input.text === null ? null : commentText(storable(input.text));
    const text = words !== null && 'text' in words ? words.text : null;
    if (text === comment.text) return;
    const facts = { tool: approval.call.name, comment: comment.id };
    const target = [tx, now, approval, system, input.context] as const;
    if (text === null) {
      await erase(tx, comment.id, now);
      await record(...target, { action: 'comment.deleted', facts });
    } else {
      await tx.approvalComment.update({ where: { id: comment.id }, data: { text, editedAt: now } });
      await record(...target, { action: 'comment.edited', facts: { ...facts, characters: text.length } });
    }
    await announceComment(tx, approval);
  });
}

/** Takes the words out of everything that somebody said, in the transaction that erases them. */
export async function eraseCommentsOf(tx: Transaction, personId: string, now: Date): Promise<void> {
  const where = { userId: personId, deletedAt: null };
  const rows = await tx.approvalComment.findMany({
    where,
    distinct: ['approvalId'],
    select: { approval: { select: { id: true, runId: true } } },
  });
  await tx.approvalComment.updateMany({ where, data: { text: '', deletedAt: now } });
  for (const { approval } of rows) await announceComment(tx, approval);
}

/** What was said about a request, oldest first. */
export async function readComments(tx: Transaction, approvalId: string): Promise<readonly Comment[]> {
  const rows = await tx.approvalComment.findMany({
    where: { approvalId },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    take: mostComments,
    include: { user: { select: { id: true, name: true } } },
  });
  return rows.map((row) => ({
    id: row.id,
    by: row.user,
    at: row.createdAt,
    surface: z.enum(commentSurfaces).parse(row.surface),
    text: row.deletedAt === null ? row.text : null,
    editedAt: row.editedAt,
    thread: row.slackChannel && row.slackThreadTs ? { channel: row.slackChannel, ts: row.slackThreadTs } : null,
  }));
}

type Where =
  | { id: string }
  | {
      slackInstallationId_slackChannel_slackTs: { slackInstallationId: string; slackChannel: string; slackTs: string };
    };

function bySlack({ installationId, channel, ts }: Omit<SlackPlace, 'threadTs'>) {
  return {
    slackInstallationId_slackChannel_slackTs: {
      slackInstallationId: installationId,
      slackChannel: channel,
      slackTs: ts,
    },
  };
}

async function lockComment(tx: Transaction, where: Where) {
  const row = await tx.approvalComment.findUnique({ where, select: { approvalId: true } });
  if (row === null) return null;
  const approval = await lockApproval(tx, row.approvalId);
  // As it stands now that nobody else can change it.
  const comment = await tx.approvalComment.findUnique({ where });
  return approval && comment && { approval, comment };
}

async function erase(tx: Transaction, id: string, now: Date): Promise<void> {
  await tx.approvalComment.update({ where: { id }, data: { text: '', deletedAt: now } });
}

async function record(
  tx: Transaction,
  now: Date,
  approval: Approval,
  actor: Actor,
  context: AuditContext,
  fact: AuditFact<'comment'>,
): Promise<void> {
  const entry: AuditRecord = {
    ...fact,
    actor,
    targets: [{ type: 'approval', id: approval.id, name: approval.call.name }],
    context,
    runId: approval.runId,
    approvalId: approval.id,
  };
  await appendAudit(tx, now, entry);
}

function actorOf({ id, name }: Person): Actor {
  return { type: 'person', id, name };
}

function refused(reason: CommentRefusal): CommentOutcome {
  return { kind: 'refused', reason };
}
