import { auditPageOf } from '@/lib/api/audit';
import { requireCaller } from '@/lib/api/caller';
import { json, queryOf } from '@/lib/api/request';
import { auditQuery } from '@/lib/api/schemas';
import { methods } from '@/lib/http';
import { services } from '@/lib/services';

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  async GET(request: Request) {
    await requireCaller(services(), request, { scopes: ['audit'], permission: 'audit.read' });
    return json(await auditPageOf(services(), queryOf(request, auditQuery)));
  },
});
