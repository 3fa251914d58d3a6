import type { z } from 'zod';
import { readComments } from '@/lib/approvals/comments';
import type { Services } from '@/lib/services';
import type { commentPage } from './schemas';

/** What was said about an approval, as the API tells it; null: there is no such approval. */
export async function commentsAnswer(
  { db }: Pick<Services, 'db'>,
  approvalId: string,
): Promise<z.input<typeof commentPage> | null> {
  const known = await db.prisma.approval.findUnique({ where: { id: approvalId }, select: { id: true } });
  if (known === null) return null;
  const comments = await readComments(db.prisma, approvalId);
  return {
    data: comments.map(({ id, by, at, surface, text, editedAt }) => ({
      id,
      by: { ...by },
      at: at.toISOString(),
      surface,
      text,
      edited_at: editedAt?.toISOString() ?? null,
    })),
  };
}
