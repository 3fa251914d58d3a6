import { readApproval } from '@/lib/api/approvals';
import { requireCaller, requirePersonOf } from '@/lib/api/caller';
import { bodyOf, idOf, json, notFound, type WithId } from '@/lib/api/request';
import { voteBody } from '@/lib/api/schemas';
import { ballotOf, voteRefused } from '@/lib/api/votes';
import { vote } from '@/lib/approvals/vote';
import { methods } from '@/lib/http';
import { services } from '@/lib/services';

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  async POST(request: Request, context: WithId) {
    // Whether this person may vote is for the use case, which also records that they tried.
    const caller = await requireCaller(services(), request, { scopes: ['votes'], permission: 'approvals.read' });
    const approvalId = await idOf(context, 'apr', 'approval');
    const by = await requirePersonOf(services(), caller, 'votes');
    const ballot = ballotOf(await bodyOf(request, voteBody));
    const outcome = await vote(services(), { approvalId, ballot, by, surface: 'api', context: caller.context });
    if (outcome === null) throw notFound('approval');
    if (outcome.kind === 'refused') throw voteRefused(outcome.approval, outcome.reason);
    return json(await readApproval(services(), approvalId));
  },
});
