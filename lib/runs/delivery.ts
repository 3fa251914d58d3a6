import type { Env } from '@/lib/env';
import type { WebhookDelivery } from '@/lib/gemini';

/** Where Gemini is to deliver the events of this run, or null when the project's static webhooks do. */
export function webhookDelivery(
  env: Pick<Env, 'appUrl' | 'gemini'>,
  run: { id: string; token: string },
  metadata: Readonly<Record<string, string>> = {},
): WebhookDelivery | null {
  if (env.gemini.webhooks === 'static') return null;
  return {
    uri: `${env.appUrl}/api/webhooks/gemini?run=${encodeURIComponent(run.token)}`,
    metadata: { run: run.id, ...metadata },
  };
}
