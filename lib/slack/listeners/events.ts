import type { App } from '@slack/bolt';
import type { Services } from '@/lib/services';
import { failureText } from '../failure-text';
import { publishHome } from '../home';
import { endInstallation, type Installation, installationAt } from '../installations';
import { parsePayload, placeOf } from '../payloads';

/** Home opened, app removed, token revoked. Bolt answers events by itself. */
export function registerEvents(app: App, services: Services): void {
  app.event('app_home_opened', async ({ event, context }) => {
    if (event.tab !== 'home') return;
    const installation = context.installation as Installation;
    const openedAt = services.now();
    const key = { installationId: installation.id, slackUserId: event.user };
    await services.db.prisma.slackHome.upsert({
      where: { installationId_slackUserId: key },
      create: { ...key, openedAt },
      update: { openedAt, page: 0 },
    });
    await publishHome(services, key, { force: true });
  });

  // The two come in any order, and Bolt asks nobody for a token: it may be gone already.
  app.event('app_uninstalled', async ({ body }) => {
    await end(services, body, 'account_inactive');
  });
  app.event('tokens_revoked', async ({ event, body }) => {
    const installation = await installationOf(services, body);
    if (installation && (event.tokens.bot ?? []).includes(installation.botUserId)) {
      await end(services, body, 'token_revoked');
    }
  });
}

async function end(services: Services, body: unknown, error: string): Promise<void> {
  const installation = await installationOf(services, body);
  if (installation === null) return;
  await endInstallation(services, installation.id, failureText(error), 'system', { surface: 'slack' });
}

async function installationOf(services: Services, body: unknown): Promise<Installation | null> {
  const payload = parsePayload(body);
  if (payload?.kind !== 'event') return null;
  const place = placeOf(payload);
  const installation = await installationAt(services, place);
  return installation && (installation.appId === null || installation.appId === place.appId) ? installation : null;
}
