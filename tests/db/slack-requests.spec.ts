import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { forgetAccounts } from '@/lib/slack/identity';
import { receive } from '@/lib/slack/receive';
import { defaults } from '@/tests/fakes/slack/server';
import { signedRequest } from '@/tests/support/slack-signed';
import { known, openSlack, type SlackWorld } from './slack-fixture';

let world: SlackWorld;
beforeAll(async () => {
  world = await openSlack();
});
afterAll(async () => {
  expect(world.problems()).toEqual([]);
  await world.close();
});
beforeEach(() => forgetAccounts());

const form = (payload: unknown) => new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
const sign = (body: string | Buffer, at = Math.floor(Date.now() / 1000), secret: string = defaults.signingSecret) => ({
  'x-slack-request-timestamp': String(at),
  'x-slack-signature': `v0=${createHmac('sha256', secret).update(`v0:${at}:`).update(body).digest('hex')}`,
});

const send = async (
  body: string | Buffer,
  headers: Record<string, string>,
  type = 'application/x-www-form-urlencoded; charset=utf-8',
  method = 'POST',
) => {
  const work: Promise<unknown>[] = [];
  const answer = await receive(
    world.services,
    new Request('http://localhost/api/slack/events', {
      method,
      headers: { 'content-type': type, ...headers },
      ...(method === 'GET' ? {} : { body: typeof body === 'string' ? body : new Uint8Array(body) }),
    }),
    (more) => work.push(more),
  );
  await Promise.all(work);
  return { status: answer.status, body: await answer.text() };
};
const signed = (body: string, type?: string) => send(body, sign(body), type);

const click = (change: Record<string, unknown> = {}) => ({
  type: 'block_actions',
  user: { id: known.marta, name: 'marta', team_id: known.team },
  api_app_id: defaults.appId,
  team: { id: known.team, domain: 'acme' },
  enterprise: null,
  is_enterprise_install: false,
  container: { type: 'message', channel_id: known.approvals, message_ts: '1.2', is_ephemeral: false },
  channel: { id: known.approvals },
  message: { bot_id: 'B01HITLBOT1' },
  trigger_id: '1.2.3',
  actions: [
    { type: 'button', action_id: 'approval.open', block_id: 'decide', value: '{}', action_ts: String(Math.random()) },
  ],
  ...change,
});

describe('what is refused at the door', () => {
  test('every request whose signature does not fit its bytes', async () => {
    const body = form(click());
    const now = Math.floor(Date.now() / 1000);
    const good = sign(body, now);
    const bad: Record<string, string>[] = [
      {},
      { ...good, 'x-slack-signature': good['x-slack-signature'].replace('v0=', 'v1=') },
      { ...good, 'x-slack-signature': good['x-slack-signature'].toUpperCase() },
      { ...good, 'x-slack-request-timestamp': String(now + 1) },
      { ...good, 'x-slack-request-timestamp': `${now}.0` },
      sign(body, now - 301),
      sign(body, now + 302),
      sign(body, now, 'another secret of some length'),
      sign(`${body} `, now),
    ];
    for (const headers of bad) expect(await send(body, headers)).toEqual({ status: 401, body: '' });
    expect(await send(body, good)).toEqual({ status: 200, body: '' });
  });

  test('other methods, bodies that are too large, and bodies that are not what they say', async () => {
    expect((await send('', {}, 'text/plain', 'GET')).status).toBe(405);
    const large = 'x'.repeat(6 * 1024 * 1024);
    expect((await signed(large)).status).toBe(413);
    expect((await signed('{"broken"', 'application/json')).status).toBe(400);
    expect((await signed('payload={"broken"')).status).toBe(400);
    expect((await signed(`${form(click())}&command=%2Fcountersign`)).status).toBe(400);
    expect((await signed(`${form(click())}&${form(click())}`)).status).toBe(400);
    expect((await signed('hello', 'text/plain')).status).toBe(400);
    const notText = Buffer.from([0x7b, 0xff, 0x7d]);
    expect((await send(notText, sign(notText), 'application/json')).status).toBe(400);
    expect((await send('ssl_check=1', {})).status).toBe(401);
  });

  test('an honest click with the largest message passes', async () => {
    const blocks = Array.from({ length: 50 }, () => ({
      type: 'section',
      text: { type: 'mrkdwn', text: 'ß'.repeat(3_000) },
    }));
    const body = form(click({ message: { bot_id: 'B01HITLBOT1', blocks } }));
    expect(body.length).toBeGreaterThan(800_000);
    expect((await signed(body)).status).toBe(200);
  });

  test('a payload with any field missing that its kind must have', async () => {
    const must = ['type', 'user', 'api_app_id', 'container', 'trigger_id', 'actions'];
    for (const field of must) {
      const { [field]: _gone, ...rest } = click() as Record<string, unknown>;
      expect((await signed(form(rest))).status, field).toBe(400);
    }
    const wrong = [
      click({ team: null, enterprise: null }),
      click({ actions: [] }),
      click({ actions: [...click().actions, ...click().actions] }),
      click({ event: { type: 'app_home_opened' } }),
      click({ type: 'something_else' }),
      click({ user: { name: 'marta' } }),
      click({ container: { type: 'view', view_id: 'V1' } }),
      [],
      null,
      'text',
      {},
      { type: 'event_callback', api_app_id: defaults.appId, team_id: known.team, event_id: 'Ev1', event: null },
    ];
    for (const body of wrong) expect((await signed(form(body))).status, JSON.stringify(body)).toBe(400);
  });

  test('a workspace where we are not installed, and another app', async () => {
    expect((await signed(form(click({ team: { id: 'T0STRANGER1' } })))).status).toBe(403);
    await world.prisma.slackInstallation.updateMany({ data: { appId: defaults.appId } });
    expect((await signed(form(click({ api_app_id: 'A0OTHERAPP1' })))).status).toBe(403);
  });
});

describe('what is answered', () => {
  test('the challenge, when it is signed', async () => {
    const body = JSON.stringify({ type: 'url_verification', challenge: 'abc', token: 'x' });
    expect(await signed(body, 'application/json')).toEqual({ status: 200, body: '{"challenge":"abc"}' });
    expect((await send(body, {}, 'application/json')).status).toBe(401);
  });

  test('an exact repeat is answered and does nothing', async () => {
    await world.link(known.marta);
    const { approval, ts } = await world.posted();
    const { blocks } = world.slack.message({ channel: known.approvals, ts });
    const actions = blocks.find(({ block_id }) => block_id === 'decide')?.elements as {
      action_id: string;
      value: string;
    }[];
    const value = actions.find(({ action_id }) => action_id === 'approval.approve')?.value ?? '';
    const body = form(
      click({
        actions: [{ type: 'button', action_id: 'approval.approve', block_id: 'decide', value, action_ts: '9.9' }],
      }),
    );
    const headers = sign(body);
    expect((await send(body, headers)).status).toBe(200);
    expect((await world.approvalOf(approval.id)).status).toBe('approved');
    const before = await world.prisma.auditEntry.count();
    expect(await send(body, headers)).toEqual({ status: 200, body: '' });
    expect(await world.prisma.auditEntry.count()).toBe(before);
  });

  test('a button, a form and a menu that nobody knows any more, at once and honestly', async () => {
    const began = Date.now();
    const unknown = click({
      actions: [{ type: 'button', action_id: 'gone.action', block_id: 'x', value: 'x', action_ts: '3.3' }],
    });
    expect(await signed(form(unknown))).toEqual({ status: 200, body: '' });
    const { actions: _actions, container: _container, ...rest } = click();
    const view = { id: 'V1', type: 'modal', callback_id: 'gone.form', private_metadata: '', state: { values: {} } };
    const form_ = await signed(form({ ...rest, type: 'view_submission', view }));
    expect(JSON.parse(form_.body)).toMatchObject({ response_action: 'update', view: { type: 'modal' } });
    expect(form_.body).toContain('nothing was recorded');
    const menu = await signed(form({ ...rest, type: 'block_suggestion', action_id: 'gone', value: 'a' }));
    expect(JSON.parse(menu.body)).toEqual({ options: [] });
    expect(Date.now() - began).toBeLessThan(2_000);
  });

  test('an event once, however often it comes', async () => {
    const event = (id: string) =>
      JSON.stringify({
        type: 'event_callback',
        api_app_id: defaults.appId,
        team_id: known.team,
        event_id: id,
        authorizations: [{ team_id: known.team, enterprise_id: null, is_enterprise_install: false }],
        event: { type: 'app_home_opened', user: known.marta, tab: 'home', channel: 'D1', event_ts: '1.1' },
      });
    const published = () => world.slack.calls({ method: 'views.publish' }).length;
    const before = published();
    const at = Math.floor(Date.now() / 1000);
    expect((await send(event('Ev77'), sign(event('Ev77'), at), 'application/json')).status).toBe(200);
    expect((await send(event('Ev77'), sign(event('Ev77'), at - 1), 'application/json')).status).toBe(200);
    expect(published()).toBe(before + 1);
  });

  test('with an error within three seconds when the database does not answer', async () => {
    const pool = { query: () => new Promise(() => undefined) } as never;
    const { method, headers, body } = signedRequest(click());
    const answer = await receive(
      { ...world.services, db: { ...world.services.db, pool } },
      new Request('http://localhost/api/slack/events', { method, headers, body }),
      () => undefined,
    );
    expect({ status: answer.status, body: await answer.text() }).toEqual({ status: 500, body: '' });
  });

  test('within three seconds when Slack itself does not answer us', async () => {
    forgetAccounts();
    const { approval } = await world.posted();
    world.slack.addFault({ on: 'users.info', kind: 'hang', times: 3 });
    const { actions: _actions, container: _container, ...rest } = click();
    const view = {
      id: 'V1',
      type: 'modal',
      callback_id: 'approval.reject',
      private_metadata: JSON.stringify({ v: 1, a: approval.id, r: '0'.repeat(16), c: null, ts: null }),
      state: {
        values: { reason: { v: { value: 'No, not this' } }, next: { v: { selected_option: { value: 'stop' } } } },
      },
    };
    const began = Date.now();
    const answer = await receive(
      world.services,
      new Request('http://localhost/api/slack/events', {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          ...sign(form({ ...rest, type: 'view_submission', view })),
        },
        body: form({ ...rest, type: 'view_submission', view }),
      }),
      () => undefined,
    );
    expect(Date.now() - began).toBeLessThan(3_000);
    expect(await answer.text()).toMatch(/could not be asked who you are|Still working/);
    world.slack.clearFaults();
    expect((await world.approvalOf(approval.id)).status).toBe('pending');
  });
});
