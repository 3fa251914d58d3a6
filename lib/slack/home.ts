import type { Services } from '@/lib/services';

/** Brings a person's Home to what waits for them now. */
export async function publishHome(
  _services: Services,
  _home: { installationId: string; slackUserId: string },
): Promise<void> {}
