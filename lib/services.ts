import 'server-only';
import { type Database, openDatabase } from './db';
import { type Env, env } from './env';
import { connectGemini, type Gemini } from './gemini';
import { log } from './log';
import { type SecretBox, secretBox } from './secret-box';
import { createKeySet, type KeySet } from './webhooks/key-set';

/** What use cases work with. Built once a process; tests build their own with fakes and a clock. */
export type Services = Readonly<{
  env: Env;
  db: Database;
  gemini: Gemini;
  keySet: KeySet;
  secrets: SecretBox;
  now: () => Date;
}>;

/** Builds the services from the environment. Opens nothing until it is used. */
export function createServices(environment: Env): Services {
  return {
    env: environment,
    db: openDatabase(environment.databaseUrl),
    gemini: connectGemini(environment.gemini),
    keySet: createKeySet({
      url: environment.gemini.jwksUrl,
      // The keys of before stay in use; still somebody should know that new ones would not be seen.
      onLoadFailed: (error) => log.warn({ err: error, url: environment.gemini.jwksUrl }, 'gemini.key_set_failed'),
    }),
    secrets: secretBox(environment.appSecret),
    now: () => new Date(),
  };
}

// Route handlers, pages and instrumentation are separate bundles of one process: they meet on globalThis.
const shared = globalThis as typeof globalThis & { countersignServices?: Services };

/** The services of this process. */
export function services(): Services {
  shared.countersignServices ??= createServices(env());
  return shared.countersignServices;
}
