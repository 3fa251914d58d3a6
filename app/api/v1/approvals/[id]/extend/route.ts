import { readApproval } from '@/lib/api/approvals';
import { requireCaller, requirePersonOf } from '@/lib/api/caller';
import { bodyOf, idOf, json, notFound, type WithId } from '@/lib/api/request';
import { extendBody } from '@/lib/api/schemas';
import { extensionRefused } from '@/lib/api/votes';
import { extendApproval } from '@/lib/approvals/extend';
import { methods } from '@/lib/http';
import { services } from '@/lib/services';

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  async POST(request: Request, context: WithId) {
    const caller = await requireCaller(services(), request, { scopes: ['votes'], permission: 'approvals.read' });
    const approvalId = await idOf(context, 'apr', 'approval');
    const by = await requirePersonOf(services(), caller, 'votes');
    const { until, reason } = await bodyOf(request, extendBody);
    const to = new Date(until);
    const outcome = await extendApproval(services(), { approvalId, to, reason, by, context: caller.context });
    if (outcome === null) throw notFound('approval');
    if (outcome.kind === 'refused') throw extensionRefused(outcome);
    return json(await readApproval(services(), approvalId));
  },
});
