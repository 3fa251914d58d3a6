import { describe, expect, test } from 'vitest';
import { execute } from '@/lib/launch/database.mjs';
import { processEvent } from '@/lib/webhooks/process';
import { readEnvelope } from '@/lib/webhooks/receive';
import { anEvent, oneCall, openWorld, type World } from '@/tests/support/world';

const eventsOf = (world: World) => world.prisma.webhookEvent.findMany({ orderBy: { receivedAt: 'asc' } });
async function jobsOf(world: World): Promise<number> {
  const { rows } = await world.services.db.pool.query(
    `select from graphile_worker.jobs where task_identifier = 'event.process'`,
  );
  return rows.length;
}

describe('a delivery is stored once', () => {
  test('with one job, however often the same id comes', async () => {
    await using world = await openWorld({ webhooks: 'none' });
    const body = anEvent('interaction.completed', 'v1_x');
    const answers = await Promise.all(Array.from({ length: 8 }, () => world.deliver(body, { id: 'msg_1' })));
    answers.push(await world.deliver(body, { id: 'msg_1' }));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204]));
    expect(await eventsOf(world)).toMatchObject([{ id: 'msg_1', scheme: 'v1', interactionId: 'v1_x' }]);
    expect(await jobsOf(world)).toBe(1);
  });

  test('the first body under an id is the one that counts', async () => {
    await using world = await openWorld({ webhooks: 'none' });
    await world.deliver(anEvent('ping', 'first'), { id: 'msg_1' });
    await world.deliver(anEvent('interaction.completed', 'second'), { id: 'msg_1' });
    expect(await eventsOf(world)).toMatchObject([{ type: 'ping' }]);
  });

  test('one token counts once, whatever id and body come with it', async () => {
    await using world = await openWorld({
      webhooks: 'dynamic',
      switches: { dynamicSignature: 'jwt', thinkMs: 60_000 },
    });
    const run = await world.start(oneCall);
    const uri = `${world.doorUrl}/api/webhooks/gemini`;
    world.gemini.trigger({ type: 'interaction.completed', data: { id: run.interactionId }, uri });
    await expect.poll(() => world.prisma.webhookEvent.count()).toBe(1);
    const first = await world.prisma.webhookEvent.findFirstOrThrow();
    const { 'webhook-signature': token, 'webhook-timestamp': stamp } = first.headers as Record<string, string>;
    const { status } = await world.deliver(anEvent('interaction.failed', 'another'), {
      id: 'msg_other',
      headers: { 'webhook-signature': token ?? '', 'webhook-timestamp': stamp ?? '' },
    });
    expect(status).toBe(204);
    expect(await world.prisma.webhookEvent.count()).toBe(1);
  });

  test('and its job with it, or neither: the sender then tries again', async () => {
    await using world = await openWorld({ webhooks: 'none' });
    await execute(
      world.adminUrl,
      `create function no_jobs() returns trigger language plpgsql as 'begin raise exception ''no jobs''; end'`,
    );
    await execute(
      world.adminUrl,
      'create trigger no_jobs before insert on graphile_worker._private_jobs for each row execute function no_jobs()',
    );
    expect(await world.deliver(anEvent('ping', 'x'))).toMatchObject({ status: 503 });
    expect(await eventsOf(world)).toEqual([]);
  });

  test('processing it again and by several workers changes nothing', async () => {
    await using world = await openWorld();
    const { run } = await world.paused(oneCall);
    const [event] = await eventsOf(world);
    await Promise.all(Array.from({ length: 4 }, () => processEvent(world.services, event?.id ?? '')));
    await processEvent(world.services, 'msg_unknown');
    const received = (await world.actions({ runId: run.id })).filter((action) => action === 'event.received');
    expect(received).toHaveLength(1);
  });
});

describe('whatever the body holds', () => {
  const bodies: [string, string | Buffer, { type: string | null; interactionId: string | null; outcome: string }][] = [
    ['no JSON', 'hello', { type: null, interactionId: null, outcome: 'unreadable' }],
    ['nothing', '', { type: null, interactionId: null, outcome: 'unreadable' }],
    ['a list', '[]', { type: null, interactionId: null, outcome: 'unreadable' }],
    ['no type', '{"data":{"id":"x"}}', { type: null, interactionId: null, outcome: 'unreadable' }],
    [
      'bytes that are no text',
      Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x28]),
      { type: null, interactionId: null, outcome: 'unreadable' },
    ],
    ['a ping', '{"type":"ping"}', { type: 'ping', interactionId: null, outcome: 'kept' }],
    [
      'a batch',
      anEvent('batch.succeeded', 'batch_1'),
      { type: 'batch.succeeded', interactionId: null, outcome: 'kept' },
    ],
    [
      'NUL in the type',
      '{"type":"in\\u0000teraction","data":{}}',
      { type: 'in␀teraction', interactionId: null, outcome: 'kept' },
    ],
    [
      'half a character in the type',
      '{"type":"a\\ud800b"}',
      { type: 'a\ufffdb', interactionId: null, outcome: 'kept' },
    ],
    [
      'NUL in the id',
      '{"type":"interaction.completed","data":{"id":"a\\u0000b"}}',
      { type: 'interaction.completed', interactionId: null, outcome: 'kept' },
    ],
    [
      'half a character in the id',
      '{"type":"interaction.completed","data":{"id":"a\\udc00"}}',
      { type: 'interaction.completed', interactionId: null, outcome: 'kept' },
    ],
    [
      'an id of another type',
      '{"type":"interaction.completed","data":{"id":7}}',
      { type: 'interaction.completed', interactionId: null, outcome: 'kept' },
    ],
    [
      'no data',
      '{"type":"interaction.completed","data":null}',
      { type: 'interaction.completed', interactionId: null, outcome: 'kept' },
    ],
    [
      'an id that is a path',
      anEvent('interaction.completed', '..'),
      { type: 'interaction.completed', interactionId: null, outcome: 'kept' },
    ],
    [
      'an id with its collection',
      anEvent('ping.interaction', 'x'),
      { type: 'ping.interaction', interactionId: null, outcome: 'kept' },
    ],
    [
      'an id longer than any',
      anEvent('interaction.completed', 'x'.repeat(20_000)),
      { type: 'interaction.completed', interactionId: null, outcome: 'kept' },
    ],
    // Random letters of four bytes: an index entry would be too large, and the delivery refused for a day.
    [
      'an id of many bytes',
      anEvent('interaction.completed', randomLetters(1_500)),
      { type: 'interaction.completed', interactionId: null, outcome: 'kept' },
    ],
  ];

  test('it is kept as it came, answered 204, and looked at once', async () => {
    await using world = await openWorld({ webhooks: 'none' });
    for (const [name, body, expected] of bodies) {
      const { id, status } = await world.deliver(body);
      expect([name, status]).toEqual([name, 204]);
      await world.settle();
      const event = await world.prisma.webhookEvent.findUniqueOrThrow({ where: { id } });
      expect([name, event.type, event.interactionId, event.outcome]).toEqual([
        name,
        expected.type,
        expected.interactionId,
        expected.outcome,
      ]);
      expect(Buffer.from(event.rawBody).equals(Buffer.from(body))).toBe(true);
    }
    expect(world.failed).toEqual([]);
    expect(await world.prisma.run.count()).toBe(0);
    expect(world.gemini.requests()).toEqual([]);
  });

  test('a long id that Gemini could have made is looked up', async () => {
    await using world = await openWorld({ webhooks: 'none' });
    const id = `v1_${randomAscii(1_900)}`;
    await world.deliver(anEvent('interaction.completed', `interactions/${id}`));
    await world.work();
    expect(world.gemini.requests({ operation: 'get' })).toMatchObject([{ interactionId: id }]);
  });

  test('an id goes into an address as one part, never as a path', async () => {
    await using world = await openWorld({ webhooks: 'none' });
    await world.deliver(anEvent('interaction.completed', '../webhooks/x?y=1#z'));
    await world.work();
    for (const { path } of world.gemini.requests())
      expect(path).toMatch(/^\/v1(?:beta)?\/interactions\/\.\.%2Fwebhooks%2Fx%3Fy%3D1%23z/);
  });

  test('the token in the address may be anything', async () => {
    await using world = await openWorld({ webhooks: 'none' });
    for (const run of ['%00', '%F0%9F%98%80', 'x'.repeat(5_000), '']) {
      expect(await world.deliver(anEvent('interaction.completed', 'v1_x'), { run })).toMatchObject({ status: 204 });
    }
  });
});

describe('what is refused is not stored', () => {
  const refused: [string, Record<string, string>][] = [
    ['a wrong signature', { 'webhook-signature': `v1,${Buffer.alloc(32).toString('base64')}` }],
    ['a time of long ago', { 'webhook-timestamp': '1000000000' }],
    ['a time to come', { 'webhook-timestamp': '9999999999' }],
    ['no signature', { 'webhook-signature': '' }],
    ['an id that could move the borders of what is signed', { 'webhook-id': 'a.b' }],
  ];
  test('what no key of ours has signed: 401, counted by reason', async () => {
    await using world = await openWorld({ webhooks: 'none' });
    for (const [name, headers] of refused) {
      const { status } = await world.deliver(anEvent('ping', 'x'), { headers });
      expect([name, status]).toEqual([name, 401]);
    }
    expect(await eventsOf(world)).toEqual([]);
    await expect
      .poll(
        async () =>
          (await world.prisma.webhookRefusal.findMany()).map(({ reason, count }) => `${count} ${reason}`).toSorted(),
        {
          timeout: 5_000,
        },
      )
      .toEqual(['1 malformed_header', '1 missing_header', '1 no_match', '2 stale']);
  });

  test('a body over 64 KiB: 413', async () => {
    await using world = await openWorld({ webhooks: 'none' });
    expect(await world.deliver(`{"type":"${'x'.repeat(64 * 1024)}"}`)).toMatchObject({ status: 413 });
    expect(await eventsOf(world)).toEqual([]);
  });

  test('the database is away: 503, so that it comes again; never 410', async () => {
    await using world = await openWorld({ webhooks: 'none' });
    await world.deliver(anEvent('ping', 'x')); // the secrets are known from now on
    await execute(world.adminUrl, 'alter table webhook_event rename to away');
    expect(await world.deliver(anEvent('ping', 'y'))).toMatchObject({ status: 503 });
  });
});

test('headers that are not the signature’s are not kept: a proxy may add secrets', async () => {
  await using world = await openWorld({ webhooks: 'none' });
  const { id } = await world.deliver(anEvent('ping', 'x'), {
    headers: { authorization: 'Bearer secret', cookie: 'session=secret', 'user-agent': 'Google' },
  });
  const { headers } = await world.prisma.webhookEvent.findUniqueOrThrow({ where: { id } });
  expect(Object.keys(headers as object).toSorted()).toEqual([
    'user-agent',
    'webhook-id',
    'webhook-signature',
    'webhook-timestamp',
  ]);
});

test('the envelope is read without believing it', () => {
  const read = (text: string) => readEnvelope(Buffer.from(text));
  expect(read(anEvent('interaction.completed', 'interactions/abc'))).toEqual({
    type: 'interaction.completed',
    interactionId: 'abc',
  });
  expect(read('{"type":"interaction.completed","data":{"id":""}}').interactionId).toBeNull();
  expect(read('{"type":"video.generated","data":{"id":"abc"}}').interactionId).toBeNull();
  expect(read(`{"type":"${'x'.repeat(201)}"}`).type).toBeNull();
  expect(read('\ufeff{"type":"ping"}').type).toBe('ping');
});

function randomAscii(length: number): string {
  return Array.from({ length }, () => 'abcdefghijklmnopqrstuvwxyz0123456789_-'[Math.floor(Math.random() * 38)]).join(
    '',
  );
}

function randomLetters(length: number): string {
  return Array.from({ length }, () => String.fromCodePoint(0x1f300 + Math.floor(Math.random() * 700))).join('');
}
