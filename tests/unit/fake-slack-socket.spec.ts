import { App, LogLevel } from '@slack/bolt';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { isObject, type JsonObject } from '@/tests/fakes/gemini/wire';
import { sampleBlocks, sampleModal } from '@/tests/fakes/slack/samples';
import { defaults, type FakeSlack, startFakeSlack } from '@/tests/fakes/slack/server';
import { known } from '@/tests/fakes/slack/world';

let fake: FakeSlack;
const sockets: WebSocket[] = [];

beforeAll(async () => {
  fake = await startFakeSlack({ switches: { transport: 'socket', answerTimeoutMs: 200 } });
});
beforeEach(() => fake.reset());
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.close();
  await expect.poll(() => fake.sockets()).toEqual([]);
});
afterAll(() => fake.close());

const channel = known.approvals;
const user = known.marta;

async function call(method: string, args: JsonObject, token: string = defaults.token): Promise<JsonObject> {
  const response = await fetch(fake.apiUrl + method, {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8', authorization: `Bearer ${token}` },
    body: JSON.stringify(args),
  });
  return (await response.json()) as JsonObject;
}

async function posted(): Promise<string> {
  return String((await call('chat.postMessage', { channel, text: 'x', blocks: sampleBlocks() })).ts);
}

type Client = { socket: WebSocket; received: JsonObject[]; answer: (envelope: JsonObject) => JsonObject | null };

/** A client by hand: acknowledges every envelope with what `answer` gives, or not at all for null. */
async function connect(): Promise<Client> {
  const { url } = await call('apps.connections.open', {}, defaults.appToken);
  const socket = new WebSocket(String(url));
  sockets.push(socket);
  const client: Client = { socket, received: [], answer: () => ({}) };
  socket.onmessage = ({ data }) => {
    const message: unknown = JSON.parse(String(data));
    if (!isObject(message)) return;
    client.received.push(message);
    if (message.envelope_id === undefined) return;
    const payload = client.answer(message);
    if (payload !== null) socket.send(JSON.stringify({ envelope_id: message.envelope_id, payload }));
  };
  await expect.poll(() => client.received[0]?.type).toBe('hello');
  return client;
}

describe('a connection', () => {
  test('is greeted, and its address counts once', async () => {
    const client = await connect();
    expect(client.received[0]).toMatchObject({ num_connections: 1, connection_info: { app_id: defaults.appId } });
    const used = new WebSocket(client.socket.url);
    await new Promise((resolve) => {
      used.onerror = resolve;
    });
    expect(fake.sockets()).toHaveLength(1);
  });

  test('carries clicks, commands and events as the same objects as HTTP, and their answers back', async () => {
    const client = await connect();
    const ts = await posted();
    expect(await fake.click({ user, channel, ts, actionId: 'approval.approve' })).toMatchObject({
      accepted: true,
      body: '',
    });
    client.answer = () => ({ text: 'hi' });
    await fake.slash({ user, channel });
    client.answer = () => ({});
    await fake.openHome(user);
    const envelopes = client.received.slice(1);
    expect(envelopes).toMatchObject([
      { type: 'interactive', accepts_response_payload: true, payload: { type: 'block_actions', user: { id: user } } },
      { type: 'slash_commands', accepts_response_payload: true, payload: { command: '/approvals' } },
      {
        type: 'events_api',
        accepts_response_payload: false,
        retry_attempt: 0,
        retry_reason: '',
        payload: { event: { type: 'app_home_opened' } },
      },
    ]);
    expect(fake.ephemerals({ user })).toMatchObject([{ text: 'hi' }]);
    expect(fake.sockets()).toMatchObject([{ envelopes: 3, acknowledged: 3 }]);
  });

  test('answers a submission with errors', async () => {
    const client = await connect();
    const ts = await posted();
    client.answer = (envelope) => {
      const payload = isObject(envelope.payload) ? envelope.payload : {};
      if (payload.type === 'block_actions')
        void call('views.open', { trigger_id: payload.trigger_id ?? '', view: sampleModal() });
      return payload.type === 'view_submission' ? { response_action: 'errors', errors: { reason: 'More.' } } : {};
    };
    await fake.click({ user, channel, ts, actionId: 'approval.reject' });
    await expect.poll(() => fake.modals(user)).toHaveLength(1);
    const submission = await fake.submitModal({ user, values: { reason: 'because' } });
    expect(submission).toMatchObject({ outcome: 'kept', errors: { reason: 'More.' } });
  });

  test('that is not there, or does not answer, is trouble; an event comes again', async () => {
    const ts = await posted();
    const click = () => fake.click({ user, channel, ts, actionId: 'approval.approve' });
    expect(await click()).toMatchObject({ accepted: false, error: 'no_connection' });
    const client = await connect();
    client.answer = () => null;
    expect(await click()).toMatchObject({ accepted: false, error: 'operation_timeout' });
    const sent = fake.event({ event: { type: 'app_home_opened' } });
    await expect.poll(() => client.received.length).toBe(3);
    client.answer = () => ({});
    await sent;
    await expect.poll(() => fake.deliveries({ kind: 'event' })[0]?.state).toBe('answered');
    expect(client.received.at(-1)).toMatchObject({ retry_attempt: 1, retry_reason: 'http_timeout' });
  });

  test('is one of several, which take turns, and closing one loses nothing of the others', async () => {
    const [first, second] = [await connect(), await connect()];
    const ts = await posted();
    const click = () => fake.click({ user, channel, ts, actionId: 'approval.approve' });
    for (let turn = 0; turn < 4; turn++) await click();
    expect([first.received.length, second.received.length]).toEqual([3, 3]);
    fake.disconnectSocket({ reason: 'warning', index: fake.sockets()[0]?.index });
    fake.disconnectSocket({ reason: 'refresh_requested', index: fake.sockets()[0]?.index });
    expect((await click()).accepted).toBe(true);
    await expect
      .poll(() => first.received.slice(-2))
      .toMatchObject([
        { type: 'disconnect', reason: 'warning' },
        { type: 'disconnect', reason: 'refresh_requested' },
      ]);
    await expect.poll(() => first.socket.readyState).toBe(WebSocket.CLOSED);
    expect(second.received).toHaveLength(4);
  });

  test('can be cut without a word, in the middle of a request too', async () => {
    const client = await connect();
    const ts = await posted();
    client.answer = () => {
      fake.cutSocket();
      return null;
    };
    expect(await fake.click({ user, channel, ts, actionId: 'approval.approve' })).toMatchObject({
      accepted: false,
      error: 'closed',
    });
  });

  test('is one too many after ten', async () => {
    await Promise.all(Array.from({ length: 10 }, connect));
    const { url } = await call('apps.connections.open', {}, defaults.appToken);
    const extra = new WebSocket(String(url));
    const data = await new Promise((resolve) => {
      extra.onmessage = (message) => resolve(message.data);
    });
    expect(JSON.parse(String(data))).toMatchObject({ type: 'disconnect', reason: 'too_many_websockets' });
  });
});

test('Bolt itself connects, takes a click, opens a modal and answers its submission', async () => {
  const app = new App({
    authorize: async () => ({ botToken: defaults.token, botId: 'B01HITLBOT1', botUserId: known.bot }),
    appToken: defaults.appToken,
    socketMode: true,
    convoStore: false,
    logLevel: LogLevel.ERROR,
    clientOptions: { slackApiUrl: fake.apiUrl, retryConfig: { retries: 0 }, timeout: 2_000 },
  });
  const view = sampleModal() as never; // its shape is held against Block Kit elsewhere
  app.action('approval.reject', async ({ ack, body, client }) => {
    await ack();
    if ('trigger_id' in body) await client.views.open({ trigger_id: body.trigger_id, view });
  });
  app.view('approval.reject', async ({ ack }) => {
    await ack({ response_action: 'errors', errors: { reason: 'Say more.' } });
  });
  app.command('/approvals', async ({ ack }) => ack('nothing waits'));
  await app.start();
  try {
    const ts = await posted();
    const act = await fake.click({ user, channel, ts, actionId: 'approval.reject' });
    expect(act.accepted).toBe(true);
    await expect.poll(() => fake.modals(user)).toHaveLength(1);
    expect(await fake.submitModal({ user, values: { reason: 'because' } })).toMatchObject({ outcome: 'kept' });
    expect((await fake.slash({ user, channel })).json).toEqual({ text: 'nothing waits' });
  } finally {
    await app.stop();
  }
});
