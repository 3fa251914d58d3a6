import { createPublicKey, verify } from 'node:crypto';
import { GoogleGenAI } from '@google/genai';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { RETRY_SECONDS } from '@/tests/fakes/gemini/delivery';
import { type FakeGemini, startFakeGemini } from '@/tests/fakes/gemini/server';
import { type ReceivedDelivery, startWebhookSink, type WebhookSink } from '@/tests/fakes/gemini/webhook-sink';
import { isObject } from '@/tests/fakes/gemini/wire';

let fake: FakeGemini;
let sink: WebhookSink;
let ai: GoogleGenAI;

beforeAll(async () => {
  fake = await startFakeGemini({ switches: { thinkMs: 1 } });
  sink = await startWebhookSink();
  ai = new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: fake.url } });
});
beforeEach(() => {
  fake.reset();
  sink.received.length = 0;
  sink.answerWith(204);
});
afterAll(async () => {
  await fake.close();
  await sink.close();
});

const MODEL = 'gemini-3.8-flash';
const DAY_MS = 86_400_000;
const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const pausing = '@sim {"calls":[{"name":"a"}]}';

async function run(
  input = pausing,
  webhook?: { uris: string[]; user_metadata?: Record<string, string> },
): Promise<string> {
  const config = webhook === undefined ? {} : { webhook_config: webhook };
  const { id } = await ai.interactions.create({ model: MODEL, input, background: true, ...config });
  await fake.idle();
  return id;
}

function first(): ReceivedDelivery {
  const [delivery] = sink.received;
  if (delivery === undefined) throw new Error('nothing was delivered');
  return delivery;
}

const signatureOf = ({ headers }: ReceivedDelivery): string => headers.get('webhook-signature') ?? '';
const idOf = ({ headers }: ReceivedDelivery): string | null => headers.get('webhook-id');

function passes(delivery: ReceivedDelivery, key: string): boolean {
  try {
    new Webhook(key).verify(delivery.body, Object.fromEntries(delivery.headers));
    return true;
  } catch {
    return false;
  }
}

async function passesV1a(delivery: ReceivedDelivery): Promise<number> {
  const answer: unknown = await (await fetch(`${fake.url}/.well-known/jwks.json`)).json();
  const keys = isObject(answer) && Array.isArray(answer.keys) ? answer.keys.filter(isObject) : [];
  const text = `${idOf(delivery)}.${delivery.headers.get('webhook-timestamp')}.${delivery.body}`;
  const signature = Buffer.from(signatureOf(delivery).replace(/^v1a,/, ''), 'base64');
  return keys
    .filter(({ crv, kid }) => crv === 'Ed25519' && kid === undefined)
    .filter((key) => verify(null, Buffer.from(text), createPublicKey({ key, format: 'jwk' }), signature)).length;
}

describe('signatures', () => {
  test('a static webhook is signed as Standard Webhooks prescribe', async () => {
    fake.registerWebhook({ uri: `${sink.url}/hook`, secret });
    const id = await run();
    expect(JSON.parse(first().body)).toEqual({
      type: 'interaction.requires_action',
      version: 'v1',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      data: { id },
    });
    expect(idOf(first())).toMatch(/^msg_[0-9a-f-]{36}$/);
    expect(passes(first(), secret)).toBe(true);
    expect(passes(first(), `whsec_${Buffer.alloc(32, 8).toString('base64')}`)).toBe(false);
  });

  test('a dynamic webhook replaces the static ones and is signed with one of three Ed25519 keys', async () => {
    fake.registerWebhook({ uri: `${sink.url}/static`, secret });
    await run(pausing, { uris: [`${sink.url}/hook?run=abc`], user_metadata: { run: 'r1' } });
    expect(sink.received.map(({ path }) => path)).toEqual(['/hook?run=abc']);
    expect(JSON.parse(first().body)).toMatchObject({ user_metadata: { run: 'r1' } });
    expect(await passesV1a(first())).toBe(1);
  });

  test('by switch it carries an RS256 token with issuer, audience, expiry and id', async () => {
    fake.setSwitches({ dynamicSignature: 'jwt', userMetadataPlace: 'claims' });
    const uri = `${sink.url}/hook`;
    const id = await run(pausing, { uris: [uri], user_metadata: { run: 'r1' } });
    const keySet = createRemoteJWKSet(new URL(`${fake.url}/.well-known/jwks.json`));
    const { payload } = await jwtVerify(signatureOf(first()), keySet, {
      algorithms: ['RS256'],
      audience: uri,
      issuer: 'https://generativelanguage.googleapis.com',
      requiredClaims: ['exp', 'jti'],
    });
    expect(payload).toMatchObject({ jti: idOf(first()), data: { id }, user_metadata: { run: 'r1' } });
    expect(first().body).not.toContain('user_metadata');

    fake.setSwitches({ jwtLifetimeSeconds: -600 });
    await run(pausing, { uris: [uri] });
    await expect(jwtVerify(signatureOf(sink.received[1] ?? first()), keySet)).rejects.toMatchObject({
      code: 'ERR_JWT_EXPIRED',
    });
  });

  test('new signing keys replace the published ones', async () => {
    await run(pausing, { uris: [sink.url] });
    fake.rotateSigningKeys();
    expect(await passesV1a(first())).toBe(0);
    await run(pausing, { uris: [sink.url] });
    expect(await passesV1a(sink.received[1] ?? first())).toBe(1);
  });

  test('corrupt and stale deliveries come once when asked for once, and the retry is good', async () => {
    fake.registerWebhook({ uri: sink.url, secret });
    fake.addFault({ on: 'delivery', kind: 'corrupt_signature' });
    sink.answerWith(401, 204);
    await run();
    fake.advanceClock(5_000);
    await fake.idle();
    expect(sink.received.map((one) => passes(one, secret))).toEqual([false, true]);

    fake.setSwitches({ staleTimestamp: true });
    await run();
    expect(passes(sink.received[2] ?? first(), secret)).toBe(false);
  });
});

describe('delivery', () => {
  test('a failed delivery is repeated with the same id and body and a new signature, until it is taken', async () => {
    fake.setSwitches({ deliveryClock: 'simulated' });
    fake.registerWebhook({ uri: sink.url, secret });
    sink.answerWith(500, 302, 204);
    await run();
    for (const seconds of [5, 30]) {
      fake.advanceClock(seconds * 1_000);
      await fake.idle();
    }
    expect(sink.received).toHaveLength(3);
    expect(new Set(sink.received.map(idOf)).size).toBe(1);
    expect(new Set(sink.received.map(({ body }) => body)).size).toBe(1);
    expect(new Set(sink.received.map(signatureOf)).size).toBe(3);
    expect(fake.deliveries()).toMatchObject([
      { state: 'delivered', attempts: [{ status: 500 }, { status: 302 }, { status: 204 }] },
    ]);
  });

  test('a webhook is disabled when a delivery has failed for 24 hours, and can be enabled again', async () => {
    expect(RETRY_SECONDS.reduce((sum, one) => sum + one, 0)).toBe(24 * 3_600);
    const { id } = fake.registerWebhook({ uri: sink.url, secret });
    sink.answerWith(500);
    await run();
    for (const seconds of RETRY_SECONDS) {
      fake.advanceClock(seconds * 1_000);
      await fake.idle();
    }
    expect(sink.received).toHaveLength(RETRY_SECONDS.length + 1);
    expect((await ai.webhooks.get(id)).state).toBe('disabled_due_to_failed_deliveries');
    sink.answerWith(204);
    await run();
    expect(sink.received).toHaveLength(RETRY_SECONDS.length + 1);
    await ai.webhooks.update(id, { state: 'enabled' });
    await run();
    expect(sink.received).toHaveLength(RETRY_SECONDS.length + 2);
  });

  test('or after so many failures in a row as the switch says', async () => {
    fake.setSwitches({ disableAfterFailures: 2, retryFactor: 0 });
    fake.registerWebhook({ uri: sink.url, secret });
    sink.answerWith(500);
    await run();
    await expect.poll(() => fake.webhooks()[0]?.state).toBe('disabled_due_to_failed_deliveries');
    expect(sink.received).toHaveLength(2);
  });

  test('a message can come twice, late, never, after the next one, or once more by hand', async () => {
    fake.registerWebhook({ uri: sink.url, secret });
    fake.addFault({ on: 'delivery', kind: 'drop' });
    await run();
    expect(fake.deliveries().map(({ state }) => state)).toEqual(['dropped']);

    fake.addFault({ on: 'delivery', kind: 'twice' });
    await run();
    expect(sink.received).toHaveLength(2);
    expect(new Set(sink.received.map(idOf)).size).toBe(1);

    fake.redeliver(idOf(first()) ?? '');
    await fake.idle();
    expect(sink.received).toHaveLength(3);

    sink.received.length = 0;
    fake.addFault({ on: 'delivery', kind: 'swap' });
    const earlier = await ai.interactions.create({ model: MODEL, input: pausing, background: true });
    await expect.poll(() => fake.deliveries({ interactionId: earlier.id }).length).toBe(1);
    const later = await run();
    expect(sink.received.map(({ body }) => JSON.parse(body).data.id)).toEqual([later, earlier.id]);
  });

  test('a chance is drawn from the seed', async () => {
    fake.registerWebhook({ uri: sink.url, secret });
    fake.setSwitches({ drop: 0.5 });
    const draw = async () => {
      for (let n = 0; n < 12; n += 1) await run('Hello');
      return fake.deliveries().map(({ state }) => state);
    };
    const once = await draw();
    expect(new Set(once)).toEqual(new Set(['dropped', 'delivered']));
    fake.reset();
    fake.registerWebhook({ uri: sink.url, secret });
    fake.setSwitches({ drop: 0.5 });
    expect(await draw()).toEqual(once);
  });

  test('what has no event, and what ran in the foreground, tells nobody', async () => {
    fake.registerWebhook({ uri: sink.url, secret });
    for (const status of ['incomplete', 'budget_exceeded', 'cancelled']) await run(`@sim {"status":"${status}"}`);
    await ai.interactions.create({ model: MODEL, input: 'Hello' });
    await fake.idle();
    expect(sink.received).toEqual([]);
    await run('@sim {"status":"failed","error":{"code":"internal_error","message":"Broken."}}');
    expect(JSON.parse(first().body).data).toMatchObject({ error_code: 'internal_error', error_message: 'Broken.' });
  });

  test('any event can be triggered', async () => {
    fake.registerWebhook({ uri: sink.url, secret });
    fake.trigger({ type: 'interaction.cancelled', data: { id: 'v1_unknown' } });
    fake.trigger({ type: 'interaction.completed', data: { id: 'v1_other' }, uri: `${sink.url}/foreign` });
    await fake.idle();
    expect(sink.received.map(({ path }) => path).sort()).toEqual(['/', '/foreign']);
  });
});

describe('webhook resources', () => {
  test('are made, listed, changed and deleted; the secret is shown once', async () => {
    expect(await ai.webhooks.list()).toEqual(expect.not.objectContaining({ webhooks: expect.anything() }));
    const made = await ai.webhooks.create({
      uri: sink.url,
      subscribed_events: ['interaction.completed'],
      name: 'approvals',
    });
    const shown = made.new_signing_secret ?? '';
    expect(shown).toMatch(/^whsec_[\w+/]{43}=$/);
    expect(made.signing_secrets).toEqual([{ truncated_secret: `whsec_...${shown.slice(-4)}` }]);
    const { id = '' } = made;
    expect(await ai.webhooks.get(id)).not.toHaveProperty('new_signing_secret');
    expect((await ai.webhooks.list()).webhooks).toMatchObject([{ id, name: 'approvals', state: 'enabled' }]);
    await run();
    expect(sink.received).toEqual([]);
    await ai.webhooks.update(id, { subscribed_events: ['interaction.requires_action'] });
    await run();
    expect(passes(first(), shown)).toBe(true);
    await ai.webhooks.delete(id);
    await expect(ai.webhooks.get(id)).rejects.toMatchObject({ status: 404 });
  });

  test('only the seven known events can be subscribed to', async () => {
    const create = fetch(`${fake.url}/v1/webhooks`, {
      method: 'POST',
      headers: { 'x-goog-api-key': 'k' },
      body: JSON.stringify({ uri: sink.url, subscribed_events: ['interaction.cancelled'] }),
    });
    expect((await create).status).toBe(400);
  });

  test('after a rotation both secrets sign for a day, the newer one first; or only the newer at once', async () => {
    const { id } = fake.registerWebhook({ uri: sink.url, secret });
    const { secret: newer = '' } = await ai.webhooks.rotateSigningSecret(id);
    expect((await ai.webhooks.get(id)).signing_secrets).toHaveLength(2);
    await run();
    expect(signatureOf(first()).split(' ')).toHaveLength(2);
    expect([passes(first(), newer), passes(first(), secret)]).toEqual([true, true]);
    fake.advanceClock(DAY_MS + 1);
    await run();
    expect(passes(sink.received[1] ?? first(), secret)).toBe(false);
    const { secret: newest = '' } = await ai.webhooks.rotateSigningSecret(id, {
      revocation_behavior: 'revoke_previous_secrets_immediately',
    });
    await run();
    expect([newest, newer].map((key) => passes(sink.received[2] ?? first(), key))).toEqual([true, false]);
  });

  test('a ping answers at once and is delivered afterwards', async () => {
    const { id } = fake.registerWebhook({ uri: sink.url, secret });
    expect(await ai.webhooks.ping(id)).toMatchObject({});
    await expect.poll(() => sink.received.length).toBe(1);
    expect(JSON.parse(first().body)).toMatchObject({ type: 'ping', data: {} });
  });
});
