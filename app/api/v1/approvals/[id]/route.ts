import { readApproval } from '@/lib/api/approvals';
import { requireCaller } from '@/lib/api/caller';
import { idOf, json, notFound, type WithId } from '@/lib/api/request';
import { methods } from '@/lib/http';
import { services } from '@/lib/services';

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  async GET(request: Request, context: WithId) {
    await requireCaller(services(), request, { scopes: ['approvals'], permission: 'approvals.read' });
    const approval = await readApproval(services(), await idOf(context, 'apr', 'approval'));
    if (approval === null) throw notFound('approval');
    return json(approval);
  },
});
