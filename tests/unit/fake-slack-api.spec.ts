import { ErrorCode, type KnownBlock, type Logger, LogLevel, type ModalView, WebClient } from '@slack/web-api';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createControlClient } from '@/tests/fakes/slack/control-client';
import { sampleBlocks, sampleHome, sampleModal } from '@/tests/fakes/slack/samples';
import { defaults, type FakeSlack, startFakeSlack } from '@/tests/fakes/slack/server';
import { known } from '@/tests/fakes/slack/world';

let fake: FakeSlack;
let slack: WebClient;

beforeAll(async () => {
  fake = await startFakeSlack();
  slack = clientWith(defaults.token);
});
beforeEach(() => fake.reset());
afterAll(() => fake.close());

const channel = known.approvals;
const blocks = sampleBlocks() as unknown as KnownBlock[]; // its shape is what the tests are about
const modal = sampleModal() as unknown as ModalView;

const nothing = () => undefined;
const silent: Logger = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  setLevel: nothing,
  getLevel: () => LogLevel.ERROR,
  setName: nothing,
};

function clientWith(token: string): WebClient {
  const retryConfig = { retries: 0 };
  const options = { retryConfig, rejectRateLimitedCalls: true, timeout: 300, logger: silent };
  return new WebClient(token, { slackApiUrl: fake.apiUrl, ...options });
}

/** What the platform refused with: its word, and whatever came along. */
async function refusal(call: Promise<unknown>): Promise<Record<string, unknown>> {
  const error: unknown = await call.then(
    () => {
      throw new Error('it was not refused');
    },
    (reason: unknown) => reason,
  );
  const { data } = error as { data?: Record<string, unknown> };
  if (data === undefined) throw error;
  return data;
}

async function raw(method: string, init: RequestInit) {
  const response = await fetch(`${fake.apiUrl}${method}`, { method: 'POST', ...init });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

const post = (text: string) => slack.chat.postMessage({ channel, text, blocks });

describe('who is calling', () => {
  test('the bot learns who and where it is', async () => {
    expect(await slack.auth.test()).toMatchObject({
      team_id: known.team,
      user_id: known.bot,
      bot_id: 'B01HITLBOT1',
      url: `${fake.url}/`,
      is_enterprise_install: false,
    });
  });

  test.each([
    [undefined, 'not_authed'],
    ['xoxb-unknown', 'invalid_auth'],
    [defaults.appToken, 'not_allowed_token_type'],
  ])('with the token %s: %s', async (token, error) => {
    const headers = token === undefined ? undefined : { authorization: `Bearer ${token}` };
    expect(await raw('auth.test', headers === undefined ? {} : { headers })).toMatchObject({
      status: 200,
      body: { ok: false, error },
    });
  });

  test('a revoked token and an uninstalled app are told apart', async () => {
    await fake.revokeToken();
    expect(await refusal(slack.auth.test())).toMatchObject({ error: 'token_revoked' });
    const { token } = fake.install({});
    expect((await clientWith(token).auth.test()).ok).toBe(true);
    await fake.uninstall();
    expect(await refusal(clientWith(token).auth.test())).toMatchObject({ error: 'account_inactive' });
  });

  test('a missing scope is named', async () => {
    const { token } = fake.install({ scopes: ['chat:write', 'commands'] });
    expect(await refusal(clientWith(token).users.info({ user: known.marta }))).toMatchObject({
      error: 'missing_scope',
      needed: 'users:read',
      provided: 'chat:write,commands',
    });
  });

  test('the app-level token counts in the header alone', async () => {
    const body = new URLSearchParams({ token: defaults.appToken });
    expect((await raw('apps.connections.open', { body })).body.error).toBe('not_authed');
    const opened = await raw('apps.connections.open', { headers: { authorization: `Bearer ${defaults.appToken}` } });
    expect(opened.body.url).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/link\/\?ticket=/);
  });
});

describe('arguments', () => {
  const authorization = `Bearer ${defaults.token}`;

  test('forms and JSON mean the same, and blocks may be a string in either', async () => {
    const asText = JSON.stringify(blocks);
    const json = { 'content-type': 'application/json; charset=utf-8', authorization };
    for (const init of [
      { headers: { authorization }, body: new URLSearchParams({ channel, text: 'x', blocks: asText }) },
      { headers: json, body: JSON.stringify({ channel, text: 'x', blocks }) },
      { headers: json, body: JSON.stringify({ channel, text: 'x', blocks: asText }) },
    ])
      expect((await raw('chat.postMessage', init)).body.ok).toBe(true);
    expect(fake.messages(channel).map((message) => message.blocks)).toEqual([blocks, blocks, blocks]);
    expect(fake.calls().map((call) => call.args.blocks)).toEqual([blocks, blocks, blocks]);
  });

  test.each([
    ['text/plain', 'x', 'invalid_post_type'],
    ['application/json', '{', 'invalid_json'],
    ['application/json', '[]', 'json_not_object'],
    ['application/json', '{}', 'invalid_arguments'],
    ['application/json', '{"channel":"C01APPROVE1","blocks":"[broken"}', 'invalid_blocks_format'],
  ])('%s %s: %s', async (contentType, body, error) => {
    const headers = { 'content-type': contentType, authorization };
    expect((await raw('chat.postMessage', { headers, body })).body.error).toBe(error);
  });

  test('an unknown method, and members that no method has', async () => {
    expect((await raw('chat.shout', { headers: { authorization } })).body.error).toBe('unknown_method');
    await raw('chat.postMessage', {
      headers: { authorization },
      body: new URLSearchParams({ channel, text: 'x', txet: 'x' }),
    });
    expect(fake.calls({ method: 'chat.postMessage' })[0]?.unknownArguments).toEqual(['txet']);
  });

  test('neither tokens nor secrets stay in the list of calls', async () => {
    await raw('auth.test', { body: new URLSearchParams({ token: defaults.token }) });
    expect(JSON.stringify(fake.calls())).not.toContain(defaults.token);
  });
});

describe('messages', () => {
  test('a message gets its place, an increasing time, and ids where it has none', async () => {
    const [first, second] = [await post('first'), await post('second')];
    expect(Number(second.ts)).toBeGreaterThan(Number(first.ts));
    expect(first).toMatchObject({ channel, message: { text: 'first', bot_id: 'B01HITLBOT1', team: known.team } });
    const bare = await slack.chat.postMessage({ channel, blocks: [{ type: 'divider' }] });
    expect(fake.message({ channel, ts: String(bare.ts) }).blocks[0]?.block_id).toEqual(expect.any(String));
  });

  test.each([
    [{ channel: 'C0UNKNOWN' }, 'channel_not_found'],
    [{ channel: known.withoutBot }, 'not_in_channel'],
    [{ channel: known.archived }, 'is_archived'],
    [{ channel: known.outsider }, 'channel_not_found'],
    [{ channel: known.gone }, 'channel_not_found'],
    [{ text: '' }, 'no_text'],
    [{ thread_ts: '1.000001' }, 'thread_not_found'],
    [{ metadata: { event_type: 'x' } }, 'invalid_metadata_schema'],
  ])('%o: %s', async (given, error) => {
    const call = slack.apiCall('chat.postMessage', { channel, text: 'x', ...given });
    expect(await refusal(call)).toMatchObject({ error });
  });

  test('a private channel that the bot was removed from is not there', async () => {
    fake.kick({ channel });
    expect(await refusal(post('x'))).toMatchObject({ error: 'channel_not_found' });
  });

  test('a person is reached by their id, unless messages to the app are off', async () => {
    const sent = await slack.chat.postMessage({ channel: known.marta, text: 'hello' });
    expect(sent.channel).toBe('D01MARTA001');
    fake.setSwitches({ messagesTabEnabled: false });
    expect(await refusal(slack.chat.postMessage({ channel: known.marta, text: 'x' }))).toMatchObject({
      error: 'messages_tab_disabled',
    });
  });

  test('blocks over a limit are refused with the place', async () => {
    const long = [{ type: 'section', text: { type: 'plain_text', text: 'x'.repeat(3_001) } }] as KnownBlock[];
    const message = 'must be less than 3001 characters [json-pointer:/blocks/0/text/text]';
    expect(await refusal(slack.chat.postMessage({ channel, text: 'x', blocks: long }))).toMatchObject({
      error: 'invalid_blocks',
      errors: [message],
      response_metadata: { messages: [`[ERROR] ${message}`] },
    });
  });

  test('an update replaces text and blocks, and keeps what was there for the tests', async () => {
    const { ts = '' } = await post('waiting');
    await slack.chat.update({ channel, ts, text: 'approved', blocks: blocks.slice(0, 3) });
    expect(fake.message({ channel, ts })).toMatchObject({ text: 'approved', versions: 2, editedTs: null });
    await slack.chat.update({ channel, ts, text: 'only text' });
    const after = fake.message({ channel, ts });
    expect(after).toMatchObject({ text: 'only text', blocks: [], versions: 3 });
    expect(after.earlier.map(({ text }) => text)).toEqual(['waiting', 'approved']);
  });

  test.each([
    ['message_not_found', { ts: '1.000001' }],
    ['msg_too_long', { text: 'x'.repeat(4_001) }],
    ['block_mismatch', { blocks: [{ type: 'divider' }] }],
    ['channel_not_found', { channel: known.marta }],
  ])('an update is refused: %s', async (error, given) => {
    const { ts = '' } = await post('x');
    expect(await refusal(slack.apiCall('chat.update', { channel, ts, text: 'x', ...given }))).toMatchObject({ error });
  });

  test('nobody updates or deletes what others wrote, and deleted is gone', async () => {
    const { ts } = fake.say({ user: known.marta, channel, text: 'mine' });
    expect(await refusal(slack.chat.update({ channel, ts, text: 'x' }))).toMatchObject({
      error: 'cant_update_message',
    });
    expect(await refusal(slack.chat.delete({ channel, ts }))).toMatchObject({ error: 'cant_delete_message' });
    const own = String((await post('x')).ts);
    await slack.chat.delete({ channel, ts: own });
    expect(await refusal(slack.chat.update({ channel, ts: own, text: 'x' }))).toMatchObject({
      error: 'message_not_found',
    });
  });

  test('a note for one person needs both in the channel, and is seen by that person alone', async () => {
    const note = (user: string, where: string = channel) =>
      slack.chat.postEphemeral({ channel: where, user, text: 'psst' });
    await note(known.marta);
    expect(fake.ephemerals({ user: known.marta })).toMatchObject([{ text: 'psst' }]);
    expect(fake.messages(channel)).toEqual([]);
    expect(await refusal(note(known.outsider))).toMatchObject({ error: 'user_not_in_channel' });
    expect(await refusal(note(known.marta, known.withoutBot))).toMatchObject({ error: 'not_in_channel' });
  });

  test('replies stay in their thread', async () => {
    const { ts = '' } = await post('parent');
    await slack.chat.postMessage({ channel, thread_ts: ts, text: 'reply' });
    expect(fake.messages(channel)).toMatchObject([{ ts, replies: 1 }]);
    expect(fake.thread({ channel, ts })).toMatchObject([{ text: 'reply' }]);
    const { permalink } = await slack.chat.getPermalink({ channel, message_ts: ts });
    expect(permalink).toBe(`${fake.url}/archives/${channel}/p${ts.replace('.', '')}`);
  });

  test('after a burst a channel takes one message a second', async () => {
    fake.setSwitches({ postBurst: 2 });
    await post('1');
    await post('2');
    await expect(post('3')).rejects.toMatchObject({ code: ErrorCode.RateLimitedError, retryAfter: 1 });
    fake.advanceClock(1_000);
    expect((await post('3')).ok).toBe(true);
  });

  test('with all limits on, each method has its tier per minute', async () => {
    fake.setSwitches({ rateLimits: 'all' });
    for (let call = 0; call < 20; call++) await slack.conversations.list();
    await expect(slack.conversations.list()).rejects.toMatchObject({ code: ErrorCode.RateLimitedError });
    fake.advanceClock(60_000);
    expect((await slack.conversations.list()).ok).toBe(true);
  });
});

describe('people and channels', () => {
  test.each([
    [known.marta, { is_restricted: false, profile: { email: 'marta@acme.example' }, is_email_confirmed: true }],
    [known.guest, { is_restricted: true, is_ultra_restricted: false }],
    [known.singleChannelGuest, { is_restricted: true, is_ultra_restricted: true }],
    [known.gone, { deleted: true }],
    [known.invited, { is_invited_user: true }],
    [known.outsider, { team_id: known.partnerTeam, is_stranger: false }],
    [known.stranger, { team_id: known.partnerTeam, is_stranger: true }],
    [known.bot, { is_bot: true }],
  ])('%s shows as %o', async (user, shown) => {
    expect((await slack.users.info({ user })).user).toMatchObject(shown);
  });

  test('addresses of others, and people out of sight, are kept back', async () => {
    expect((await slack.users.info({ user: known.outsider })).user?.profile).not.toHaveProperty('email');
    const { id } = fake.addUser({ team: known.partnerTeam, name: 'far' });
    expect(await refusal(slack.users.info({ user: id }))).toMatchObject({ error: 'user_not_found' });
    const found = await slack.users.lookupByEmail({ email: 'Denis@acme.example' });
    expect(found.user?.id).toBe(known.denis);
    for (const email of ['gone@acme.example', 'pat@partner.example'])
      expect(await refusal(slack.users.lookupByEmail({ email }))).toMatchObject({ error: 'users_not_found' });
  });

  test('channels tell whether they are private, shared, archived, and who is in them', async () => {
    const info = async (id: string) => (await slack.conversations.info({ channel: id })).channel;
    expect(await info(channel)).toMatchObject({ is_private: true, is_ext_shared: false, is_member: true });
    expect(await info(known.shared)).toMatchObject({ is_private: false, is_ext_shared: true });
    expect(await info(known.archived)).toMatchObject({ is_archived: true });
    expect(await info(known.withoutBot)).toMatchObject({ is_member: false });
    const page = await slack.conversations.members({ channel, limit: 4 });
    const rest = await slack.conversations.members({ channel, cursor: String(page.response_metadata?.next_cursor) });
    expect([...(page.members ?? []), ...(rest.members ?? [])]).toHaveLength(7);
    const opened = await slack.conversations.open({ users: known.denis });
    expect(opened.channel?.id).toBe('D01DENIS001');
  });

  test('history needs a scope of its own', async () => {
    const without = clientWith(fake.install({ scopes: ['chat:write', 'groups:read'] }).token);
    expect(await refusal(without.conversations.history({ channel }))).toMatchObject({
      error: 'missing_scope',
      needed: 'groups:history',
    });
    await post('x');
    const { token } = fake.install({ scopes: ['chat:write', 'groups:history', 'channels:join'] });
    expect((await clientWith(token).conversations.history({ channel })).messages).toHaveLength(1);
    expect((await clientWith(token).conversations.join({ channel: known.withoutBot })).ok).toBe(true);
  });

  test('two workspaces keep apart', async () => {
    const partner = clientWith(fake.install({ team: known.partnerTeam }).token);
    expect(await partner.auth.test()).toMatchObject({ team_id: known.partnerTeam });
    expect(await refusal(partner.chat.postMessage({ channel, text: 'x' }))).toMatchObject({
      error: 'channel_not_found',
    });
    expect((await partner.users.info({ user: known.outsider })).user?.profile?.email).toBe('pat@partner.example');
  });

  test('an organisation-wide installation serves all its workspaces', async () => {
    const enterprise = { id: 'E01ACMEORG1', name: 'Acme Group' };
    fake.addTeam({ id: 'T02', name: 'Sister', enterprise });
    const { id } = fake.addUser({ team: 'T02', name: 'sis' });
    const { token } = fake.install({ enterprise: enterprise.id });
    const wide = clientWith(token);
    expect(await wide.auth.test()).toMatchObject({ is_enterprise_install: true, enterprise_id: enterprise.id });
    expect((await wide.users.info({ user: id })).user?.enterprise_user?.enterprise_id).toBe(enterprise.id);
    expect(await refusal(wide.users.list({}))).toMatchObject({ error: 'missing_argument' });
    expect((await wide.users.list({ team_id: 'T02' })).members?.map((user) => user.id)).toContain(id);
  });
});

describe('views', () => {
  test('the Home tab is published, and a stale hash is refused', async () => {
    const view = sampleHome() as unknown as Parameters<typeof slack.views.publish>[0]['view'];
    const first = await slack.views.publish({ user_id: known.marta, view });
    const hash = String(first.view?.hash);
    expect((await slack.views.publish({ user_id: known.marta, view, hash })).ok).toBe(true);
    expect(await refusal(slack.views.publish({ user_id: known.marta, view, hash }))).toMatchObject({
      error: 'hash_conflict',
    });
    expect(fake.homes()).toMatchObject([{ user: known.marta, view: { callback_id: 'home' } }]);
    fake.setSwitches({ homeEnabled: false });
    expect(await refusal(slack.views.publish({ user_id: known.marta, view }))).toMatchObject({ error: 'not_enabled' });
  });

  test('a made-up trigger opens nothing, and a bad view says where it is bad', async () => {
    expect(await refusal(slack.views.open({ trigger_id: '1.2.3', view: modal }))).toMatchObject({
      error: 'invalid_trigger_id',
    });
    const bad = { ...modal, title: { type: 'plain_text' as const, text: 'x'.repeat(25) } };
    expect(await refusal(slack.views.open({ trigger_id: '1.2.3', view: bad }))).toMatchObject({
      error: 'invalid_arguments',
      response_metadata: { messages: ['[ERROR] must be less than 25 characters [json-pointer:/view/title/text]'] },
    });
    expect(await refusal(slack.views.update({ view_id: 'V0', view: modal }))).toMatchObject({ error: 'not_found' });
  });
});

describe('faults', () => {
  test('a rate limit for one channel carries its pause, and others go on', async () => {
    fake.addFault({ on: 'chat.postMessage', kind: 'rate_limit', channel, retryAfterSeconds: 7 });
    expect((await slack.chat.postMessage({ channel: known.general, text: 'x' })).ok).toBe(true);
    await expect(post('x')).rejects.toMatchObject({ code: ErrorCode.RateLimitedError, retryAfter: 7 });
    expect((await post('x')).ok).toBe(true);
  });

  test.each([
    ['server_error', 0],
    ['unavailable', 0],
    ['cut_before', 0],
    ['hang', 0],
    ['cut_after', 1],
    ['hang_after', 1],
    ['error_after', 1],
  ] as const)('%s: the caller learns nothing, and %i message is there', async (kind, there) => {
    fake.addFault({ on: 'chat.*', kind });
    await expect(post('x')).rejects.toThrow();
    expect(fake.messages(channel)).toHaveLength(there);
    expect(fake.calls({ method: 'chat.postMessage' })).toMatchObject([{ fault: kind }]);
  });

  test('any error of the platform can be had, later, and for a share of calls by seed', async () => {
    fake.addFault({ on: 'chat.update', kind: 'error', error: 'edit_window_closed', skip: 1 });
    const { ts = '' } = await post('x');
    const update = () => slack.chat.update({ channel, ts, text: 'x' });
    expect((await update()).ok).toBe(true);
    expect(await refusal(update())).toMatchObject({ error: 'edit_window_closed' });
    const share = async () => {
      fake.reset(7);
      fake.addFault({ on: 'auth.test', kind: 'error', error: 'fatal_error', probability: 0.5 });
      const results = [];
      for (let call = 0; call < 12; call++) results.push((await slack.auth.test().catch(() => ({ ok: false }))).ok);
      return results;
    };
    const first = await share();
    expect(new Set(first)).toEqual(new Set([true, false]));
    expect(await share()).toEqual(first);
  });
});

describe('control from another process', () => {
  test('every operation is there, typed, and refuses bad input with a sentence', async () => {
    const control = createControlClient(fake.url);
    await control.waitUntilUp();
    const user = await control.addUser({ name: 'nia', channels: [channel], isRestricted: true });
    expect((await control.channels()).find(({ id }) => id === channel)?.members).toContain(user.id);
    await control.updateUser({ user: user.id, deleted: true });
    expect((await control.users()).find(({ id }) => id === user.id)?.deleted).toBe(true);
    await post('x');
    expect(await control.messages(channel)).toHaveLength(1);
    expect(await control.calls()).toHaveLength(1);
    expect(await control.stats()).toMatchObject({ messages: 1, calls: { 'chat.postMessage': 1 } });
    await expect(control.messages('C0')).rejects.toThrow('no channel C0');
    await expect(control.addFault({ on: 'chat.update', kind: 'explode' } as never)).rejects.toThrow('HTTP 400');
    await expect(control.setSwitches({ homeEnabled: 'maybe' } as never)).rejects.toThrow('HTTP 400');
    const answer = await fetch(`${fake.url}/__sim/nothing`, { method: 'POST' });
    expect(answer.status).toBe(404);
    await control.reset();
    expect(await control.messages(channel)).toEqual([]);
  });
});
