import { expect, test } from 'vitest';
import { z } from 'zod';
import { AppError } from '@/lib/errors';
import { methods, parseInput, readBody, route } from '@/lib/http';

const post = (body: BodyInit) =>
  new Request('http://localhost/api/x', { method: 'POST', body, duplex: 'half' } as RequestInit);

test('a body without end is cut off at the limit, not read to it', async () => {
  let pulled = 0;
  let cancelled = false;
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      pulled += 1;
      controller.enqueue(new Uint8Array(1024));
    },
    cancel: () => {
      cancelled = true;
    },
  });
  await expect(readBody(post(endless), { maxBytes: 10 * 1024 })).rejects.toMatchObject({ code: 'too_large' });
  expect(pulled).toBeLessThan(20);
  expect(cancelled).toBe(true);
});

test('a body comes back byte by byte as it was sent', async () => {
  const bytes = new Uint8Array([0, 255, 13, 10, 0xef, 0xbb, 0xbf]);
  expect(await readBody(post(bytes), { maxBytes: 7 })).toEqual(bytes);
  expect(await readBody(new Request('http://localhost/'), { maxBytes: 7 })).toEqual(new Uint8Array());
});

test('what the caller got wrong keeps its words and its details; the five members of a problem stay its own', async () => {
  const handler = route(async () => {
    throw new AppError('rate_limited', 'Wait.', { retry_after_seconds: 1.5, title: 'not this', status: 200 });
  });
  const answer = await handler(new Request('http://localhost/api/x?secret=1'));
  expect(answer.headers.get('retry-after')).toBe('2');
  expect(await answer.json()).toEqual({
    type: 'urn:countersign:problem:rate_limited',
    title: 'Too many requests',
    status: 429,
    detail: 'Wait.',
    instance: '/api/x',
    retry_after_seconds: 1.5,
  });
});

test('Next’s own signals pass through', async () => {
  const signal = Object.assign(new Error('NEXT_REDIRECT'), { digest: 'NEXT_REDIRECT;replace;/;307;' });
  await expect(
    route(async () => {
      throw signal;
    })(new Request('http://localhost/')),
  ).rejects.toBe(signal);
});

test('a schema that fails inside a handler is a bug, not the caller’s fault', async () => {
  const { GET } = methods({ GET: async () => Response.json(z.string().parse(7)) });
  expect((await GET(new Request('http://localhost/'))).status).toBe(500);
});

test('an input names every place by JSON Pointer', () => {
  const schema = z.strictObject({ 'a/b': z.strictObject({ '~': z.number() }), list: z.array(z.string()) });
  const parse = () => parseInput(schema, { 'a/b': { '~': 'x', more: 1 }, list: ['a', 2], other: 1 });
  let caught: unknown;
  try {
    parse();
  } catch (error) {
    caught = error;
  }
  expect(caught).toMatchObject({ code: 'invalid_input' });
  const paths = z.object({ details: z.object({ errors: z.array(z.object({ path: z.string() })) }) }).parse(caught);
  expect(paths.details.errors.map(({ path }) => path).sort()).toEqual(['/a~1b/more', '/a~1b/~0', '/list/1', '/other']);
});
