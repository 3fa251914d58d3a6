import { readAuditEntry } from '@/lib/audit/read';
import { currentPerson } from '@/lib/auth';
import { can } from '@/lib/domain/person';
import { services } from '@/lib/services';

/** One line of history with its context, for the drawer of the page. */
export async function GET(_request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  const viewer = await currentPerson();
  if (viewer === null || !can(viewer, 'audit.read')) return new Response(null, { status: 403 });
  const entry = await readAuditEntry(services(), viewer, (await params).id.slice(0, 100));
  if (entry === null) return new Response(null, { status: 404 });
  return Response.json(entry, { headers: { 'cache-control': 'no-store' } });
}
