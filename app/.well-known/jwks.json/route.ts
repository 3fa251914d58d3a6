import { publishedKeys } from '@/lib/audit/signing-keys';
import { services } from '@/lib/services';

export const dynamic = 'force-dynamic';

/** The keys that sign checkpoints, receipts and exports, for whoever verifies them: public, also to pages of others. */
export async function GET(): Promise<Response> {
  return Response.json(await publishedKeys(services()), {
    headers: {
      'content-type': 'application/jwk-set+json',
      'cache-control': 'public, max-age=300',
      'access-control-allow-origin': '*',
    },
  });
}
