import { readApproval } from '@/lib/api/approvals';
import { requireCaller, requirePersonOf } from '@/lib/api/caller';
import { bodyOf, idOf, json, notFound, type WithId } from '@/lib/api/request';
import { resultBody } from '@/lib/api/schemas';
import { resultRefused } from '@/lib/api/votes';
import { recordResult } from '@/lib/approvals/record-result';
import { methods } from '@/lib/http';
import { services } from '@/lib/services';

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  async POST(request: Request, context: WithId) {
    const caller = await requireCaller(services(), request, { scopes: ['votes'], permission: 'approvals.read' });
    const approvalId = await idOf(context, 'apr', 'approval');
    const by = await requirePersonOf(services(), caller, 'votes');
    const { result } = await bodyOf(request, resultBody);
    const outcome = await recordResult(services(), { approvalId, result, by, context: caller.context });
    if (outcome === null) throw notFound('approval');
    if (outcome.kind === 'refused') throw resultRefused(outcome.approval, outcome.reason);
    return json(await readApproval(services(), approvalId));
  },
});
