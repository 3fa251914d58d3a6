'use server';

import { refresh } from 'next/cache';
import { z } from 'zod';
import { addComment, type CommentOutcome, deleteComment } from '@/lib/approvals/comments';
import type { ActionAnswer } from '@/lib/approvals/views';
import { requestContext, requirePerson } from '@/lib/auth';
import { commentRefusalText } from '@/lib/domain/comment';
import { services } from '@/lib/services';

const id = z.string().min(1).max(100);
const words = z.string().max(20_000);

/** Says something about a request. */
export async function addCommentAction(approvalId: string, text: string): Promise<ActionAnswer> {
  const by = await requirePerson('approvals.read');
  const context = await requestContext('web');
  const about = { approvalId: id.parse(approvalId), text: words.parse(text), by, surface: 'web' as const, context };
  return answer(await addComment(services(), about), 'Said.');
}

/** Deletes the viewer's own comment. */
export async function deleteCommentAction(commentId: string): Promise<ActionAnswer> {
  const by = await requirePerson('approvals.read');
  const about = { commentId: id.parse(commentId), by, context: await requestContext('web') };
  return answer(await deleteComment(services(), about), 'Deleted.');
}

function answer(outcome: CommentOutcome | null, message: string): ActionAnswer {
  refresh();
  if (outcome === null) return { kind: 'refused', message: 'It is not there any more.', problems: [] };
  if (outcome.kind === 'refused') return { kind: 'refused', message: commentRefusalText[outcome.reason], problems: [] };
  return { kind: 'done', message };
}
