import 'server-only';
import fs from 'node:fs';
import path from 'node:path';
import { EnvError, env } from './env';
import { log } from './log';
import { ensureFirstAdmin } from './people/people';
import { setUpLink } from './people/set-up';
import { keepWorker, stopOnSignals } from './process';
import { type Services, services } from './services';
import { superviseWorker } from './worker-process';

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
  if (all.env.inAppWorker) await startOwnWorker(all);
}

// Made with the build (lib/launch/worker-bundle.mjs); `next dev` has none, and follows changes of the code instead.
const workerBundle = path.join(process.cwd(), 'lib/generated/worker/main.mjs');

async function startOwnWorker(all: Services): Promise<void> {
  if (all.env.production && fs.existsSync(workerBundle)) {
    keepWorker(superviseWorker(workerBundle));
    return;
  }
  const { startWorker } = await import('./worker');
  void untilDone('worker', async () => keepWorker(await startWorker(all)));
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
