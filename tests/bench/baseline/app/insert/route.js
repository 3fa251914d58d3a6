import pg from 'pg';

export const dynamic = 'force-dynamic';

// As many connections as the app keeps for its intake.
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: Number(process.env.POOL_SIZE) });

/** The least that keeps a delivery: one durable INSERT of the bytes as they came. */
export async function POST(request) {
  const body = Buffer.from(await request.arrayBuffer());
  await pool.query({
    name: 'insert',
    text: 'insert into baseline_delivery (id, raw_body) values ($1, $2)',
    values: [request.headers.get('webhook-id'), body],
  });
  return new Response(null, { status: 204 });
}
