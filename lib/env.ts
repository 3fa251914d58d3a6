import 'server-only';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { parseSecrets } from './webhooks/verify';

/** The environment, read and checked once. Secrets in here are never logged. */
export type Env = Readonly<{
  databaseUrl: string;
  dataDir: string;
  /** Where signed checkpoints of the audit log go beside the database. */
  checkpointDir: string;
  appUrl: string;
  appSecret: string;
  gemini: Readonly<{
    apiKey: string | null;
    baseUrl: string;
    webhookSecrets: readonly string[];
    jwksUrl: string;
    audience: string | null;
    webhooks: 'static' | 'dynamic';
  }>;
  reconcileSeconds: number;
  slack: SlackEnv;
  admin: Readonly<{ email: string; password: string }> | null;
  /** Whether this app process also runs jobs. */
  inAppWorker: boolean;
  production: boolean;
  gallery: boolean;
}>;

/** What the environment says of Slack. What it leaves out may be in the settings; with neither, Slack is off. */
export type SlackEnv = Readonly<{
  botToken: string | null;
  /** Any of these may have signed a request: more than one while the secret is being changed. */
  signingSecrets: readonly string[];
  /** Turns Socket Mode on. */
  appToken: string | null;
  /** With a slash at its end. */
  apiUrl: string;
}>;

/** A value in the environment that the product cannot run with. Its message is the whole story, without secrets. */
export class EnvError extends Error {
  override readonly name = 'EnvError';
}

const defaultBaseUrl = 'https://generativelanguage.googleapis.com';

/**
 * Reads the environment. Throws `EnvError` with one line that names the variable, what was found and what is expected.
 * An empty value counts as absent.
 */
export function readEnv(source: Readonly<Record<string, string | undefined>>): Env {
  const value = (name: string): string | null => source[name]?.trim() || null;
  const read = <T>(name: string, schema: z.ZodType<T>, expected: string, options: { secret?: boolean } = {}): T => {
    const found = value(name);
    const parsed = schema.safeParse(found ?? undefined);
    if (parsed.success) return parsed.data;
    throw new EnvError(
      `${name} is ${found === null ? 'missing' : options.secret ? 'set, but not usable' : quoted(found)}; expected ${expected}.`,
    );
  };

  const port = read('PORT', z.coerce.number().int().min(1).max(65535).default(3000), 'a port number from 1 to 65535');
  const baseUrl = read('GOOGLE_GEMINI_BASE_URL', httpUrl.default(defaultBaseUrl), 'an http(s) address');
  const appUrl = read('APP_URL', httpUrl.default(`http://localhost:${port}`), 'the public http(s) address of this app');
  const dataDir = path.resolve(value('DATA_DIR') ?? '.data');
  const email = read('ADMIN_EMAIL', z.email().optional(), 'an e-mail address');
  const password = read(
    'ADMIN_PASSWORD',
    z.string().min(10).max(128).optional(),
    'a password of 10 to 128 characters',
    { secret: true },
  );
  if ((email === undefined) !== (password === undefined)) {
    throw new EnvError(
      `${email ? 'ADMIN_PASSWORD' : 'ADMIN_EMAIL'} is missing; expected both ADMIN_EMAIL and ADMIN_PASSWORD, or neither.`,
    );
  }

  return {
    databaseUrl: read(
      'DATABASE_URL',
      postgresUrl,
      'postgresql://user:password@host:port/database (npm start sets it for the embedded database)',
      { secret: true },
    ),
    dataDir,
    checkpointDir: path.resolve(value('AUDIT_CHECKPOINT_DIR') ?? path.join(dataDir, 'checkpoints')),
    appUrl,
    appSecret:
      read('APP_SECRET', z.string().min(32).optional(), 'at least 32 random characters', { secret: true }) ??
      keptSecret(dataDir),
    gemini: {
      apiKey: value('GEMINI_API_KEY') ?? value('GOOGLE_API_KEY'),
      baseUrl,
      webhookSecrets: webhookSecrets(value('GEMINI_WEBHOOK_SECRET')),
      jwksUrl: read('GEMINI_JWKS_URL', httpUrl.default(`${baseUrl}/.well-known/jwks.json`), 'an http(s) address'),
      audience: value('GEMINI_WEBHOOK_AUDIENCE'),
      webhooks: read('GEMINI_WEBHOOKS', z.enum(['static', 'dynamic']).default('static'), '"static" or "dynamic"'),
    },
    reconcileSeconds: read(
      'RECONCILE_SECONDS',
      z.coerce.number().min(0.2).max(3600).default(60),
      'seconds from 0.2 to 3600',
    ),
    slack: {
      botToken:
        read(
          'SLACK_BOT_TOKEN',
          z
            .string()
            .regex(/^xoxb-\S+$/)
            .optional(),
          'a bot token, xoxb-…',
          { secret: true },
        ) ?? null,
      signingSecrets:
        read(
          'SLACK_SIGNING_SECRET',
          z
            .string()
            .regex(/^\S{16,}(\s+\S{16,})*$/, 'secrets')
            .optional(),
          'the app’s signing secret, or several with spaces between them',
          { secret: true },
        )?.split(/\s+/) ?? [],
      appToken:
        read(
          'SLACK_APP_TOKEN',
          z
            .string()
            .regex(/^xapp-\S+$/)
            .optional(),
          'an app-level token, xapp-…',
          {
            secret: true,
          },
        ) ?? null,
      apiUrl: `${read('SLACK_API_URL', httpUrl.default('https://slack.com/api'), 'an http(s) address')}/`,
    },
    admin: email !== undefined && password !== undefined ? { email: email.toLowerCase(), password } : null,
    inAppWorker: read('WORKER', z.enum(['in-app', 'none']).default('in-app'), '"in-app" or "none"') === 'in-app',
    production: source.NODE_ENV === 'production',
    gallery: source.NODE_ENV !== 'production' || value('GALLERY') !== null,
  };
}

let cached: Env | undefined;

/** The checked environment of this process; read at the first call, so that a build needs none of it. */
export function env(): Env {
  cached ??= readEnv(process.env);
  return cached;
}

const httpUrl = z.url({ protocol: /^https?$/ }).transform((text) => text.replace(/\/+$/, ''));
const postgresUrl = z.string().regex(/^postgres(ql)?:\/\/\S+$/);

/** A value as found, on one line; an address may carry a password. */
function quoted(found: string): string {
  return JSON.stringify(found.replace(/\/\/[^/\s]*@/, '//…@'));
}

function webhookSecrets(text: string | null): readonly string[] {
  if (text === null) return [];
  try {
    return parseSecrets(text);
  } catch (error) {
    throw new EnvError(
      `GEMINI_WEBHOOK_SECRET is set, but not usable: ${error instanceof Error ? error.message : 'unreadable'}`,
    );
  }
}

// Several processes may start at once: the first to create the file wins, the others read what it wrote.
function keptSecret(dataDir: string): string {
  const file = path.join(dataDir, 'app-secret');
  fs.mkdirSync(dataDir, { recursive: true });
  const fresh = randomBytes(32).toString('base64url');
  const draft = `${file}.${process.pid}`;
  fs.writeFileSync(draft, `${fresh}\n`, { mode: 0o600 });
  try {
    fs.linkSync(draft, file); // fails when it exists; unlike open(wx), a reader never sees a half-written secret
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    fs.rmSync(draft, { force: true });
  }
  const kept = fs.readFileSync(file, 'utf8').trim();
  if (kept.length < 32)
    throw new EnvError(`APP_SECRET is missing and ${file} is damaged; expected at least 32 characters in it.`);
  return kept;
}
