import { randomBytes } from 'node:crypto';
import { readEnv } from '@/lib/env';
import { log } from '@/lib/log';
import { createServices, type Services } from '@/lib/services';

/** A signing secret as Gemini gives them. */
export const aSigningSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

/** The real services on a given database and a given Gemini, with the caller's clock. */
export function testServices(input: {
  databaseUrl: string;
  gemini: { url: string };
  now: () => Date;
  variables?: Readonly<Record<string, string>>;
}): Services {
  log.level = 'silent';
  const env = readEnv({
    DATABASE_URL: input.databaseUrl,
    APP_SECRET: 'a secret of the tests, more than 32 characters long',
    GEMINI_API_KEY: 'a-key',
    GOOGLE_GEMINI_BASE_URL: input.gemini.url,
    ...input.variables,
  });
  return { ...createServices(env), now: input.now };
}
