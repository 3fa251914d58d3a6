import { isStopping } from '@/lib/process';
import { readinessOf } from '@/lib/queue/readiness';
import { services } from '@/lib/services';

export const dynamic = 'force-dynamic';

/** Ready to serve: database, queue and a live worker. Names what is down; 503 while anything is. */
export async function GET(): Promise<Response> {
  const parts = await readinessOf(services());
  const ready = parts.every((part) => part.up) && !isStopping();
  return Response.json(
    {
      status: isStopping() ? 'stopping' : ready ? 'ready' : 'not ready',
      parts,
      down: parts.filter((part) => !part.up).map((part) => part.part),
    },
    { status: ready ? 200 : 503 },
  );
}
