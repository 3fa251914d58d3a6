export const dynamic = 'force-dynamic';

/** Alive: this process answers. Nothing else is looked at. */
export function GET(): Response {
  return Response.json({ status: 'alive' });
}
