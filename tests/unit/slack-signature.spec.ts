import { describe, expect, test } from 'vitest';
import { readEnv } from '@/lib/env';
import { manifestFor } from '@/lib/slack/manifest';
import { signatureProblem } from '@/lib/slack/signature';
import vector from './fixtures/slack/signature.json';

// A request as Slack signs it, form-encoded with letters outside ASCII, and broken variants of it.
const secret = vector.signing_secret;
const at = Number(vector.timestamp);
const body = vector.raw_body;
const signature = vector.expected_header;

function problem(
  change: {
    signature?: string | null;
    timestamp?: string | null;
    body?: string;
    secrets?: string[];
    now?: number;
  } = {},
) {
  const headers = new Headers();
  const given = change.signature === undefined ? signature : change.signature;
  const time = change.timestamp === undefined ? String(at) : change.timestamp;
  if (given !== null) headers.set('x-slack-signature', given);
  if (time !== null) headers.set('x-slack-request-timestamp', time);
  return signatureProblem({
    headers,
    rawBody: Buffer.from(change.body ?? body),
    secrets: change.secrets ?? [secret],
    now: new Date((change.now ?? at) * 1000),
  });
}

describe('a signature of Slack', () => {
  test('is good for five minutes in both directions and with any of the secrets', () => {
    expect(problem()).toBeNull();
    expect(problem({ now: at + 300 })).toBeNull();
    expect(problem({ now: at - 300 })).toBeNull();
    expect(problem({ secrets: ['another secret of some length', secret] })).toBeNull();
  });

  test.each(vector.also_reject)('$why is refused', (broken) => {
    const { signature: given, raw_body: changed, timestamp } = { raw_body: body, timestamp: String(at), ...broken };
    expect(problem({ signature: given, body: changed, timestamp })).toMatch(/wrong|malformed/);
  });

  test.each([
    [{ now: at + 301 }, 'too_old'],
    [{ now: at - 301 }, 'from_the_future'],
    [{ body: `${body} ` }, 'wrong'],
    [{ secrets: ['another secret of some length'] }, 'wrong'],
    [{ secrets: [] }, 'no_secret'],
    [{ signature: null }, 'missing'],
    [{ timestamp: null }, 'missing'],
    [{ signature: signature.replace('v0', 'v1') }, 'malformed'],
    [{ signature: signature.toUpperCase() }, 'malformed'],
    [{ signature: signature.slice(0, -1) }, 'malformed'],
    [{ timestamp: `${at}.5` }, 'malformed'],
    [{ timestamp: `-${at}` }, 'malformed'],
    [{ timestamp: String(at + 1) }, 'wrong'],
  ])('%j is %s', (change, why) => {
    expect(problem(change)).toBe(why);
  });
});

describe('the environment', () => {
  const base = { DATABASE_URL: 'postgresql://a@b/c', APP_SECRET: 'a secret for tests, of some length' };
  test('leaves Slack off when it says nothing', () => {
    expect(readEnv(base).slack).toEqual({
      botToken: null,
      signingSecrets: [],
      appToken: null,
      apiUrl: 'https://slack.com/api/',
    });
  });
  test('takes several signing secrets, and refuses what cannot be one without printing it', () => {
    const two = readEnv({ ...base, SLACK_SIGNING_SECRET: 'first-secret-0123456789 second-secret-012345678' });
    expect(two.slack.signingSecrets).toHaveLength(2);
    expect(() => readEnv({ ...base, SLACK_SIGNING_SECRET: 'short' })).toThrow(
      /SLACK_SIGNING_SECRET is set, but not usable/,
    );
    expect(() => readEnv({ ...base, SLACK_BOT_TOKEN: 'xoxp-secret' })).toThrow(/^(?!.*xoxp).*SLACK_BOT_TOKEN/);
    expect(() => readEnv({ ...base, SLACK_APP_TOKEN: 'nope' })).toThrow(/SLACK_APP_TOKEN/);
  });
  test('fills the manifest in with our address', () => {
    const env = readEnv({ ...base, APP_URL: 'https://approve.example' });
    const text = manifestFor({ env }, 'http');
    expect(text).toContain('https://approve.example/api/slack/events');
    expect(text).not.toContain('countersign.example.com');
    expect(manifestFor({ env }, 'socket')).not.toContain('https://');
  });
});
