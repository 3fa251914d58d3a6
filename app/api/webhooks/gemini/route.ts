import { AppError } from '@/lib/errors';
import { readBody } from '@/lib/http';
import { log } from '@/lib/log';
import { services } from '@/lib/services';
import { webhookSecrets } from '@/lib/webhooks/connection';
import { KeySetUnavailable } from '@/lib/webhooks/key-set';
import { receiveDelivery } from '@/lib/webhooks/receive';
import { countRefusal } from '@/lib/webhooks/refusals';
import { verifyDelivery } from '@/lib/webhooks/verify';

export const runtime = 'nodejs';
export const dynamic = 'force-dynamic';

const maxBytes = 64 * 1024; // deliveries are under 1 KB in practice; reference/gemini.md §8

/**
 * Static and dynamic deliveries of Gemini. Verified over the bytes as received, stored and queued in one statement, then
 * answered; all else happens in a job. 401 and 503 make Gemini try again, for 24 hours; 410 would switch us off.
 */
export async function POST(request: Request): Promise<Response> {
  const all = services();
  try {
    const rawBody = await readBody(request, { maxBytes });
    const verification = await verifyDelivery({
      headers: request.headers,
      rawBody,
      secrets: await webhookSecrets(all),
      keySet: all.keySet,
      audience: all.env.gemini.audience ?? undefined,
      now: all.now(),
    });
    if (!verification.ok) {
      countRefusal(all, verification.reason);
      return answer(401);
    }
    const runToken = new URL(request.url).searchParams.get('run');
    await receiveDelivery(all, { verification, headers: request.headers, rawBody, runToken });
    return answer(204);
  } catch (error) {
    if (error instanceof AppError && error.code === 'too_large') {
      countRefusal(all, 'too_large');
      return answer(413);
    }
    if (error instanceof KeySetUnavailable) countRefusal(all, 'keys_unavailable');
    else log.error({ err: error }, 'webhook.not_stored');
    return answer(503);
  }
}

function answer(status: number): Response {
  return new Response(null, { status });
}
