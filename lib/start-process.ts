import 'server-only';
import { EnvError, env } from './env';
import { log } from './log';
import { ensureFirstAdmin } from './people/people';
import { setUpLink } from './people/set-up';
import { keepWorker, stopOnSignals } from './process';
import { services } from './services';

const databaseRetryMs = 1_000;

/** Brings up what this app process needs beside Next itself. A bad environment ends the process with one line. */
export async function startProcess(): Promise<void> {
  try {
    env();
  } catch (error) {
    if (!(error instanceof EnvError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
  const all = services();
  stopOnSignals();
  // The app answers while its database is still away, and says so at /api/ready.
  void untilDone('first admin', async () => {
    await ensureFirstAdmin(all);
    const link = await setUpLink(all);
    if (link !== null) console.log(`\n  Set up Countersign: ${link}\n`);
  });
  if (all.env.inAppWorker) {
    const { startWorker } = await import('./worker');
    void untilDone('worker', async () => keepWorker(await startWorker(all)));
  }
}

async function untilDone(what: string, work: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      log.warn({ err: error, what }, 'process.start_waits');
      await new Promise((resolve) => setTimeout(resolve, databaseRetryMs));
    }
  }
}
