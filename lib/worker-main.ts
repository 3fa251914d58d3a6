import { EnvError } from './env';
import { log } from './log';
import { keepWorker, stopOnSignals } from './process';
import { services } from './services';
import { startWorker } from './worker';

// A worker as a process of its own: `npm run worker`, as many as needed, beside any number of apps.
try {
  stopOnSignals();
  const starting = startWorker(services());
  // Kept before it has started: told to stop meanwhile, it still finishes its jobs and signs off.
  keepWorker({ stop: async () => (await starting).stop() });
  await starting;
} catch (error) {
  if (error instanceof EnvError) console.error(error.message);
  else log.fatal({ err: error }, 'worker.start_failed');
  process.exit(1);
}
