import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as approvalsRoute from '@/app/api/v1/approvals/route';
import { runCommand } from '@/lib/cli/commands';
import { openDatabase } from '@/lib/db';
import { isPasswordOf } from '@/lib/people/password';
import { receiveDelivery } from '@/lib/webhooks/receive';
import { type Api, openApi } from './api-fixture';

let api: Api;
beforeAll(async () => {
  api = await openApi();
});
afterAll(() => api.close());

/** Runs a command as the shell would, with its own connections. */
async function countersign(
  line: string,
  options: { input?: string; stop?: AbortSignal; onLine?: (line: string) => void } = {},
) {
  const out: string[] = [];
  const errors: string[] = [];
  const code = await runCommand(line.split(' ').filter(Boolean), {
    out: (text) => {
      out.push(...text.split('\n'));
      options.onLine?.(text);
    },
    error: (text) => errors.push(text),
    readInput: async () => options.input ?? '',
    openServices: () => ({ ...api.services, db: openDatabase(api.services.env.databaseUrl, { connections: 2 }) }),
    stop: options.stop ?? new AbortController().signal,
  });
  return { code, out, errors: errors.join('\n') };
}

const rowOf = (email: string) => api.prisma.user.findUniqueOrThrow({ where: { email } });

test('a person is added with a password that is made and printed on the last line', async () => {
  const { code, out } = await countersign('user add --email Ada@Example.com --name Ada --role reviewer');
  expect(code).toBe(0);
  expect(out[0]).toBe('Added Ada <ada@example.com> as reviewer.');
  const row = await rowOf('ada@example.com');
  expect(row.role).toBe('reviewer');
  expect(await isPasswordOf(api.prisma, row.id, out.at(-1) ?? '')).toBe(true);
  expect((await api.actions('person.created')).at(-1)).toMatchObject({ context: { surface: 'cli' } });
});

test('a password may come on standard input, and is then not printed', async () => {
  const { code, out } = await countersign('user add --email bo@example.com --role admin --password-stdin', {
    input: 'a long password\n',
  });
  expect(code).toBe(0);
  expect(out.join('\n')).not.toContain('a long password');
  expect(await isPasswordOf(api.prisma, (await rowOf('bo@example.com')).id, 'a long password')).toBe(true);
});

test('a key is printed on the last line, works, and ends with its person', async () => {
  const { code, out } = await countersign('key create --user ada@example.com --scopes runs,approvals,votes,audit');
  expect(code).toBe(0);
  const key = out.at(-1) ?? '';
  expect(key).toMatch(/^csk_/);
  expect((await api.call(approvalsRoute.GET, { key })).status).toBe(200);
  expect((await countersign('user disable --email ada@example.com')).out).toEqual(['Ada is deactivated.']);
  expect((await api.call(approvalsRoute.GET, { key })).status).toBe(401);
  expect(await countersign('user disable --email ada@example.com')).toMatchObject({ code: 0 });
  expect(await countersign('key create --user ada@example.com --scopes runs')).toMatchObject({ code: 1 });
});

test.each([
  ['', 2, ''],
  ['users', 2, 'There is no command “users”'],
  ['user', 2, 'There is no command “user”'],
  ['user add', 2, '--email is missing'],
  ['user add --email x --role reviewer', 2, 'email: Give an e-mail address.'],
  ['user add --email x@example.com --role boss', 2, 'role: Choose one of viewer'],
  ['user add --email x@example.com --colour red', 2, '--colour'],
  ['user add x@example.com', 2, 'Not understood: x@example.com'],
  ['user add --email bo@example.com --role viewer', 1, 'here already'],
  ['user disable --email bo@example.com', 1, 'last active admin'],
  ['user disable --email nobody@example.com', 1, 'Nobody here'],
  ['key create --user bo@example.com', 2, '--scopes is missing'],
  ['key create --user bo@example.com --scopes runs,all', 2, 'There is no scope all'],
  ['key create --scopes runs', 2, '--user is missing'],
  ['replay', 2, 'Something is missing'],
  ['replay evt_unknown', 1, 'There is no event evt_unknown'],
  ['listen', 2, '--forward is missing'],
  ['listen --forward ftp://x', 2, 'http or https'],
])('“%s” ends with %i and says why', async (line, expected, said) => {
  const { code, out, errors } = await countersign(line);
  expect(code).toBe(expected);
  expect(errors).toContain(said);
  if (line === '') expect(out.join('\n')).toContain('replay EVENT');
});

test('help is printed without a database', async () => {
  const { code, out } = await countersign('key create --help');
  expect(code).toBe(0);
  expect(out.join('\n')).toContain('key create --user E-MAIL --scopes runs,approvals,votes,audit');
});

const deliver = (
  id: string,
  body = `{"type":"interaction.completed","data":{"id":"${id}"}}`,
  runToken: string | null = null,
) =>
  receiveDelivery(api.services, {
    verification: { ok: true, scheme: 'v1', webhookId: id },
    headers: new Headers({
      'webhook-id': id,
      'webhook-signature': 'v1,abc',
      'content-type': 'application/json',
      cookie: 'no',
    }),
    rawBody: new TextEncoder().encode(body),
    runToken,
  });

test('a stored event is queued again, and that is on record', async () => {
  await deliver('evt_again');
  await api.prisma.webhookEvent.update({
    where: { id: 'evt_again' },
    data: { processedAt: new Date(), outcome: 'not_ours', message: 'x' },
  });
  const jobs = async () =>
    (await api.prisma.$queryRaw<{ count: bigint }[]>`select count(*) as count from graphile_worker.jobs`)[0]?.count ??
    0n;
  const before = await jobs();
  expect(await countersign('replay evt_again')).toMatchObject({ code: 0 });
  expect(await jobs()).toBe(before + 1n);
  expect(await api.prisma.webhookEvent.findUnique({ where: { id: 'evt_again' } })).toMatchObject({
    processedAt: null,
    outcome: null,
  });
  expect((await api.actions('event.replayed')).at(-1)?.facts).toEqual({ type: 'interaction.completed' });
});

test('new events are passed on as they were received, each once, until it is stopped', async () => {
  const got: { id: unknown; signature: unknown; cookie: unknown; url: string; body: string }[] = [];
  const receiver = http.createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const { headers, url = '' } = request;
    got.push({ id: headers['webhook-id'], signature: headers['webhook-signature'], cookie: headers.cookie, url, body });
    response.writeHead(got.length === 2 ? 500 : 204).end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const { port } = receiver.address() as AddressInfo;
  await deliver('evt_before');

  const stop = new AbortController();
  let ready = () => {};
  const listening = new Promise<void>((resolve) => {
    ready = resolve;
  });
  const done = countersign(`listen --forward http://127.0.0.1:${port}/hook`, {
    stop: stop.signal,
    onLine: (line) => line.includes('cannot be signed anew') && ready(),
  });
  await listening;
  await deliver('evt_1', '{"type":"interaction.completed",  "data":{"id":"ä"}}');
  await deliver('evt_2', '{}', 'token');
  await expect.poll(() => got.length, { timeout: 5000 }).toBe(2);
  await deliver('evt_3');
  await expect.poll(() => got.length, { timeout: 5000 }).toBe(3);
  stop.abort();
  const { code, out } = await done;
  receiver.close();
  expect(code).toBe(0);
  expect(got.map(({ id }) => id)).toEqual(['evt_1', 'evt_2', 'evt_3']);
  expect(got[0]).toEqual({
    id: 'evt_1',
    signature: 'v1,abc',
    cookie: undefined,
    url: '/hook',
    body: '{"type":"interaction.completed",  "data":{"id":"ä"}}',
  });
  expect(got[1]?.url).toBe('/hook?run=token');
  expect(out.filter((line) => line.includes('evt_2'))[0]).toContain('500');
});
