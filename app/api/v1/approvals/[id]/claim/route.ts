import { requireCaller, requirePersonOf } from '@/lib/api/caller';
import { claimAnswer, claimRefused } from '@/lib/api/claims';
import { bodyOf, idOf, json, notFound, type WithId } from '@/lib/api/request';
import { claimBody } from '@/lib/api/schemas';
import { claimApproval, releaseClaim } from '@/lib/approvals/claims';
import { AppError } from '@/lib/errors';
import { methods } from '@/lib/http';
import { services } from '@/lib/services';

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  async POST(request: Request, context: WithId) {
    const caller = await requireCaller(services(), request, { scopes: ['votes'], permission: 'approvals.read' });
    const approvalId = await idOf(context, 'apr', 'approval');
    const by = await requirePersonOf(services(), caller, 'votes');
    const { person, over } = await bodyOf(request, claimBody);
    const outcome = await claimApproval(services(), {
      approvalId,
      to: person ?? null,
      over: over ?? null,
      by,
      context: caller.context,
    });
    if (outcome === null) throw notFound('approval, or no person,');
    if (outcome.kind === 'refused') throw claimRefused(outcome.reason);
    return json(claimAnswer(approvalId, outcome.claim));
  },
  async DELETE(request: Request, context: WithId) {
    const caller = await requireCaller(services(), request, { scopes: ['votes'], permission: 'approvals.read' });
    const approvalId = await idOf(context, 'apr', 'approval');
    const by = await requirePersonOf(services(), caller, 'votes');
    const released = await releaseClaim(services(), { approvalId, by, context: caller.context });
    if (released === null) throw new AppError('conflict', 'You are not on it, nor did you give it to whoever is.');
    return json(claimAnswer(approvalId, null));
  },
});
