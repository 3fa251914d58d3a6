import { parseAuditAddress, parsePlace } from '@/lib/audit/address';
import { countNewAudit } from '@/lib/audit/read';
import { currentPerson } from '@/lib/auth';
import { can } from '@/lib/domain/person';
import { services } from '@/lib/services';

const most = 100;

/** How many lines of the filter in the address are newer than `since`: for the page, which asks now and then. */
export async function GET(request: Request): Promise<Response> {
  const viewer = await currentPerson();
  if (viewer === null || !can(viewer, 'audit.read')) return new Response(null, { status: 403 });
  const query = Object.fromEntries(new URL(request.url).searchParams);
  const since = parsePlace(query.since);
  const { filter } = parseAuditAddress(query);
  const count = since === null ? 0 : await countNewAudit(services(), viewer, filter, since, most);
  return Response.json({ count, more: count === most }, { headers: { 'cache-control': 'no-store' } });
}
