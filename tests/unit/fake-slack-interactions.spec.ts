import { createHmac } from 'node:crypto';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { isObject, type JsonObject } from '@/tests/fakes/gemini/wire';
import { type AppSink, type SinkRequest, startAppSink } from '@/tests/fakes/slack/app-sink';
import { sampleBlocks, sampleHome, sampleModal } from '@/tests/fakes/slack/samples';
import { defaults, type FakeSlack, startFakeSlack } from '@/tests/fakes/slack/server';
import { signatureHeaders } from '@/tests/fakes/slack/signing';
import { known } from '@/tests/fakes/slack/world';

let app: AppSink;
let fake: FakeSlack;

beforeAll(async () => {
  app = await startAppSink();
  fake = await startFakeSlack({ appUrl: app.url });
});
beforeEach(() => {
  fake.reset();
  app.requests.length = 0;
  app.answer = () => ({});
});
afterAll(async () => {
  await fake.close();
  await app.close();
});

const channel = known.approvals;
const user = known.marta;

async function call(method: string, args: JsonObject): Promise<JsonObject> {
  const response = await fetch(fake.apiUrl + method, {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8', authorization: `Bearer ${defaults.token}` },
    body: JSON.stringify(args),
  });
  return (await response.json()) as JsonObject;
}

async function posted(where: string = channel): Promise<string> {
  const { ts } = await call('chat.postMessage', { channel: where, text: 'Approval needed', blocks: sampleBlocks() });
  return String(ts);
}

function payload(request: SinkRequest | undefined): JsonObject {
  if (!isObject(request?.payload)) throw new Error('no request with a payload');
  return request.payload;
}

/** Opens a modal the way an app does: at the click on Reject. */
async function openModal(view = sampleModal()): Promise<JsonObject> {
  const ts = await posted();
  app.answer = async (request) => {
    expect((await call('views.open', { trigger_id: payload(request).trigger_id ?? '', view })).ok).toBe(true);
    return {};
  };
  await fake.click({ user, channel, ts, actionId: 'approval.reject' });
  app.answer = () => ({});
  const [modal] = fake.modals(user);
  if (modal === undefined) throw new Error('no modal was opened');
  return modal;
}

describe('signatures', () => {
  test('cover the bytes as sent, with the time in seconds', async () => {
    await fake.click({ user, channel, ts: await posted(), actionId: 'approval.approve' });
    const [request] = app.requests;
    if (request === undefined) throw new Error('nothing was sent');
    const { headers, body, method, path } = request;
    expect([method, path]).toEqual(['POST', '/api/slack/events']);
    const time = String(headers['x-slack-request-timestamp']);
    expect(Math.abs(Number(time) - Date.now() / 1_000)).toBeLessThan(5);
    const digest = createHmac('sha256', defaults.signingSecret).update(`v0:${time}:${body}`).digest('hex');
    expect(headers['x-slack-signature']).toBe(`v0=${digest}`);
    expect(headers['content-type']).toBe('application/x-www-form-urlencoded');
  });

  test('have the known value', () => {
    const body =
      'payload=%7B%22type%22%3A%22block_actions%22%2C%22team%22%3A%7B%22id%22%3A%22T01ACME0001%22%7D%2C%22user%22%3A%7B%22id%22%3A%22U01MARTA001%22%2C%22team_id%22%3A%22T01ACME0001%22%7D%2C%22api_app_id%22%3A%22A01HITL0001%22%2C%22trigger_id%22%3A%221.2.3%22%2C%22actions%22%3A%5B%7B%22type%22%3A%22button%22%2C%22action_id%22%3A%22approval.approve%22%2C%22block_id%22%3A%22decide%22%2C%22value%22%3A%22%7B%5C%22v%5C%22%3A1%2C%5C%22a%5C%22%3A%5C%22apr_01K2V7Q9C4T8%5C%22%2C%5C%22r%5C%22%3A1%7D%22%2C%22action_ts%22%3A%221795305788.411200%22%7D%5D%2C%22note%22%3A%22%C3%BCn%C3%AFcode%20%E2%9C%93%20%26%20%25%20%2B%22%7D';
    expect(signatureHeaders('sample-signing-secret-0123456789', 1_795_305_789, body)).toEqual({
      'x-slack-request-timestamp': '1795305789',
      'x-slack-signature': 'v0=2af06d4d1a87e4a5b8f8151a8f1f445ebb081bc30408d0ff62d04ad3929f5500',
    });
  });

  test('can be wrong or old on demand', async () => {
    const ts = await posted();
    fake.addFault({ on: 'delivery', kind: 'corrupt_signature' });
    await fake.click({ user, channel, ts, actionId: 'approval.reject' });
    fake.addFault({ on: 'delivery', kind: 'stale_timestamp', payload: 'block_actions' });
    await fake.click({ user, channel, ts, actionId: 'approval.reject' });
    const [corrupt, stale] = app.requests;
    const right = signatureHeaders(
      defaults.signingSecret,
      Number(corrupt?.headers['x-slack-request-timestamp']),
      corrupt?.body ?? '',
    );
    expect(corrupt?.headers['x-slack-signature']).not.toBe(right['x-slack-signature']);
    expect(Date.now() / 1_000 - Number(stale?.headers['x-slack-request-timestamp'])).toBeGreaterThan(300);
  });
});

describe('a click', () => {
  test('carries who, where, what, and the message as it was seen', async () => {
    const ts = await posted();
    const act = await fake.click({ user, channel, ts, actionId: 'approval.approve' });
    expect(act).toMatchObject({ accepted: true, status: 200, notice: null });
    const sent = payload(app.requests[0]);
    expect(sent).toEqual({
      type: 'block_actions',
      user: { id: user, username: 'marta', name: 'marta', team_id: known.team },
      api_app_id: defaults.appId,
      token: expect.any(String),
      container: { type: 'message', message_ts: ts, channel_id: channel, is_ephemeral: false },
      trigger_id: expect.stringMatching(/^\d+\.\d+\.[0-9a-f]{32}$/),
      team: { id: known.team, domain: 'acme' },
      enterprise: null,
      is_enterprise_install: false,
      channel: { id: channel, name: 'privategroup' },
      message: expect.objectContaining({ ts, text: 'Approval needed', blocks: sampleBlocks(), app_id: defaults.appId }),
      state: { values: {} },
      response_url: expect.stringContaining(`${fake.url}/actions/${known.team}/`),
      actions: [
        {
          type: 'button',
          action_id: 'approval.approve',
          block_id: 'decide',
          text: { type: 'plain_text', text: 'Approve', emoji: false },
          value: '{"v":1,"a":"apr_1","r":1}',
          style: 'primary',
          confirm: expect.anything(),
          action_ts: expect.stringMatching(/^\d+\.\d{6}$/),
        },
      ],
    });
  });

  test('is possible on what the message showed before, on its menu, and on nothing that is not there', async () => {
    const ts = await posted();
    await fake.click({ user, channel, ts, actionId: 'approval.more', value: 'escalate' });
    expect(payload(app.requests[0]).actions).toMatchObject([
      { type: 'overflow', selected_option: { value: 'escalate' } },
    ]);
    await call('chat.update', { channel, ts, text: 'Approved', blocks: sampleBlocks().slice(0, 3) });
    await expect(fake.click({ user, channel, ts, actionId: 'approval.approve' })).rejects.toThrow(
      'no approval.approve',
    );
    await fake.click({ user, channel, ts, actionId: 'approval.approve', version: 0 });
    expect(payload(app.requests[1]).message).toMatchObject({ text: 'Approval needed' });
  });

  test('by an outsider names our workspace as team and theirs at the user', async () => {
    const ts = await posted(known.shared);
    await fake.click({ user: known.outsider, channel: known.shared, ts, actionId: 'approval.approve' });
    expect(payload(app.requests[0])).toMatchObject({
      team: { id: known.team },
      user: { id: known.outsider, team_id: known.partnerTeam },
    });
  });

  test('in an organisation-wide installation has no team', async () => {
    const enterprise = { id: 'E01ACMEORG1', name: 'Acme Group' };
    fake.addTeam({ id: 'T02', name: 'Sister', enterprise });
    const { token, botUserId } = fake.install({ enterprise: enterprise.id });
    const place = fake.addChannel({ team: 'T02', name: 'ops', members: [botUserId], withBot: false });
    const sis = fake.addUser({ team: 'T02', name: 'sis', channels: [place.id] });
    const answer = await fetch(`${fake.apiUrl}chat.postMessage`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: new URLSearchParams({ channel: place.id, text: 'x', blocks: JSON.stringify(sampleBlocks()) }),
    });
    const { ts } = (await answer.json()) as { ts: string };
    await fake.click({ user: sis.id, channel: place.id, ts, actionId: 'approval.reject' });
    expect(payload(app.requests[0])).toMatchObject({ team: null, enterprise, is_enterprise_install: true });
  });

  test('that is not answered in time, or not well, is told to the person and not sent again', async () => {
    const ts = await posted();
    fake.setSwitches({ answerTimeoutMs: 40 });
    app.answer = () => ({ afterMs: 200 });
    const late = await fake.click({ user, channel, ts, actionId: 'approval.reject' });
    expect(late).toMatchObject({ accepted: false, status: null, error: 'operation_timeout' });
    expect(late.notice).toContain('trouble');
    app.answer = () => ({ status: 500 });
    expect(await fake.click({ user, channel, ts, actionId: 'approval.reject' })).toMatchObject({
      accepted: false,
      status: 500,
    });
    expect(app.requests).toHaveLength(2);
  });

  test('can be lost, doubled to the last bit, and overtaken by the next', async () => {
    const ts = await posted();
    const click = (actionId: string) => fake.click({ user, channel, ts, actionId });
    fake.addFault({ on: 'delivery', kind: 'drop' });
    expect(await click('approval.approve')).toMatchObject({ accepted: false, error: 'dropped' });
    fake.addFault({ on: 'delivery', kind: 'twice' });
    await click('approval.approve');
    const [first, second] = app.requests;
    expect([second?.body, second?.headers['x-slack-signature']]).toEqual([
      first?.body,
      first?.headers['x-slack-signature'],
    ]);
    app.requests.length = 0;
    fake.addFault({ on: 'delivery', kind: 'swap' });
    await Promise.all([click('approval.approve'), click('approval.reject')]);
    expect(app.requests.map((request) => JSON.stringify(payload(request).actions))).toMatchObject([
      expect.stringContaining('approval.reject'),
      expect.stringContaining('approval.approve'),
    ]);
    expect(await fake.idle()).toBe(true);
  });
});

describe('modals', () => {
  test('a trigger opens one modal, and only for a short time', async () => {
    const ts = await posted();
    const triggers: string[] = [];
    app.answer = (request) => {
      triggers.push(String(payload(request).trigger_id));
      return {};
    };
    const click = () => fake.click({ user, channel, ts, actionId: 'approval.reject' });
    const open = async () =>
      (await call('views.open', { trigger_id: triggers.at(-1) ?? '', view: sampleModal() })).error;
    await click();
    expect(await open()).toBeUndefined();
    expect(await open()).toBe('exchanged_trigger_id');
    await click();
    fake.advanceClock(3_001);
    expect(await open()).toBe('expired_trigger_id');
    fake.addFault({ on: 'delivery', kind: 'late_trigger', user });
    await click();
    expect(await open()).toBe('expired_trigger_id');
  });

  test('a submission sends every input, typed or not, with a fresh trigger', async () => {
    const modal = await openModal();
    const submission = await fake.submitModal({ user, values: { reason: 'Wrong invoice', amount: '12.5' } });
    expect(submission).toMatchObject({ outcome: 'closed', errors: {} });
    const sent = payload(app.requests.at(-1));
    expect(sent).toMatchObject({
      type: 'view_submission',
      trigger_id: expect.any(String),
      response_urls: [],
      view: {
        id: modal.id,
        callback_id: 'approval.reject',
        private_metadata: '{"a":"apr_1"}',
        app_installed_team_id: known.team,
        state: {
          values: {
            reason: { text: { type: 'plain_text_input', value: 'Wrong invoice' } },
            next: { next: { type: 'static_select', selected_option: { value: 'stop' } } },
            amount: { amount: { type: 'number_input', value: '12.5' } },
          },
        },
      },
    });
    expect(fake.modals(user)).toEqual([]);
  });

  test("what Slack's own client refuses never reaches the app", async () => {
    await openModal();
    const before = app.requests.length;
    const submit = (values: Record<string, string>) => fake.submitModal({ user, values });
    expect((await submit({})).errors).toEqual({ reason: 'Please complete this required field.' });
    expect((await submit({ reason: 'no' })).errors).toEqual({ reason: 'Please use at least 3 characters.' });
    expect((await submit({ reason: 'fine', amount: 'ten' })).errors).toEqual({
      amount: 'Please enter a valid number.',
    });
    expect((await submit({ reason: 'fine', amount: '0' })).outcome).toBe('refused');
    await expect(submit({ nothing: 'x' })).rejects.toThrow('no input in block');
    expect(app.requests).toHaveLength(before);
  });

  test('the app may keep, replace, stack and clear', async () => {
    await openModal();
    const answers: unknown[] = [
      { response_action: 'errors', errors: { reason: 'Say more.' } },
      { response_action: 'update', view: sampleModal({ callback_id: 'second' }) },
      { response_action: 'push', view: sampleModal({ callback_id: 'third' }) },
      { response_action: 'clear' },
    ];
    app.answer = () => ({ body: answers.shift() });
    const submit = async () => (await fake.submitModal({ user, values: { reason: 'because' } })).outcome;
    expect(await submit()).toBe('kept');
    expect(fake.modals(user)).toMatchObject([{ errors: { reason: 'Say more.' } }]);
    expect(await submit()).toBe('updated');
    expect(fake.modals(user)).toMatchObject([{ callback_id: 'second', errors: {} }]);
    expect(await submit()).toBe('pushed');
    const [below, top] = fake.modals(user);
    expect([below?.callback_id, top?.callback_id, top?.previous_view_id]).toEqual(['second', 'third', below?.id]);
    expect(await submit()).toBe('cleared');
    expect(fake.modals(user)).toEqual([]);
  });

  test.each([
    ['errors for a block that is no input', { response_action: 'errors', errors: { nowhere: 'x' } }],
    ['a view over a limit', { response_action: 'update', view: sampleModal({ private_metadata: 'x'.repeat(3_001) }) }],
    ['an unknown action', { response_action: 'dance' }],
    ['words', 'fine'],
  ])('%s is trouble for the person, and the modal stays', async (_name, body) => {
    await openModal();
    app.answer = () => ({ body });
    const submission = await fake.submitModal({ user, values: { reason: 'because' } });
    expect(submission).toMatchObject({ outcome: 'failed', act: { accepted: false } });
    expect(submission.act?.notice).toContain('trouble');
    expect(fake.modals(user)).toHaveLength(1);
  });

  test('three deep is the end', async () => {
    await openModal();
    app.answer = () => ({ body: { response_action: 'push', view: sampleModal() } });
    const submit = async () => (await fake.submitModal({ user, values: { reason: 'because' } })).outcome;
    expect([await submit(), await submit(), await submit()]).toEqual(['pushed', 'pushed', 'failed']);
  });

  test('closing is told only where the app asked, and the cross clears the stack', async () => {
    await openModal();
    app.answer = () => ({ body: { response_action: 'push', view: sampleModal({ notify_on_close: false }) } });
    await fake.submitModal({ user, values: { reason: 'because' } });
    app.answer = () => ({});
    expect(await fake.closeModal({ user })).toEqual([]);
    expect(fake.modals(user)).toHaveLength(1);
    const [act] = await fake.closeModal({ user, all: true });
    expect(act?.payload).toMatchObject({
      type: 'view_closed',
      is_cleared: true,
      view: { callback_id: 'approval.reject' },
    });
    expect(fake.modals(user)).toEqual([]);
    await expect(fake.submitModal({ user })).rejects.toThrow('no open modal');
  });

  test('an update by hash keeps what was typed, and a stale hash is refused', async () => {
    const modal = await openModal();
    const update = (hash: string) =>
      call('views.update', { view_id: modal.id ?? '', hash, view: sampleModal({ callback_id: 'new' }) });
    await fake.submitModal({ user, values: { reason: 'no' } });
    expect((await update(String(modal.hash))).ok).toBe(true);
    expect((await update(String(modal.hash))).error).toBe('hash_conflict');
    expect(fake.modals(user)).toMatchObject([
      { callback_id: 'new', state: { values: { reason: { text: { value: 'no' } } } } },
    ]);
  });
});

describe('response_url', () => {
  async function answerer(): Promise<(body: JsonObject) => Promise<{ status: number; text: string }>> {
    const ts = await posted();
    const act = await fake.click({ user, channel, ts, actionId: 'approval.reject' });
    return async (body) => {
      const response = await fetch(String(act.payload.response_url), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return { status: response.status, text: await response.text() };
    };
  }

  test('says something to the person alone unless told otherwise, or changes the message', async () => {
    const answer = await answerer();
    expect(await answer({ text: 'psst', replace_original: false })).toEqual({ status: 200, text: 'ok' });
    expect(fake.ephemerals({ user })).toMatchObject([{ text: 'psst' }]);
    await answer({ text: 'all', response_type: 'in_channel' });
    await answer({ text: 'changed', replace_original: true });
    expect(fake.messages(channel).map(({ text }) => text)).toEqual(['changed', 'all']);
    await answer({ delete_original: true });
    expect(fake.messages(channel).map(({ text }) => text)).toEqual(['all']);
    expect(fake.calls({ method: 'response_url' })).toHaveLength(4);
  });

  test('is good five times and for half an hour', async () => {
    const answer = await answerer();
    for (let use = 0; use < 5; use++) expect((await answer({ text: 'x' })).status).toBe(200);
    expect(await answer({ text: 'x' })).toEqual({ status: 404, text: 'used_url' });
    const second = await answerer();
    fake.advanceClock(30 * 60_000 + 1);
    expect(await second({ text: 'x' })).toEqual({ status: 404, text: 'expired_url' });
  });

  test('refuses what a message would refuse, and meets faults', async () => {
    const answer = await answerer();
    expect(await answer({})).toEqual({ status: 400, text: 'no_text' });
    expect((await answer({ blocks: [{ type: 'card' }] })).text).toContain('invalid_blocks');
    fake.addFault({ on: 'response_url', kind: 'server_error' });
    expect((await answer({ text: 'x' })).status).toBe(500);
  });
});

describe('commands, Home and menus', () => {
  test('a command is a form, and its answer is a note to the person', async () => {
    app.answer = () => ({ body: { response_type: 'ephemeral', text: '2 requests wait for you.' } });
    const act = await fake.slash({ user, channel: known.general, text: 'pending' });
    expect(act).toMatchObject({ accepted: true, notice: null });
    expect(payload(app.requests[0])).toMatchObject({
      command: '/approvals',
      text: 'pending',
      user_id: user,
      team_id: known.team,
      team_domain: 'acme',
      channel_id: known.general,
      channel_name: 'general',
      api_app_id: defaults.appId,
      is_enterprise_install: 'false',
      response_url: expect.stringContaining('/commands/'),
      trigger_id: expect.any(String),
    });
    expect(fake.ephemerals({ user })).toMatchObject([{ text: '2 requests wait for you.', channel: known.general }]);
  });

  test('a command fails in words, and outsiders have none', async () => {
    app.answer = () => ({ status: 500 });
    expect((await fake.slash({ user, channel: known.general })).notice).toContain('/approvals failed');
    await expect(fake.slash({ user: known.outsider, channel: known.shared })).rejects.toThrow('not installed');
    await expect(fake.slash({ user, channel: known.general, command: '/other' })).rejects.toThrow('not a command');
  });

  test('opening Home sends an event with what was published; clicks there have no message', async () => {
    expect((await fake.openHome(user))?.payload.event).toEqual({
      type: 'app_home_opened',
      user,
      channel: 'D01MARTA001',
      tab: 'home',
      event_ts: expect.any(String),
    });
    await call('views.publish', { user_id: user, view: sampleHome() });
    expect((await fake.openHome(user))?.payload).toMatchObject({
      event: { view: { type: 'home' } },
      team_id: known.team,
    });
    const review = { user, home: true, actionId: 'approval.review' };
    await expect(fake.click(review)).rejects.toThrow('2 blocks have approval.review');
    await fake.click({ ...review, blockId: 'row:apr_2' });
    const sent = payload(app.requests.at(-1));
    expect(sent).toMatchObject({
      container: { type: 'view' },
      view: { type: 'home' },
      actions: [{ block_id: 'row:apr_2' }],
    });
    for (const absent of ['channel', 'message', 'response_url']) expect(sent).not.toHaveProperty(absent);
  });

  test('a menu asks the app for its options', async () => {
    const menu = { type: 'external_select', action_id: 'who', min_query_length: 1 };
    const { ts } = await call('chat.postMessage', {
      channel,
      text: 'x',
      blocks: [{ type: 'actions', block_id: 'b', elements: [menu] }],
    });
    app.answer = () => ({ body: { options: [{ text: { type: 'plain_text', text: 'Denis' }, value: 'd' }] } });
    const act = await fake.suggest({ user, channel, ts: String(ts), actionId: 'who', value: 'de' });
    expect(act.json).toMatchObject({ options: [{ value: 'd' }] });
    expect(payload(app.requests[0])).toMatchObject({
      type: 'block_suggestion',
      action_id: 'who',
      block_id: 'b',
      value: 'de',
    });
  });
});

describe('events', () => {
  test('a failed event comes again at once, after a minute and after five, with the same id', async () => {
    app.answer = () => ({ status: 503 });
    const delivery = await fake.event({ event: { type: 'app_home_opened', user, tab: 'home' }, user });
    await fake.idle();
    for (const ms of [1, 60_000, 300_000, 3_600_000]) {
      fake.advanceClock(ms);
      await fake.idle();
    }
    const retries = app.requests.map(({ headers }) => [headers['x-slack-retry-num'], headers['x-slack-retry-reason']]);
    expect(retries).toEqual([
      [undefined, undefined],
      ['1', 'http_error'],
      ['2', 'http_error'],
      ['3', 'http_error'],
    ]);
    expect(new Set(app.requests.map((request) => payload(request).event_id)).size).toBe(1);
    expect(fake.deliveries({ kind: 'event' })).toMatchObject([{ sequence: delivery.sequence, state: 'failed' }]);
  });

  test('an app can ask not to be told again', async () => {
    app.answer = () => ({ status: 500, headers: { 'x-slack-no-retry': '1' } });
    expect((await fake.event({ event: { type: 'x' } })).state).toBe('failed');
  });

  test('uninstalling kills the token and tells in two events', async () => {
    await fake.uninstall();
    const types = app.requests.map((request) => (payload(request).event as JsonObject).type);
    expect(types.sort()).toEqual(['app_uninstalled', 'tokens_revoked']);
    expect((await call('auth.test', {})).error).toBe('account_inactive');
  });

  test('the address is verified by a signed challenge; the check of the certificate is not signed', async () => {
    app.answer = (request) => ({ body: { challenge: payload(request).challenge } });
    expect((await fake.verifyUrl()).verified).toBe(true);
    expect(app.requests[0]?.headers['x-slack-signature']).toMatch(/^v0=/);
    app.answer = () => ({ body: 'something else' });
    expect((await fake.verifyUrl()).verified).toBe(false);
    await fake.sslCheck();
    expect(app.requests[2]?.headers).not.toHaveProperty('x-slack-signature');
    expect(payload(app.requests[2])).toMatchObject({ ssl_check: '1' });
  });
});

describe('OAuth', () => {
  const redirect = () => `${app.url}/api/slack/oauth_redirect`;
  const authorizeUrl = (path: string, more: Record<string, string>) =>
    `${fake.url}${path}?${new URLSearchParams({ client_id: defaults.clientId, redirect_uri: redirect(), state: 's1', ...more })}`;
  const exchange = (method: string, code: string, more: Record<string, string> = {}) =>
    fetch(fake.apiUrl + method, {
      method: 'POST',
      body: new URLSearchParams({
        client_id: defaults.clientId,
        client_secret: defaults.clientSecret,
        redirect_uri: redirect(),
        code,
        ...more,
      }),
    }).then((response) => response.json() as Promise<JsonObject>);
  const codeFrom = (location: string) => new URL(location).searchParams.get('code') ?? '';

  test('installing gives a code that counts once, and a token for that workspace', async () => {
    const url = authorizeUrl('/oauth/v2/authorize', { scope: 'chat:write,commands' });
    const { location } = fake.authorize({ url, user: known.partnerAdmin });
    expect(new URL(location).searchParams.get('state')).toBe('s1');
    const code = codeFrom(location);
    expect((await exchange('oauth.v2.access', code, { client_secret: 'x' })).error).toBe('bad_client_secret');
    expect((await exchange('oauth.v2.access', code, { redirect_uri: app.url })).error).toBe('bad_redirect_uri');
    const installed = await exchange('oauth.v2.access', code);
    expect(installed).toMatchObject({
      ok: true,
      token_type: 'bot',
      scope: 'chat:write,commands',
      team: { id: known.partnerTeam, name: 'Partner' },
      authed_user: { id: known.partnerAdmin },
      enterprise: null,
      is_enterprise_install: false,
    });
    expect((await exchange('oauth.v2.access', code)).error).toBe('code_already_used');
    expect((await exchange('oauth.v2.access', 'x')).error).toBe('invalid_code');
    const headers = { authorization: `Bearer ${String(installed.access_token)}` };
    const who = await fetch(`${fake.apiUrl}auth.test`, { method: 'POST', headers });
    expect(await who.json()).toMatchObject({ ok: true, team_id: known.partnerTeam });
  });

  test('the page lets a person allow or cancel, and refuses an address that is not ours', async () => {
    const url = authorizeUrl('/oauth/v2/authorize', { scope: 'chat:write' });
    expect(await (await fetch(url)).text()).toContain('Install Agent Approvals');
    const answer = (choice: string) =>
      fetch(url, {
        method: 'POST',
        redirect: 'manual',
        body: new URLSearchParams({ user: known.admin, answer: choice }),
      });
    expect((await answer('allow')).headers.get('location')).toContain(`${redirect()}?state=s1&code=`);
    expect((await answer('cancel')).headers.get('location')).toBe(`${redirect()}?state=s1&error=access_denied`);
    const elsewhere = await fetch(url.replace(encodeURIComponent(app.url), encodeURIComponent('https://evil.example')));
    expect([elsewhere.status, await elsewhere.text()]).toEqual([
      400,
      expect.stringContaining('redirect_uri did not match'),
    ]);
  });

  test('signing in gives an id token that verifies, with nonce and Slack ids', async () => {
    const url = authorizeUrl('/openid/connect/authorize', {
      scope: 'openid email profile',
      response_type: 'code',
      nonce: 'n1',
    });
    const code = codeFrom(fake.authorize({ url, user }).location);
    const tokens = await exchange('openid.connect.token', code);
    const keys = createRemoteJWKSet(new URL(`${fake.url}/openid/connect/keys`));
    const { payload: claims } = await jwtVerify(String(tokens.id_token), keys, {
      issuer: 'https://slack.com',
      audience: defaults.clientId,
    });
    expect(claims).toMatchObject({
      sub: user,
      nonce: 'n1',
      'https://slack.com/user_id': user,
      'https://slack.com/team_id': known.team,
      email: 'marta@acme.example',
      email_verified: true,
    });
    const headers = { authorization: `Bearer ${String(tokens.access_token)}` };
    const info = await fetch(`${fake.apiUrl}openid.connect.userInfo`, { method: 'POST', headers });
    expect(await info.json()).toMatchObject({ ok: true, sub: user });
  });
});
