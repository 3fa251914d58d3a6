import { generateKeyPairSync } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createKeySet, KeySetUnavailable } from '@/lib/webhooks/key-set';
import testKeys from './fixtures/gemini/keys.json';

const [first, second, third] = testKeys.ed25519KeySet.keys;
const url = 'https://keys.test/.well-known/jwks.json';

/** A key set behind an address whose answer the test sets, and a clock that it moves. */
function setUp(...jwks: unknown[]) {
  const address = { keys: jwks, away: false, requests: 0 };
  let clock = Date.parse('2026-11-20T10:00:00Z');
  const failures: unknown[] = [];
  const keySet = createKeySet({
    url,
    now: () => new Date(clock),
    fetch: async () => {
      address.requests += 1;
      if (address.away) throw new TypeError('fetch failed');
      return Response.json({ keys: address.keys });
    },
    onLoadFailed: (error) => failures.push(error),
  });
  return { keySet, address, failures, wait: (seconds: number) => (clock += seconds * 1000) };
}

describe('the cache', () => {
  test('keys are loaded once and imported once for ten minutes', async () => {
    const { keySet, address, wait } = setUp(first, second, third);
    const loaded = await keySet.keys();
    wait(599);
    expect(await keySet.keys()).toBe(loaded);
    expect(loaded.ed25519).toHaveLength(3);
    expect(address.requests).toBe(1);
  });

  test('after ten minutes they are loaded again, and a key withdrawn is gone', async () => {
    const { keySet, address, wait } = setUp(first, second);
    await keySet.keys();
    address.keys = [second];
    wait(600);
    expect((await keySet.keys()).ed25519).toHaveLength(1);
    expect(address.requests).toBe(2);
  });

  test('the same answer keeps the same imported keys', async () => {
    const { keySet, wait } = setUp(first);
    const before = await keySet.keys();
    wait(600);
    expect(await keySet.keys()).toBe(before);
  });

  test('simultaneous callers share one request', async () => {
    const { keySet, address, wait } = setUp(first);
    const loaded = await Promise.all([keySet.keys(), keySet.keys(), keySet.keys()]);
    expect(new Set(loaded).size).toBe(1);
    wait(61);
    const [seen] = loaded;
    await Promise.all([keySet.newerThan(seen), keySet.newerThan(seen), keySet.newerThan(seen)]);
    expect(address.requests).toBe(2);
  });

  test('a clock that was set back does not stop the loading', async () => {
    const { keySet, address, wait } = setUp(first);
    await keySet.keys();
    wait(-3600);
    await keySet.keys();
    expect(address.requests).toBe(2);
  });
});

describe('an unknown key', () => {
  test('leads to newer keys', async () => {
    const { keySet, address, wait } = setUp(first);
    const seen = await keySet.keys();
    address.keys = [first, second];
    wait(60);
    const newer = await keySet.newerThan(seen);
    expect(newer?.ed25519).toHaveLength(2);
    expect(await keySet.keys()).toBe(newer);
  });

  test('leads to a request once a minute at most', async () => {
    const { keySet, address, wait } = setUp(first);
    const seen = await keySet.keys();
    for (let second = 0; second < 180; second += 1) {
      expect(await keySet.newerThan(seen)).toBeNull();
      wait(1);
    }
    expect(address.requests).toBe(3); // at 0, 60 and 120 s
  });

  test('needs no request when another caller has loaded newer keys already', async () => {
    const { keySet, address, wait } = setUp(first);
    const seen = await keySet.keys();
    address.keys = [second];
    wait(60);
    const newer = await keySet.newerThan(seen);
    wait(60);
    expect(await keySet.newerThan(seen)).toBe(newer);
    expect(address.requests).toBe(2);
  });
});

describe('while the address does not answer', () => {
  test('the old keys stay, with one request a minute, and each failure is told', async () => {
    const { keySet, address, failures, wait } = setUp(first);
    const loaded = await keySet.keys();
    address.away = true;
    wait(600);
    for (let second = 0; second < 120; second += 1) {
      expect(await keySet.keys()).toBe(loaded);
      expect(await keySet.newerThan(loaded)).toBeNull();
      wait(1);
    }
    expect(address.requests).toBe(3);
    expect(failures).toHaveLength(2);
  });

  test('an answer without a usable key does not replace the old ones', async () => {
    const { keySet, address, failures, wait } = setUp(first);
    const loaded = await keySet.keys();
    for (const keys of [[], [{ kty: 'EC' }]]) {
      address.keys = keys;
      wait(600);
      expect(await keySet.keys()).toBe(loaded);
    }
    expect(failures).toHaveLength(2);
  });

  test('without any key it says so, with one request in five seconds', async () => {
    const { keySet, address, wait } = setUp(first);
    address.away = true;
    for (let second = 0; second < 10; second += 1) {
      await expect(keySet.keys()).rejects.toBeInstanceOf(KeySetUnavailable);
      wait(1);
    }
    expect(address.requests).toBe(2);
    address.away = false;
    expect((await keySet.keys()).ed25519).toHaveLength(1);
  });

  test('the reason is kept as the cause', async () => {
    const { keySet, address } = setUp(first);
    address.away = true;
    await expect(keySet.keys()).rejects.toMatchObject({ cause: new TypeError('fetch failed') });
  });
});

describe('the keys', () => {
  const rsa = (modulusLength: number) =>
    generateKeyPairSync('rsa', { modulusLength }).publicKey.export({ format: 'jwk' });
  const [documented] = testKeys.rsaKeySet.keys;

  test('each kind goes to its own use', async () => {
    const { keySet } = setUp(first, documented);
    const keys = await keySet.keys();
    expect(keys.ed25519.map((key) => key.asymmetricKeyType)).toEqual(['ed25519']);
    expect(keys.rsa.map(({ kid, key }) => [kid, key.asymmetricKeyType])).toEqual([['sample-rsa-1', 'rsa']]);
  });

  test.each<[string, unknown]>([
    ['a symmetric key', { kty: 'oct', k: 'c2VjcmV0' }],
    ['another curve', { kty: 'OKP', crv: 'X25519', x: first?.x }],
    ['a key for encryption', { ...first, use: 'enc' }],
    ['a key of another algorithm', { ...documented, alg: 'RS512' }],
    ['a key that is too short', { ...first, x: 'AAAA' }],
    ['RSA of 1024 bits', rsa(1024)],
    ['no object', 'key'],
  ])('%s is left out', async (_name, unusable) => {
    const { keySet } = setUp(unusable, second);
    const keys = await keySet.keys();
    expect([keys.ed25519.length, keys.rsa.length]).toEqual([1, 0]);
  });

  test('there are never more than sixteen to try', async () => {
    const { keySet } = setUp(...Array.from({ length: 40 }, () => first));
    expect((await keySet.keys()).ed25519).toHaveLength(16);
  });
});

describe('the request', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  async function serve(listener: RequestListener): Promise<string> {
    const started = createServer(listener);
    server = started;
    await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
    const address = started.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return `http://127.0.0.1:${address.port}`;
  }
  const jwks = JSON.stringify(testKeys.ed25519KeySet);

  test('goes to the configured address', async () => {
    const origin = await serve((request, response) => response.end(request.url === '/jwks' ? jwks : '{}'));
    expect((await createKeySet({ url: `${origin}/jwks` }).keys()).ed25519).toHaveLength(3);
  });

  test('follows no redirect', async () => {
    const visited: (string | undefined)[] = [];
    const origin = await serve((request, response) => {
      visited.push(request.url);
      if (request.url === '/elsewhere') response.end(jwks);
      else response.writeHead(302, { location: '/elsewhere' }).end(jwks);
    });
    await expect(createKeySet({ url: `${origin}/jwks` }).keys()).rejects.toBeInstanceOf(KeySetUnavailable);
    expect(visited).toEqual(['/jwks']);
  });

  test.each([201, 404, 500])('takes no keys from an answer with status %i', async (status) => {
    const origin = await serve((_request, response) => response.writeHead(status).end(jwks));
    await expect(createKeySet({ url: origin }).keys()).rejects.toThrow(KeySetUnavailable);
  });

  test('ends when the answer grows beyond 64 KiB, valid or not', async () => {
    const origin = await serve((_request, response) => response.end(jwks + ' '.repeat(64 * 1024)));
    await expect(createKeySet({ url: origin }).keys()).rejects.toMatchObject({
      cause: { message: 'key set: more than 65536 bytes' },
    });
  });

  test('ends when the answer stalls, before or after its head', async () => {
    for (const begin of [false, true]) {
      const origin = await serve((_request, response) => {
        if (begin) response.write('{"keys":[');
      });
      const stalled = createKeySet({ url: origin, timeoutMs: 50 });
      await expect(stalled.keys()).rejects.toMatchObject({ cause: { name: 'TimeoutError' } });
      server?.closeAllConnections();
      server?.close();
    }
  });

  test('waits five seconds when nothing else is said', async () => {
    const timeout = vi.spyOn(AbortSignal, 'timeout');
    await setUp(first).keySet.keys();
    expect(timeout).toHaveBeenCalledWith(5_000);
    timeout.mockRestore();
  });

  test('takes no keys from what is no key set', async () => {
    for (const body of ['', 'null', '[]', '{"keys":{}}', '<html>']) {
      const keySet = createKeySet({ url, fetch: async () => new Response(body) });
      await expect(keySet.keys()).rejects.toBeInstanceOf(KeySetUnavailable);
    }
  });
});
