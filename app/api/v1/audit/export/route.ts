import { auditFilterOf } from '@/lib/api/audit';
import { requireCaller } from '@/lib/api/caller';
import { queryOf } from '@/lib/api/request';
import { auditExportQuery } from '@/lib/api/schemas';
import { exportAudit, exportEndings, exportTypes } from '@/lib/audit/export';
import { methods } from '@/lib/http';
import { services } from '@/lib/services';

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  async GET(request: Request) {
    const caller = await requireCaller(services(), request, { scopes: ['audit'], permission: 'audit.read' });
    const query = queryOf(request, auditExportQuery);
    const { stream, total } = await exportAudit(services(), {
      format: query.format,
      filter: auditFilterOf(query),
      by: caller.person,
      actor: caller.actor,
      context: caller.context,
      cursor: query.cursor,
    });
    const day = services().now().toISOString().slice(0, 10);
    return new Response(stream, {
      headers: {
        'content-type': exportTypes[query.format],
        'content-disposition': `attachment; filename="countersign-audit-${day}.${exportEndings[query.format]}"`,
        'x-total-count': String(total),
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      },
    });
  },
});
