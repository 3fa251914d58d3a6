import type { Services } from '@/lib/services';

export async function receive(
  _services: Services,
  _request: Request,
  _after: (work: Promise<unknown>) => void,
): Promise<Response> {
  return new Response(null, { status: 503 });
}
