import { parseAuditAddress } from '@/lib/audit/address';
import { exportAudit, exportEndings, exportTypes } from '@/lib/audit/export';
import { currentPerson, requestContext } from '@/lib/auth';
import { can } from '@/lib/domain/person';
import { exportFormats } from '@/lib/domain/proof/export-lines';
import { services } from '@/lib/services';

/** The part of the history that the filter in the address means, as a file: for the page, as the API does it for programs. */
export async function GET(request: Request): Promise<Response> {
  const viewer = await currentPerson();
  if (viewer === null || !can(viewer, 'audit.read')) return new Response(null, { status: 403 });
  const query = Object.fromEntries(new URL(request.url).searchParams);
  const format = exportFormats.find((one) => one === query.format) ?? 'jsonl';
  const { stream, total } = await exportAudit(services(), {
    format,
    filter: parseAuditAddress(query).filter,
    by: viewer,
    actor: { type: 'person', id: viewer.id, name: viewer.name },
    context: await requestContext('web'),
  });
  const day = services().now().toISOString().slice(0, 10);
  return new Response(stream, {
    headers: {
      'content-type': exportTypes[format],
      'content-disposition': `attachment; filename="countersign-audit-${day}.${exportEndings[format]}"`,
      'x-total-count': String(total),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
  });
}
