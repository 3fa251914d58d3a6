import { requireCaller, requirePersonOf } from '@/lib/api/caller';
import { commentsAnswer } from '@/lib/api/comments';
import { bodyOf, idOf, json, notFound, type WithId } from '@/lib/api/request';
import { commentBody } from '@/lib/api/schemas';
import { addComment } from '@/lib/approvals/comments';
import { commentRefusalText } from '@/lib/domain/comment';
import { AppError } from '@/lib/errors';
import { methods } from '@/lib/http';
import { services } from '@/lib/services';

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  async GET(request: Request, context: WithId) {
    await requireCaller(services(), request, { scopes: ['approvals'], permission: 'approvals.read' });
    const comments = await commentsAnswer(services(), await idOf(context, 'apr', 'approval'));
    if (comments === null) throw notFound('approval');
    return json(comments);
  },
  async POST(request: Request, context: WithId) {
    const caller = await requireCaller(services(), request, { scopes: ['votes'], permission: 'approvals.read' });
    const approvalId = await idOf(context, 'apr', 'approval');
    const by = await requirePersonOf(services(), caller, 'votes');
    const { text } = await bodyOf(request, commentBody);
    const outcome = await addComment(services(), { approvalId, text, by, surface: 'api', context: caller.context });
    if (outcome === null) throw notFound('approval');
    if (outcome.kind === 'refused')
      throw new AppError('conflict', commentRefusalText[outcome.reason], { reason: outcome.reason });
    return json(await commentsAnswer(services(), approvalId), { status: 201 });
  },
});
