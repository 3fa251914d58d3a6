import { createHmac, createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import fc from 'fast-check';
import { SignJWT } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import { createKeySet, type KeySet, KeySetUnavailable } from '@/lib/webhooks/key-set';
import { parseSecrets, type Verification, verifyDelivery } from '@/lib/webhooks/verify';
import samples from './fixtures/gemini/deliveries.json';
import testKeys from './fixtures/gemini/keys.json';

// Test fixtures: the published vectors of Standard Webhooks. They protect nothing.
const secretA = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const secretB = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
const secretC = 'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=';

type Delivery = { id: string; timestamp: string; signature: string; body: Uint8Array };
type Given = Partial<{
  secrets: readonly string[];
  keySet: KeySet;
  audience: string;
  at: number;
  without: readonly string[];
}>;

const utf8 = (text: string) => new TextEncoder().encode(text);

const offline: KeySet = {
  keys: () => Promise.reject(new Error('the key set was asked')),
  newerThan: () => Promise.reject(new Error('the key set was asked')),
};

function check(delivery: Delivery, given: Given = {}): Promise<Verification> {
  const headers = new Headers({
    'Webhook-Id': delivery.id,
    'Webhook-Timestamp': delivery.timestamp,
    'Webhook-Signature': delivery.signature,
  });
  for (const name of given.without ?? []) headers.delete(name);
  return verifyDelivery({
    headers,
    rawBody: delivery.body,
    secrets: given.secrets ?? [secretC],
    keySet: given.keySet ?? offline,
    audience: given.audience,
    now: new Date((given.at ?? Number(delivery.timestamp)) * 1000),
  });
}

/** A key set that answers with `jwks`, by the real code. */
const keySetOf = (...jwks: object[]): KeySet =>
  createKeySet({ url: 'https://keys.test/jwks.json', fetch: async () => Response.json({ keys: jwks }) });

const publicJwk = (key: KeyObject, more: object = {}) => ({ ...key.export({ format: 'jwk' }), ...more });

function delivery(id: string, timestamp: number, body: string | Uint8Array, signature: string): Delivery {
  return { id, timestamp: String(timestamp), body: typeof body === 'string' ? utf8(body) : body, signature };
}

const thin = '{"type":"interaction.completed","data":{"id":"int_1"}}';
const mac = '7vm+uibsYXSQzK7sq7ASo1gWMIT9nH96FFdWYQg3pKY=';
const compact = delivery('msg_compact', 1700000000, thin, `v1,${mac}`);
const byOldSecret = 'v1,O/f48v2Jl/9bTuNbIkhbWltcq7hajIF3PvrJ1r3V/hM=';

describe('v1, by the vectors of Standard Webhooks', () => {
  const pretty = '{\n  "type": "interaction.completed",\n  "data": { "id": "int_1" }\n}\n';
  const vectors: [string, string, Delivery][] = [
    [
      '1',
      secretA,
      delivery(
        'msg_p5jXN8AQM9LWM0D4loKWxJek',
        1614265330,
        '{"test": 2432232314}',
        'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
      ),
    ],
    [
      '2',
      secretB,
      delivery(
        'msg_27UH4WbU6Z5A5EzD8u03UvzRbpk',
        1649367553,
        '{"email":"test@example.com","username":"test_user"}',
        'v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=',
      ),
    ],
    [
      '3, characters outside of ASCII',
      secretC,
      delivery(
        'msg_unicode',
        1700000000,
        '{"type":"interaction.completed","data":{"id":"int_é🚀"}}',
        'v1,nqr+PnhyVZ9EfLdHEkjjQyckAC+mnlmtQrxk4Tn21Xw=',
      ),
    ],
    [
      '4, white space in the JSON',
      secretC,
      delivery('msg_pretty', 1700000000, pretty, 'v1,JHMu6KYgkwmEh1jDtivENSTPt3U0OkWKoGjuspNRpHQ='),
    ],
    ['5', secretC, compact],
    [
      '6, an empty body',
      secretC,
      delivery('msg_empty', 1700000000, '', 'v1,yredJpxuSO+Nbs3mRe+H7WF2AiIQovC4+sTzycX9L54='),
    ],
    [
      '7, bytes that are not UTF-8',
      secretC,
      delivery(
        'msg_bytes',
        1700000000,
        Uint8Array.of(0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d),
        'v1,Nxe4QavQ8E99pfkJAtgF/HlKu4hgI+FzjYAt0dIfD8k=',
      ),
    ],
    ['8', secretA, { ...compact, signature: byOldSecret }],
  ];

  test.each(vectors)('vector %s is accepted', async (_name, secret, given) => {
    expect(await check(given, { secrets: [secret] })).toEqual({ ok: true, webhookId: given.id, scheme: 'v1' });
  });

  test.each(vectors)('vector %s is refused under another secret', async (_name, secret, given) => {
    const others = [secretA, secretB, secretC].filter((other) => other !== secret);
    expect(await check(given, { secrets: others })).toEqual({ ok: false, reason: 'no_match' });
  });

  test('two bodies that are not UTF-8 do not share a signature', async () => {
    const first = Uint8Array.of(0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d);
    const second = Uint8Array.of(0x7b, 0x22, 0xfe, 0xff, 0x22, 0x7d);
    const signature = 'v1,Nxe4QavQ8E99pfkJAtgF/HlKu4hgI+FzjYAt0dIfD8k=';
    expect(await check(delivery('msg_bytes', 1700000000, first, signature))).toMatchObject({ ok: true });
    expect(await check(delivery('msg_bytes', 1700000000, second, signature))).toMatchObject({ ok: false });
  });

  test('a body inside a larger buffer counts from its own first byte', async () => {
    const around = utf8(`xx${thin}yy`);
    expect(await check({ ...compact, body: around.subarray(2, -2) })).toMatchObject({ ok: true });
  });

  test('any bytes verify under their own HMAC, text or not', async () => {
    const key = Buffer.from(secretC.slice('whsec_'.length), 'base64');
    const bodies = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.string({ unit: 'binary' }).map(utf8),
      fc.constant(Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d)), // a byte order mark is part of what was signed
    );
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        const digest = createHmac('sha256', key).update('msg_any.1700000000.').update(body).digest('base64');
        const result = await check(delivery('msg_any', 1700000000, body, `v1,${digest}`));
        expect(result).toMatchObject({ ok: true, scheme: 'v1' });
      }),
    );
  });
});

describe('the headers', () => {
  const accepted: [string, Delivery, Given?][] = [
    [
      'other versions and signatures come before the right one',
      {
        ...compact,
        signature: `v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= v2,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= v1,${mac}`,
      },
    ],
    [
      'the old secret signed first, and only the old one is known',
      { ...compact, signature: `${byOldSecret} v1,${mac}` },
      { secrets: [secretA] },
    ],
    [
      'the old secret signed first, and only the new one is known',
      { ...compact, signature: `${byOldSecret} v1,${mac}` },
      { secrets: [secretC] },
    ],
    [
      'the old secret signed first, and both are known',
      { ...compact, signature: `${byOldSecret} v1,${mac}` },
      { secrets: [secretC, secretA] },
    ],
    ['the secret is configured without its prefix', compact, { secrets: [secretC.slice('whsec_'.length)] }],
    [
      'an unusable secret is configured beside the right one',
      compact,
      { secrets: ['', 'whsec_', 'whsec_AAAA', secretC] },
    ],
    ['the clock is 300 s ahead', compact, { at: 1700000300 }],
    ['the clock is 300 s behind', compact, { at: 1699999700 }],
  ];
  test.each(accepted)('accepted: %s', async (_name, given, setting) => {
    expect(await check(given, setting)).toEqual({ ok: true, webhookId: 'msg_compact', scheme: 'v1' });
  });

  type Reason = Extract<Verification, { ok: false }>['reason'];
  const refused: [string, Reason, Delivery, Given?][] = [
    ['no id', 'missing_header', compact, { without: ['webhook-id'] }],
    ['no timestamp', 'missing_header', compact, { without: ['webhook-timestamp'] }],
    ['no signature', 'missing_header', compact, { without: ['webhook-signature'] }],
    ['an empty id', 'missing_header', { ...compact, id: '' }],
    ['an empty signature', 'missing_header', { ...compact, signature: '' }],
    ['the clock is 301 s ahead', 'stale', compact, { at: 1700000301 }],
    ['the clock is 301 s behind', 'stale', compact, { at: 1699999699 }],
    ['the MAC labelled v2', 'no_match', { ...compact, signature: `v2,${mac}` }],
    ['the MAC labelled v1a', 'no_match', { ...compact, signature: `v1a,${mac}` }],
    ['the MAC labelled V1', 'no_match', { ...compact, signature: `V1,${mac}` }],
    ['the MAC without a label', 'no_match', { ...compact, signature: mac }],
    ['the label alone', 'malformed_header', { ...compact, signature: 'v1,' }],
    ['the first 8 characters', 'no_match', { ...compact, signature: `v1,${mac.slice(0, 8)}` }],
    ['the MAC without its padding', 'no_match', { ...compact, signature: `v1,${mac.slice(0, -1)}` }],
    [
      'the MAC spelled differently: the last letter decodes to the same bytes',
      'no_match',
      { ...compact, signature: `v1,${mac.replace('Y=', 'Z=')}` },
    ],
    ['the MAC in URL-safe base64', 'no_match', { ...compact, signature: `v1,${mac.replaceAll('+', '-')}` }],
    ['two signature lines, joined', 'malformed_header', { ...compact, signature: `v1,${mac}, v1,${mac}` }],
    [
      'two signature lines, joined without a space',
      'malformed_header',
      { ...compact, signature: `v1,${mac},v1,${mac}` },
    ],
    ['two ids, joined', 'malformed_header', { ...compact, id: 'msg_compact, msg_compact' }],
    [
      'two timestamps, joined',
      'malformed_header',
      { ...compact, timestamp: '1700000000, 1700000000' },
      { at: 1700000000 },
    ],
    [
      'more signatures than anyone needs',
      'malformed_header',
      { ...compact, signature: `${'v2,x '.repeat(8)}v1,${mac}` },
    ],
    ['an endless signature', 'malformed_header', { ...compact, signature: `v1,${mac} v2,${'x'.repeat(9000)}` }],
    ['an id of 257 characters', 'malformed_header', { ...compact, id: 'm'.repeat(257) }],
    ['an id outside of ASCII', 'malformed_header', { ...compact, id: 'msg_é' }],
    ['an id with a space', 'malformed_header', { ...compact, id: 'msg compact' }],
    ...[
      'hello',
      '1700000000abc',
      '1700000000.9',
      '+1700000000',
      '0001700000000',
      '001700000000',
      '-1',
      '1e9',
      '0x6553f100',
      '1700000000000',
    ].map((timestamp): [string, Reason, Delivery, Given] => [
      `the timestamp ${timestamp}`,
      'malformed_header',
      { ...compact, timestamp },
      { at: 1700000000 },
    ]),
    ['the timestamp 0', 'stale', { ...compact, timestamp: '0' }, { at: 1700000000 }],
    ['no secret is configured', 'no_match', compact, { secrets: [] }],
  ];
  test.each(refused)('refused: %s (%s)', async (_name, reason, given, setting) => {
    expect(await check(given, setting)).toEqual({ ok: false, reason });
  });

  test('an id of 256 characters is accepted', async () => {
    const id = 'm'.repeat(256);
    const key = Buffer.from(secretC.slice('whsec_'.length), 'base64');
    const digest = createHmac('sha256', key).update(`${id}.1700000000.${thin}`).digest('base64');
    expect(await check(delivery(id, 1700000000, thin, `v1,${digest}`))).toMatchObject({ ok: true, webhookId: id });
  });

  test('moving the border between id, timestamp and body is refused', async () => {
    const moved = [
      { id: 'msg_compact.1700000000', timestamp: '1700000000', body: thin },
      { id: 'msg_compact', timestamp: '1700000000.', body: thin.slice(1) },
    ];
    for (const { id, timestamp, body } of moved) {
      const given = { id, timestamp, body: utf8(body), signature: compact.signature };
      expect(await check(given, { at: 1700000000 })).toEqual({ ok: false, reason: 'malformed_header' });
    }
  });

  test.each(['', 'whsec_', 'whsec_AAAA'])(
    'the secret %j never matches, not even what was signed with it',
    async (secret) => {
      const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
      const digest = createHmac('sha256', key).update(`msg_compact.1700000000.${thin}`).digest('base64');
      const result = await check({ ...compact, signature: `v1,${digest}` }, { secrets: [secret] });
      expect(result).toEqual({ ok: false, reason: 'no_match' });
    },
  );
});

describe('any change of one byte is refused', () => {
  const seed = createPrivateKey({
    key: whskToPkcs8('whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg=='),
    format: 'der',
    type: 'pkcs8',
  });
  const edSignature = sign(null, Buffer.from(`msg_compact.1700000000.${thin}`), seed).toString('base64');
  const { x } = seed.export({ format: 'jwk' });
  const schemes = [
    ['v1', compact.signature, offline],
    ['v1a', `v1a,${edSignature}`, keySetOf({ kty: 'OKP', crv: 'Ed25519', x })],
  ] as const;

  describe.each(schemes)('%s', (scheme, signature, keySet) => {
    const signed = { ...compact, signature };
    const verdict = (changed: Partial<Delivery>) => check({ ...signed, ...changed }, { keySet, at: 1700000000 });

    test('unchanged it is accepted', async () => {
      expect(await verdict({})).toEqual({ ok: true, webhookId: 'msg_compact', scheme });
    });

    test('in the body', async () => {
      const changes = fc.tuple(fc.nat(signed.body.length - 1), fc.integer({ min: 1, max: 255 }));
      await fc.assert(
        fc.asyncProperty(changes, async ([index, flip]) => {
          const body = signed.body.map((byte, at) => (at === index ? byte ^ flip : byte));
          expect(await verdict({ body })).toEqual({ ok: false, reason: 'no_match' });
        }),
      );
    });

    test('a byte more or less in the body', async () => {
      expect(await verdict({ body: Uint8Array.of(...signed.body, 0x0a) })).toMatchObject({ ok: false });
      expect(await verdict({ body: signed.body.slice(0, -1) })).toMatchObject({ ok: false });
    });

    // `at` moves the clock along, so that only the signature can refuse a timestamp that was changed.
    test.each(['id', 'timestamp'] as const)('in the %s', async (name) => {
      const text = signed[name];
      const changes = fc.tuple(fc.nat(text.length - 1), fc.integer({ min: 0x21, max: 0x7e }));
      await fc.assert(
        fc.asyncProperty(changes, async ([index, code]) => {
          const changed = text.slice(0, index) + String.fromCharCode(code) + text.slice(index + 1);
          fc.pre(changed !== text);
          const at = name === 'timestamp' && /^\d+$/.test(changed) ? Number(changed) : 1700000000;
          expect(await check({ ...signed, [name]: changed }, { keySet, at })).toMatchObject({ ok: false });
        }),
      );
    });

    test('in the signature', async () => {
      const changes = fc.tuple(fc.nat(signature.length - 1), fc.integer({ min: 0x21, max: 0x7e }));
      await fc.assert(
        fc.asyncProperty(changes, async ([index, code]) => {
          const changed = signature.slice(0, index) + String.fromCharCode(code) + signature.slice(index + 1);
          fc.pre(changed !== signature);
          expect(await verdict({ signature: changed })).toMatchObject({ ok: false });
        }),
      );
    });
  });
});

describe('the samples of Gemini', () => {
  const { current, previous } = testKeys.hmacSecrets;
  const keySet = keySetOf(...testKeys.ed25519KeySet.keys, ...testKeys.rsaKeySet.keys);
  const deliveryOf = (sample: (typeof samples.deliveries)[number]): Delivery => ({
    id: sample.headers['webhook-id'],
    timestamp: sample.headers['webhook-timestamp'],
    signature: sample.headers['webhook-signature'],
    body: utf8(sample.rawBody),
  });

  test.each(samples.deliveries)('$name: $expected', async (sample) => {
    const result = await check(deliveryOf(sample), {
      secrets: [current],
      keySet: sample.name.startsWith('static/') ? offline : keySet,
      audience: 'https://app.example.com/api/webhooks/gemini',
      at: samples.clock,
    });
    expect(result.ok ? result.scheme : result.reason).toBe(sample.expected);
  });

  test('during a rotation the previous secret alone is enough', async () => {
    const sample = samples.deliveries.find(({ name }) => name.includes('rotation-overlap'));
    if (sample === undefined) throw new Error('the sample is gone');
    expect(await check(deliveryOf(sample), { secrets: [previous], at: samples.clock })).toMatchObject({ ok: true });
  });

  test('the JWT tells its claims and its hash', async () => {
    const sample = samples.deliveries.find(({ expected }) => expected === 'jwt');
    if (sample === undefined) throw new Error('the sample is gone');
    expect(await check(deliveryOf(sample), { keySet, at: samples.clock })).toMatchObject({
      tokenHash: '15b4ac03f8f0d2c4843f09791f32b19e92e36faf4eda03cdea1d50a7785f2a95',
      claims: { type: 'interaction.requires_action', user_metadata: { run: 'run_42' } },
    });
  });
});

describe('v1a', () => {
  const vector9: Delivery = delivery(
    'msg_p5jXN8AQM9LWM0D4loKWxJek',
    1614265330,
    '{"test": 2432232314}',
    'v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==',
  );
  const jwk9 = {
    kty: 'OKP',
    crv: 'Ed25519',
    x: Buffer.from('1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=', 'base64').toString('base64url'),
  };
  const accepted = { ok: true, webhookId: vector9.id, scheme: 'v1a' };

  test('vector 9 is accepted by the last of several keys without kid', async () => {
    expect(await check(vector9, { keySet: keySetOf(...testKeys.ed25519KeySet.keys, jwk9) })).toEqual(accepted);
  });

  test('vector 9 is refused by other keys', async () => {
    const result = await check(vector9, { keySet: keySetOf(...testKeys.ed25519KeySet.keys) });
    expect(result).toEqual({ ok: false, reason: 'no_match' });
  });

  test('it counts behind signatures of other schemes that do not match', async () => {
    const signature = `v1,${mac} v2,xyz ${vector9.signature}`;
    expect(await check({ ...vector9, signature }, { keySet: keySetOf(jwk9) })).toEqual(accepted);
  });

  test('a matching v1 beside it asks for no key', async () => {
    const signature = `${vector9.signature} v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=`;
    const result = await check({ ...vector9, signature }, { secrets: [secretA], keySet: offline });
    expect(result).toMatchObject({ ok: true, scheme: 'v1' });
  });

  test('a signature that cannot be one asks for no key', async () => {
    for (const value of [mac, 'AAAA', `${'A'.repeat(85)}B==`, 'not base64!', `${'A'.repeat(86)}==AA`]) {
      const result = await check({ ...vector9, signature: `v1a,${value}` }, { keySet: offline });
      expect(result).toEqual({ ok: false, reason: 'no_match' });
    }
  });

  test('a public key as the HMAC secret proves nothing', async () => {
    const key = Buffer.from(jwk9.x, 'base64url');
    const digest = createHmac('sha256', key).update(`msg_compact.1700000000.${thin}`).digest('base64');
    const signatures = `v1,${digest} v1a,${digest}`;
    const result = await check({ ...compact, signature: signatures }, { keySet: keySetOf(jwk9) });
    expect(result).toEqual({ ok: false, reason: 'no_match' });
  });

  test('without any key it is unclear, not refused', async () => {
    const away = createKeySet({ url: 'https://keys.test', fetch: () => Promise.reject(new Error('away')) });
    await expect(check(vector9, { keySet: away })).rejects.toBeInstanceOf(KeySetUnavailable);
  });

  test('keys that came after a rotation are loaded and tried', async () => {
    const served = [[testKeys.ed25519KeySet.keys[0]], [jwk9]];
    let clock = 0;
    const keySet = createKeySet({
      url: 'https://keys.test',
      fetch: async () => Response.json({ keys: served.shift() ?? [] }),
      now: () => new Date(clock),
    });
    await keySet.keys();
    expect(await check(vector9, { keySet })).toMatchObject({ ok: false }); // the cooldown holds
    clock += 60_000;
    expect(await check(vector9, { keySet })).toEqual(accepted);
  });
});

describe('JWT', () => {
  const audience = 'https://app.example.com/api/webhooks/gemini';
  const now = 1700000000;
  let pair: { publicKey: KeyObject; privateKey: KeyObject };
  let keySet: KeySet;
  beforeAll(() => {
    pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
    keySet = keySetOf(
      publicJwk(pair.publicKey, { kid: 'key-1', alg: 'RS256', use: 'sig' }),
      ...testKeys.ed25519KeySet.keys,
    );
  });

  type Claims = Record<string, unknown>;
  const goodClaims: Claims = { aud: audience, exp: now + 300, data: { id: 'int_1' } };
  const token = (
    claims: Claims = goodClaims,
    header: { alg: string; kid?: string; crit?: string[] } = { alg: 'RS256', kid: 'key-1' },
    key: KeyObject = pair.privateKey,
  ) => new SignJWT(claims).setProtectedHeader(header).sign(key);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const verdict = (signature: string, given: Given = {}) =>
    check({ ...compact, signature }, { keySet, audience, at: now, ...given });
  const without = (name: string) => Object.fromEntries(Object.entries(goodClaims).filter(([key]) => key !== name));

  test('a good token is accepted, whatever the body', async () => {
    expect(await verdict(await token())).toMatchObject({ ok: true, scheme: 'jwt', claims: goodClaims });
  });

  test.each<[string, Claims]>([
    ['one audience of several', { ...goodClaims, aud: ['https://other.example', audience] }],
    ['expired 59 s ago', { ...goodClaims, exp: now - 59 }],
    ['valid from in 60 s', { ...goodClaims, nbf: now + 60 }],
  ])('accepted: %s', async (_name, claims) => {
    expect(await verdict(await token(claims))).toMatchObject({ ok: true, scheme: 'jwt' });
  });

  test.each<[string, () => Claims]>([
    ['no exp', () => without('exp')],
    ['exp that is no number', () => ({ ...goodClaims, exp: String(now + 300) })],
    ['expired 60 s ago', () => ({ ...goodClaims, exp: now - 60 })],
    ['valid from in 61 s', () => ({ ...goodClaims, nbf: now + 61 })],
    ['another audience', () => ({ ...goodClaims, aud: 'https://other.example' })],
    ['an audience that only begins like ours', () => ({ ...goodClaims, aud: `${audience}/x` })],
    ['no audience', () => without('aud')],
    ['an empty list of audiences', () => ({ ...goodClaims, aud: [] })],
  ])('refused: %s', async (_name, claims) => {
    const signature = `${part({ alg: 'RS256', kid: 'key-1' })}.${part(claims())}`;
    const signed = `${signature}.${sign('RSA-SHA256', Buffer.from(signature), pair.privateKey).toString('base64url')}`;
    expect(await verdict(signed)).toEqual({ ok: false, reason: 'no_match' });
  });

  test('without a configured audience any is accepted, but exp is still required', async () => {
    const open = { keySet, at: now };
    expect(await check({ ...compact, signature: await token(without('aud')) }, open)).toMatchObject({ ok: true });
    expect(await check({ ...compact, signature: await token(without('exp')) }, open)).toMatchObject({ ok: false });
  });

  test('an empty audience in the configuration matches no token', async () => {
    expect(await verdict(await token(), { audience: '' })).toMatchObject({ ok: false });
  });

  test('alg none is refused, and no key is asked for', async () => {
    for (const alg of ['none', 'None', 'NONE']) {
      for (const signature of ['', 'AAAA']) {
        const unsigned = `${part({ alg, kid: 'key-1' })}.${part(goodClaims)}.${signature}`;
        expect(await verdict(unsigned, { keySet: offline })).toEqual({ ok: false, reason: 'no_match' });
      }
    }
  });

  test('HS256 under the public key is refused, and no key is asked for', async () => {
    const content = `${part({ alg: 'HS256', kid: 'key-1' })}.${part(goodClaims)}`;
    const asSecret = [
      pair.publicKey.export({ format: 'pem', type: 'spki' }),
      pair.publicKey.export({ format: 'der', type: 'spki' }),
    ];
    for (const key of asSecret) {
      const forged = `${content}.${createHmac('sha256', key).update(content).digest('base64url')}`;
      expect(await verdict(forged, { keySet: offline })).toEqual({ ok: false, reason: 'no_match' });
    }
  });

  test('an HMAC whose header says RS256 is refused', async () => {
    const content = `${part({ alg: 'RS256', kid: 'key-1' })}.${part(goodClaims)}`;
    const key = pair.publicKey.export({ format: 'pem', type: 'spki' });
    const forged = `${content}.${createHmac('sha256', key).update(content).digest('base64url')}`;
    expect(await verdict(forged)).toEqual({ ok: false, reason: 'no_match' });
  });

  test('other algorithms are refused, even by a key of the set', async () => {
    const ed = generateKeyPairSync('ed25519');
    const both = keySetOf(publicJwk(pair.publicKey), publicJwk(ed.publicKey));
    const byEd = await token(goodClaims, { alg: 'EdDSA' }, ed.privateKey);
    const byPss = await token(goodClaims, { alg: 'PS256', kid: 'key-1' });
    const byLonger = await token(goodClaims, { alg: 'RS512', kid: 'key-1' });
    for (const signature of [byEd, byPss, byLonger]) {
      expect(await verdict(signature, { keySet: both })).toEqual({ ok: false, reason: 'no_match' });
    }
  });

  test('another key is refused under any kid', async () => {
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
    for (const header of [{ alg: 'RS256', kid: 'key-1' }, { alg: 'RS256', kid: 'key-2' }, { alg: 'RS256' }]) {
      expect(await verdict(await token(goodClaims, header, other.privateKey))).toMatchObject({ ok: false });
    }
  });

  test('the right key under a kid that it does not have is refused', async () => {
    expect(await verdict(await token(goodClaims, { alg: 'RS256', kid: 'key-2' }))).toMatchObject({ ok: false });
  });

  test('keys without kid are tried one after the other', async () => {
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const unnamed = keySetOf(publicJwk(other.publicKey), publicJwk(pair.publicKey));
    expect(await verdict(await token(), { keySet: unnamed })).toMatchObject({ ok: true, scheme: 'jwt' });
    expect(await verdict(await token(goodClaims, { alg: 'RS256' }), { keySet: unnamed })).toMatchObject({ ok: true });
  });

  test('a key that the token brings along, or points to, is not used', async () => {
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const header = { alg: 'RS256', jwk: publicJwk(other.publicKey), jku: 'https://evil.example/jwks.json' };
    const content = `${part(header)}.${part(goodClaims)}`;
    const forged = `${content}.${sign('RSA-SHA256', Buffer.from(content), other.privateKey).toString('base64url')}`;
    expect(await verdict(forged)).toEqual({ ok: false, reason: 'no_match' });
  });

  test('one token has one hash: spelled differently it is refused', async () => {
    const good = await token();
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const last = alphabet.indexOf(good.slice(-1));
    const respelled = good.slice(0, -1) + alphabet.charAt(last + 1); // 342 letters carry 4 bits more than 256 bytes need
    expect(Buffer.from(respelled.split('.')[2] ?? '', 'base64url')).toEqual(
      Buffer.from(good.split('.')[2] ?? '', 'base64url'),
    );
    expect(await verdict(good)).toMatchObject({ ok: true });
    expect(await verdict(respelled)).toEqual({ ok: false, reason: 'no_match' });
  });

  test('a stale timestamp header is refused beside a good token', async () => {
    expect(await verdict(await token(), { at: now + 301 })).toEqual({ ok: false, reason: 'stale' });
  });

  test('claims that are no JSON object are refused', async () => {
    for (const payload of ['not json', '[]', '"text"', 'null']) {
      const content = `${part({ alg: 'RS256', kid: 'key-1' })}.${Buffer.from(payload).toString('base64url')}`;
      const signed = `${content}.${sign('RSA-SHA256', Buffer.from(content), pair.privateKey).toString('base64url')}`;
      expect(await verdict(signed)).toEqual({ ok: false, reason: 'no_match' });
    }
  });

  test('no signature header at all makes the verification throw', async () => {
    const word = fc.stringMatching(/^[\w.,=+/-]{0,40}$/);
    const header = fc.oneof(word, fc.json()).map((text) => Buffer.from(text).toString('base64url'));
    const entry = fc.oneof(
      word,
      word.map((text) => `v1,${text}`),
      fc.uint8Array({ minLength: 64, maxLength: 64 }).map((bytes) => `v1a,${Buffer.from(bytes).toString('base64')}`),
      fc.tuple(header, header, header).map((parts) => parts.join('.')),
      header.map((text) => `${part({ alg: 'RS256' })}.${text}.${text}`),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { minLength: 1, maxLength: 4 }), async (entries) => {
        expect(await verdict(entries.join(' '))).toMatchObject({ ok: false });
      }),
    );
  });
});

describe('parseSecrets', () => {
  const bytes = (length: number) => Buffer.alloc(length, 7).toString('base64');

  test('secrets are separated by white space, with or without prefix; doubles are left out', () => {
    expect(parseSecrets(` ${secretA}\n${secretB.slice(6)}  ${secretA} `)).toEqual([secretA, secretB.slice(6)]);
  });

  test.each([24, 32, 64])('%i bytes are accepted, padded or not', (length) => {
    expect(parseSecrets(`whsec_${bytes(length)}`)).toHaveLength(1);
    expect(parseSecrets(`whsec_${bytes(length).replace(/=+$/, '')}`)).toHaveLength(1);
  });

  test.each([
    ['nothing', '', /empty/],
    ['white space', ' \n', /empty/],
    ['the prefix alone', 'whsec_', /1 of 1 is empty/],
    ['23 bytes', `whsec_${bytes(23)}`, /too short \(23 bytes\)/],
    ['65 bytes', `whsec_${bytes(65)}`, /too long \(65 bytes\)/],
    ['other characters', 'whsec_correct!horse!battery!staple!!!!', /not base64/],
    ['URL-safe base64', `whsec_${'-_'.repeat(16)}`, /not base64/],
    ['a secret cut off', secretC.slice(0, -3), /not base64/],
    ['the prefix twice', `whsec_${secretA}`, /not base64/],
    ['a public key', 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=', /not base64/],
    ['commas between', `${secretA},${secretB}`, /not base64/],
    ['a bad one behind a good one', `${secretA} whsec_AAAA`, /2 of 2 is too short/],
  ])('refused: %s', (_name, text, message) => {
    expect(() => parseSecrets(text)).toThrow(message);
  });

  test('the message never contains the secret', () => {
    for (const secret of ['whsec_c2hvcnQ=', 'whsec_correct!horse!battery!staple']) {
      const message = (() => {
        try {
          return String(parseSecrets(secret));
        } catch (error) {
          return String(error);
        }
      })();
      expect(message).toContain('webhook secret 1 of 1');
      expect(message).not.toContain(secret.slice(6));
    }
  });
});

/** The 32 bytes of the seed, in the only private form that node takes: a fixed PKCS #8 head before them. */
function whskToPkcs8(secret: string): Buffer {
  const seed = Buffer.from(secret.slice('whsk_'.length), 'base64').subarray(0, 32);
  return Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
}
