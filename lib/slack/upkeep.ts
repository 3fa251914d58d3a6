import { log } from '@/lib/log';
import type { Services } from '@/lib/services';

/** What a worker does for Slack beside its jobs. */
export type SlackUpkeep = Readonly<{ tick(): Promise<void>; stop(): Promise<void> }>;

const sweepEachMs = 60_000;

/** Whether anything of Slack is set up: in the environment, or by an installation. Without, its SDK is never loaded. */
export async function slackIsOn(services: Pick<Services, 'env' | 'db'>): Promise<boolean> {
  const { botToken, appToken } = services.env.slack;
  if (botToken !== null || appToken !== null) return true;
  return (await services.db.prisma.slackInstallation.findFirst({ select: { id: true } })) !== null;
}

/**
 * Connects the environment's workspace, opens the socket where there is an app token, and each minute queues what is behind.
 * `tick` is called with each sweep of the worker; it never throws and never waits for Slack.
 */
export function slackUpkeep(services: Services): SlackUpkeep {
  let connected = false;
  let sweptAt = 0;
  let busy: Promise<void> = Promise.resolve();
  let socket: { stop(): Promise<void> } | null = null;
  let stopped = false;

  const work = async (): Promise<void> => {
    if (!(await slackIsOn(services))) return;
    if (!connected) {
      const { connectEnvironment } = await import('./installations');
      connected = await connectEnvironment(services);
      sweptAt = 0; // what was opened before is posted now
    }
    if (socket === null && services.env.slack.appToken !== null && !stopped) {
      const { openSocket, SocketRefused } = await import('./socket');
      try {
        socket = await openSocket(services, services.env.slack.appToken);
      } catch (error) {
        if (!(error instanceof SocketRefused)) throw error;
        log.error({ error: error.message }, 'slack.socket_refused');
        await services.db.prisma.slackInstallation.updateMany({
          where: { status: 'active' },
          data: {
            message: `Slack disconnected: the app-level token is refused (${error.message}). Change SLACK_APP_TOKEN and start again.`,
          },
        });
        socket = { stop: async () => undefined }; // asking again would not help
      }
    }
    if (Date.now() - sweptAt < sweepEachMs) return;
    sweptAt = Date.now();
    const [{ queueOverdue }, { forgetOld }, { refreshDue }] = await Promise.all([
      import('./sync'),
      import('./store'),
      import('./refresh'),
    ]);
    await queueOverdue(services);
    await forgetOld(services.db, services.now());
    await refreshDue(services);
  };

  let running = false;
  return {
    async tick() {
      if (running || stopped) return;
      running = true;
      busy = work()
        .catch((error: unknown) => log.error({ err: error }, 'slack.upkeep_failed')) // the next tick makes up for it
        .finally(() => {
          running = false;
        });
    },
    async stop() {
      stopped = true;
      await busy;
      await socket?.stop();
    },
  };
}
