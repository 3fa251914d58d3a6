import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { EnvError, readEnv } from '@/lib/env';

const secret = 'a-secret-that-must-never-be-printed';
const base = {
  DATABASE_URL: 'postgresql://countersign:hunter2@db.example.com:5432/countersign',
  APP_SECRET: 'x'.repeat(32),
};

const folders: string[] = [];
function aFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-env-'));
  folders.push(folder);
  return folder;
}
afterEach(() => {
  for (const folder of folders.splice(0)) fs.rmSync(folder, { recursive: true, force: true });
});

function problemOf(variables: Record<string, string>): string {
  try {
    readEnv({ ...base, ...variables });
  } catch (error) {
    if (error instanceof EnvError) return error.message;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('a bad value stops the start with one line: the variable, what was found, what is expected', () => {
  test.each<[string, string, string]>([
    ['PORT', 'eighty', 'a port number from 1 to 65535'],
    ['PORT', '0', 'a port number'],
    ['PORT', '70000', 'a port number'],
    ['PORT', '80.5', 'a port number'],
    ['APP_URL', 'app.example.com', 'http(s) address'],
    ['APP_URL', 'ftp://app.example.com', 'http(s) address'],
    ['GOOGLE_GEMINI_BASE_URL', 'localhost:4000', 'http(s) address'],
    ['GEMINI_JWKS_URL', 'file:///etc/passwd', 'http(s) address'],
    ['GEMINI_WEBHOOKS', 'both', '"static" or "dynamic"'],
    ['RECONCILE_SECONDS', '0', 'seconds from 0.2 to 3600'],
    ['RECONCILE_SECONDS', 'often', 'seconds from 0.2 to 3600'],
    ['RECONCILE_SECONDS', 'Infinity', 'seconds from 0.2 to 3600'],
    ['ADMIN_EMAIL', 'ada at example', 'an e-mail address'],
    ['SLACK_API_URL', 'slack.com', 'http(s) address'],
    ['WORKER', 'yes', '"in-app" or "none"'],
  ])('%s=%s', (name, value, expected) => {
    const message = problemOf({
      ADMIN_PASSWORD: 'correct horse battery',
      ADMIN_EMAIL: 'ada@example.com',
      [name]: value,
    });
    expect(message).toContain(`${name} is ${JSON.stringify(value)}; expected `);
    expect(message).toContain(expected);
    expect(message).not.toContain('\n');
  });
});

describe('a secret is never printed', () => {
  test.each([
    ['DATABASE_URL', `mysql://root:${secret}@db/x`],
    ['APP_SECRET', 'too-short-secret'],
    ['ADMIN_PASSWORD', 'short-pw'],
    ['GEMINI_WEBHOOK_SECRET', `whsec_${secret}!`],
    ['GEMINI_WEBHOOK_SECRET', 'whsec_c2hvcnQ='],
    ['SLACK_BOT_TOKEN', secret],
    ['SLACK_SIGNING_SECRET', 'short-secret'],
    ['SLACK_APP_TOKEN', secret],
  ])('%s', (name, value) => {
    const message = problemOf({
      ADMIN_EMAIL: 'ada@example.com',
      ADMIN_PASSWORD: 'correct horse battery',
      [name]: value,
    });
    expect(message).toMatch(new RegExp(`^${name} is set, but not usable`));
    expect(message).toMatch(/expected /);
    expect(message).not.toContain(value);
    expect(message).not.toContain(secret);
    expect(message).not.toContain('\n');
  });

  test.each(['APP_URL', 'GOOGLE_GEMINI_BASE_URL', 'GEMINI_JWKS_URL', 'SLACK_API_URL'])(
    'a password in the address of %s is left out',
    (name) => {
      const message = problemOf({ [name]: `ftp://someone:${secret}@example.com` });
      expect(message).not.toContain(secret);
      expect(message).toContain('example.com');
    },
  );
});

test('what is missing is called missing', () => {
  expect(() => readEnv({ APP_SECRET: base.APP_SECRET })).toThrow(/^DATABASE_URL is missing; expected postgresql:/);
  expect(problemOf({ ADMIN_EMAIL: 'ada@example.com' })).toMatch(/^ADMIN_PASSWORD is missing/);
  expect(problemOf({ ADMIN_PASSWORD: 'correct horse battery' })).toMatch(/^ADMIN_EMAIL is missing/);
});

test('an empty value counts as absent', () => {
  const names = [
    'PORT',
    'APP_URL',
    'GEMINI_API_KEY',
    'GEMINI_WEBHOOK_SECRET',
    'GEMINI_WEBHOOKS',
    'ADMIN_EMAIL',
    'WORKER',
  ];
  for (const empty of ['', '  ']) {
    const env = readEnv({ ...base, ...Object.fromEntries(names.map((name) => [name, empty])) });
    expect(env).toMatchObject({ appUrl: 'http://localhost:3000', admin: null, inAppWorker: true });
    expect(env.gemini).toMatchObject({ apiKey: null, webhookSecrets: [], webhooks: 'static' });
  }
});

test('the defaults are those of the documentation', () => {
  expect(readEnv(base)).toMatchObject({
    appUrl: 'http://localhost:3000',
    dataDir: path.resolve('.data'),
    reconcileSeconds: 60,
    gemini: {
      baseUrl: 'https://generativelanguage.googleapis.com',
      jwksUrl: 'https://generativelanguage.googleapis.com/.well-known/jwks.json',
      audience: null,
      webhooks: 'static',
    },
  });
});

test('addresses that follow from others do so', () => {
  const env = readEnv({ ...base, PORT: '4100', GOOGLE_GEMINI_BASE_URL: 'http://127.0.0.1:9/' });
  expect(env.appUrl).toBe('http://localhost:4100');
  expect(env.gemini.jwksUrl).toBe('http://127.0.0.1:9/.well-known/jwks.json');
  expect(readEnv({ ...base, APP_URL: 'https://sign.example.com//' }).appUrl).toBe('https://sign.example.com');
});

test('several webhook secrets are kept in order, GOOGLE_API_KEY stands in for GEMINI_API_KEY', () => {
  const secrets = ['a', 'b'].map((letter) => `whsec_${Buffer.from(letter.repeat(32)).toString('base64')}`);
  const env = readEnv({ ...base, GEMINI_WEBHOOK_SECRET: secrets.join('  '), GOOGLE_API_KEY: 'k2' });
  expect(env.gemini).toMatchObject({ webhookSecrets: secrets, apiKey: 'k2' });
  expect(readEnv({ ...base, GEMINI_API_KEY: 'k1', GOOGLE_API_KEY: 'k2' }).gemini.apiKey).toBe('k1');
});

describe('the app’s secret, when none is given', () => {
  const read = (folder: string) => readEnv({ DATABASE_URL: base.DATABASE_URL, DATA_DIR: folder }).appSecret;

  test('is made once, kept for the owner alone, and the same from then on', () => {
    const folder = path.join(aFolder(), 'data');
    const first = read(folder);
    expect(first.length).toBeGreaterThanOrEqual(32);
    expect(read(folder)).toBe(first);
    expect(fs.statSync(path.join(folder, 'app-secret')).mode & 0o777).toBe(0o600);
    expect(fs.readdirSync(folder)).toEqual(['app-secret']);
    expect(read(aFolder())).not.toBe(first);
  });

  test('stops the start when its file is damaged, without printing it', () => {
    const folder = aFolder();
    fs.writeFileSync(path.join(folder, 'app-secret'), 'cut off');
    expect(() => read(folder)).toThrow(/^APP_SECRET is missing and .*app-secret is damaged/);
    expect(() => read(folder)).not.toThrow(/cut off/);
  });
});
