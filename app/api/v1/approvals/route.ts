import { listApprovals } from '@/lib/api/approvals';
import { requireCaller } from '@/lib/api/caller';
import { json, queryOf } from '@/lib/api/request';
import { approvalsQuery } from '@/lib/api/schemas';
import { methods } from '@/lib/http';
import { services } from '@/lib/services';

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  async GET(request: Request) {
    await requireCaller(services(), request, { scopes: ['approvals'], permission: 'approvals.read' });
    return json(await listApprovals(services(), queryOf(request, approvalsQuery)));
  },
});
