import { requireCaller, requirePersonOf } from '@/lib/api/caller';
import { bodyOf, geminiIdOf, json, notFound, type WithId } from '@/lib/api/request';
import { settleResumeBody } from '@/lib/api/schemas';
import { settleResume } from '@/lib/approvals/settle-resume';
import { AppError } from '@/lib/errors';
import { methods } from '@/lib/http';
import { services } from '@/lib/services';

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  async POST(request: Request, context: WithId) {
    const caller = await requireCaller(services(), request, { scopes: ['votes'], permission: 'resume.settle' });
    const interactionId = await geminiIdOf(context);
    const by = await requirePersonOf(services(), caller, 'votes');
    const { action, reason } = await bodyOf(request, settleResumeBody);
    const outcome = await settleResume(services(), { interactionId, action, reason, by, context: caller.context });
    if (outcome === null) throw notFound('paused interaction');
    if (outcome.kind === 'settled') {
      return json({ run_id: outcome.runId, interaction_id: interactionId, resume: { status: outcome.resume } });
    }
    if (outcome.reason === 'not_allowed') throw new AppError('forbidden', 'Only admins settle a resume.');
    throw new AppError(
      'conflict',
      `Only a resume that is unclear or was refused can be settled; this one is ${outcome.resume}. Nothing was changed.`,
      { reason: outcome.reason, resume: { status: outcome.resume } },
    );
  },
});
