import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { publishHome } from '@/lib/slack/home';
import { forgetAccounts } from '@/lib/slack/identity';
import { confirmLink, findLinkOffer, listLinks, unlink } from '@/lib/slack/linking';
import { beginInstall, beginSignIn, finishInstall, finishSignIn, type Return } from '@/lib/slack/oauth';
import { checkInstallation, chooseChannel, sendTest, slackOverview } from '@/lib/slack/overview';
import { refreshDue } from '@/lib/slack/refresh';
import { changeSlackOptions, saveSlackApp, slackOptions } from '@/lib/slack/settings';
import { defaults } from '@/tests/fakes/slack/server';
import { known, openSlack, type SlackWorld } from './slack-fixture';

let world: SlackWorld;
const web = { surface: 'web' as const };
beforeEach(async () => {
  forgetAccounts();
  world = await openSlack();
});
afterEach(async () => {
  expect(world.problems()).toEqual([]);
  await world.close();
});

const json = (value: unknown) => JSON.stringify(value);
const installationId = async () => (await world.prisma.slackInstallation.findFirstOrThrow()).id;

async function linkToken(user: string = known.marta): Promise<string> {
  const act = await world.slack.slash({ user, channel: known.general, command: '/countersign', text: 'link' });
  return json(act.json).match(/token=([\w-]+)/)?.[1] ?? '';
}

describe('linking an account', () => {
  test('takes an address from Slack and a confirmation by the signed-in person; opening it binds nothing', async () => {
    const ada = await world.person('reviewer', 'Ada');
    const token = await linkToken();
    expect(await findLinkOffer(world.services, token)).toMatchObject({ name: 'Marta Ilves', workspace: 'Acme' });
    expect(await world.prisma.slackUserLink.count()).toBe(0);
    expect(await confirmLink(world.services, token, ada, web)).toMatchObject({ kind: 'linked' });
    expect(await world.prisma.slackUserLink.findMany()).toMatchObject([
      { slackUserId: known.marta, userId: ada.id, method: 'link' },
    ]);
    const direct = world.slack.calls({ method: 'chat.postMessage' }).at(-1);
    expect(json(direct?.args)).toContain('is now linked to Ada');
  });

  test('an address works once, not after ten minutes, and two at once link one', async () => {
    const [ada, grace] = [await world.person('reviewer', 'Ada'), await world.person('reviewer', 'Grace')];
    const token = await linkToken();
    const outcomes = await Promise.all([ada, grace].map((person) => confirmLink(world.services, token, person, web)));
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['linked', 'refused']);
    expect(await confirmLink(world.services, token, ada, web)).toMatchObject({ reason: 'unknown_token' });
    const late = await linkToken(known.denis);
    world.advance(11 * 60_000);
    expect(await findLinkOffer(world.services, late)).toBeNull();
    expect(await confirmLink(world.services, late, grace, web)).toMatchObject({ reason: 'unknown_token' });
  });

  test('nobody takes over an account that is somebody else’s, and nobody holds two', async () => {
    const [ada, grace] = [await world.person('reviewer', 'Ada'), await world.person('reviewer', 'Grace')];
    await confirmLink(world.services, await linkToken(), ada, web);
    const installation = await world.prisma.slackInstallation.findFirstOrThrow();
    await world.prisma.slackLinkToken.create({
      data: {
        hash: createHash('sha256').update('taken').digest('base64url'),
        installationId: installation.id,
        slackScopeId: known.team,
        slackUserId: known.marta,
        expiresAt: new Date(Date.now() + 60_000),
      },
    });
    expect(await confirmLink(world.services, 'taken', grace, web)).toMatchObject({ reason: 'account_taken' });
    expect(await confirmLink(world.services, await linkToken(known.denis), ada, web)).toMatchObject({
      reason: 'person_taken',
    });
  });

  test('guests and outsiders get no address', async () => {
    for (const user of [known.guest, known.outsider]) {
      const act = await world.slack
        .slash({ user, channel: known.shared, command: '/countersign', text: 'link' })
        .catch(() => null);
      expect(json(act?.json ?? '')).not.toContain('token=');
      await world.slack.click({ user, home: true, actionId: 'link.start' }).catch(() => null);
    }
    // Whoever tries is on record, by the account alone.
    const reasons = async () => (await world.actions('slack.refused')).map(({ facts }) => facts);
    await expect.poll(async () => json(await reasons())).toContain('guest');
  });

  test('whoever asks what waits without an account here is on record; asking how to link is no refused attempt', async () => {
    const ask = (text: string, user: string = known.marta) =>
      world.slack.slash({ user, channel: known.general, command: '/countersign', text });
    await ask('link');
    expect(await world.actions('slack.refused')).toEqual([]);
    await ask('list');
    await ask('', known.guest);
    expect(await world.actions('slack.refused')).toMatchObject([
      { facts: { account: `${known.team}/${known.marta}`, reason: 'unlinked' } },
      { facts: { account: `${known.team}/${known.guest}`, reason: 'guest' } },
    ]);
  });

  test('one unlinks oneself, an admin anybody, nobody else', async () => {
    const ada = await world.link(known.marta);
    const [link] = await listLinks(world.services, ada, 'own');
    const grace = await world.person('reviewer', 'Grace');
    await expect(unlink(world.services, link?.id ?? '', grace, web)).rejects.toMatchObject({ code: 'forbidden' });
    expect(await unlink(world.services, link?.id ?? '', ada, web)).toBe(true);
    expect(await world.actions('slack.unlinked')).toHaveLength(1);
  });
});

describe('matching by e-mail', () => {
  const address = 'marta@acme.example';
  const asked = async () => {
    forgetAccounts();
    const act = await world.slack.slash({
      user: known.marta,
      channel: known.general,
      command: '/countersign',
      text: '',
    });
    return json(act.json).includes('link.open') ? 'not linked' : 'linked';
  };
  const person = (change: object = {}) =>
    world.prisma.user.create({
      data: { id: 'usr_marta', name: 'Marta', email: address, emailVerified: true, role: 'reviewer', ...change },
    });
  const set = async (change: object) =>
    changeSlackOptions(world.services, change, await world.person('admin', 'Ada'), web);
  const on = { emailMatch: true, emailDomains: ['acme.example'] };

  test('is off until an admin turns it on, and then ties one account to one person, on record', async () => {
    expect((await slackOptions(world.prisma)).emailMatch).toBe(false);
    await person({ email: 'MARTA@acme.example' });
    expect(await asked()).toBe('not linked');
    await set(on);
    expect(await asked()).toBe('linked');
    expect(await world.prisma.slackUserLink.findFirstOrThrow()).toMatchObject({
      method: 'email',
      emailAtLink: address,
    });
    expect(await world.actions('slack.linked')).toHaveLength(1);
    // The link rests on the address, and falls with it.
    world.slack.updateUser({ user: known.marta, email: 'other@acme.example' });
    expect(await asked()).toBe('not linked');
    expect(await world.prisma.slackUserLink.count()).toBe(0);
  });

  test.each([
    ['no domain is named', { emailDomains: [] }, {}, {}],
    ['another domain is named', { emailDomains: ['cme.example'] }, {}, {}],
    ['Slack has not confirmed the address', {}, {}, { emailConfirmed: false }],
    ['we have not confirmed the address', {}, { emailVerified: false }, {}],
    ['the person is deactivated', {}, { deactivatedAt: new Date() }, {}],
    ['the account is a guest’s', {}, {}, { isRestricted: true }],
  ])('ties nothing when %s', async (_why, options, whose, account) => {
    await person(whose);
    await set({ ...on, ...options });
    world.slack.updateUser({ user: known.marta, ...account });
    await asked();
    expect(await world.prisma.slackUserLink.count()).toBe(0);
  });
});

describe('the Home and the command', () => {
  test('Home shows what waits for the person, opens it, and is brought up to date by a decision', async () => {
    await world.link(known.marta);
    const { approval } = await world.posted();
    await world.slack.openHome({ user: known.marta, tab: 'home' });
    const home = () => json(world.slack.homes().find(({ user }) => user === known.marta)?.view ?? '');
    await expect.poll(home).toContain('Waiting for you: 1');
    await world.slack.click({ user: known.marta, home: true, actionId: 'approval.review' });
    await expect.poll(() => world.slack.modals(known.marta).length).toBe(1);
    expect((await world.slack.submitModal({ user: known.marta })).outcome).toBe('updated');
    expect((await world.approvalOf(approval.id)).status).toBe('approved');
    await world.work();
    world.advance(3_000);
    await world.work();
    expect(home()).toContain('Waiting for you: 0');
  });

  test('Home has pages: forward, back, kept by a change, and the first one again at the next visit', async () => {
    await world.link(known.marta);
    const mails = Array.from({ length: 12 }, (_, at) => ({ name: 'send_mail', arguments: { to: `m${at}` } }));
    await world.pausedRun(world.key, mails);
    const home = () => json(world.slack.homes().find(({ user }) => user === known.marta)?.view ?? '');
    const rows = () => home().split('approval.review').length - 1;
    await world.slack.openHome({ user: known.marta, tab: 'home' });
    await expect.poll(home).toContain('Waiting for you: 12');
    expect(rows()).toBe(10);
    expect(home()).not.toContain('home.previous');
    await world.slack.click({ user: known.marta, home: true, actionId: 'home.next' });
    await expect.poll(home).toContain('Page 2 of 2');
    expect(rows()).toBe(2);
    expect(home()).not.toContain('home.next');
    await publishHome(world.services, { installationId: await installationId(), slackUserId: known.marta });
    expect(home()).toContain('Page 2 of 2');
    await world.slack.click({ user: known.marta, home: true, actionId: 'home.previous' });
    await expect.poll(home).toContain('Page 1 of 2');
    await world.slack.click({ user: known.marta, home: true, actionId: 'home.next' });
    await expect.poll(home).toContain('Page 2 of 2');
    await world.prisma.approval.updateMany({
      data: { deadline: new Date(Date.now() - 1_000) },
      where: { position: { gt: 2 } },
    });
    await world.slack.click({ user: known.marta, home: true, actionId: 'home.refresh' });
    await expect.poll(rows).toBe(3);
    expect(home()).not.toContain('Page');
    await world.slack.openHome({ user: known.marta, tab: 'home' });
    await expect.poll(async () => (await world.prisma.slackHome.findFirstOrThrow()).page).toBe(0);
  });

  test('people who are not linked see only how to link', async () => {
    await world.posted();
    await world.slack.openHome({ user: known.marta, tab: 'home' });
    const home = () => json(world.slack.homes().at(-1)?.view ?? '');
    await expect.poll(home).toContain('link.start');
    expect(home()).not.toContain('issue_refund');
    await world.slack.click({ user: known.marta, home: true, actionId: 'link.start' });
    await expect.poll(() => json(world.slack.modals(known.marta))).toContain('/slack/link?token=');
  });

  test('the command lists, helps, and answers only the person', async () => {
    await world.link(known.marta);
    const ask = async (text: string) =>
      (await world.slack.slash({ user: known.marta, channel: known.general, command: '/countersign', text })).json;
    expect(json(await ask(''))).toContain('Nothing waits for you.');
    await world.posted();
    expect(json(await ask('list'))).toContain('approval.review');
    expect(await ask('help')).toMatchObject({ response_type: 'ephemeral' });
  });
});

describe('installing', () => {
  const back = (location: string, state: string): Return => {
    const { searchParams } = new URL(location);
    return {
      code: searchParams.get('code'),
      state: searchParams.get('state'),
      error: searchParams.get('error'),
      cookie: state,
    };
  };
  const withApp = async () => {
    const admin = await world.person('admin', 'Ada');
    await saveSlackApp(
      world.services,
      { appId: defaults.appId, clientId: defaults.clientId, clientSecret: defaults.clientSecret },
      admin,
      web,
    );
    world.slack.configure({ url: 'https://countersign.example' });
    return admin;
  };

  test('by OAuth, with a state that is the admin’s own, in one browser, once; the token is kept encrypted', async () => {
    const admin = await withApp();
    const begun = await beginInstall(world.services, admin);
    if (begun.kind !== 'go') throw new Error(begun.message);
    const { location } = world.slack.authorize({ url: begun.address, user: known.partnerAdmin });
    const given = back(location, begun.state);
    const grace = await world.person('admin', 'Grace');
    expect(await finishInstall(world.services, { ...given, cookie: 'other' }, admin, web)).toMatchObject({
      kind: 'refused',
    });
    expect(await finishInstall(world.services, { ...given, cookie: null }, admin, web)).toMatchObject({
      kind: 'refused',
    });
    expect(await finishInstall(world.services, given, admin, web)).toMatchObject({
      kind: 'done',
      message: 'Installed in Partner.',
    });
    expect(await finishInstall(world.services, given, grace, web)).toMatchObject({ kind: 'refused' });
    const row = await world.prisma.slackInstallation.findFirstOrThrow({ where: { teamId: known.partnerTeam } });
    expect(row.tokenCipher).not.toBeNull();
    expect(Buffer.from(row.tokenCipher ?? []).toString('latin1')).not.toContain('xoxb');
  });

  test('each workspace is called with its own token', async () => {
    const admin = await withApp();
    const begun = await beginInstall(world.services, admin);
    if (begun.kind !== 'go') throw new Error(begun.message);
    const { location } = world.slack.authorize({ url: begun.address, user: known.partnerAdmin });
    await finishInstall(world.services, back(location, begun.state), admin, web);
    const partner = await world.prisma.slackInstallation.findFirstOrThrow({ where: { teamId: known.partnerTeam } });
    const channel = world.slack.addChannel({
      teamId: known.partnerTeam,
      name: 'ok',
      members: [known.partnerAdmin, partner.botUserId],
    } as never);
    expect(await chooseChannel(world.services, partner.id, channel.id, admin, web)).toMatchObject({ kind: 'done' });
    await world.posted();
    expect(world.slack.messages(known.approvals)).toHaveLength(1);
    expect(world.slack.messages(channel.id)).toHaveLength(1);
    const teams = world.slack
      .calls({ method: 'chat.postMessage' })
      .map(({ teamId }) => teamId)
      .sort();
    expect(teams).toEqual([known.team, known.partnerTeam].sort());
  });

  test('Sign in with Slack links the account of a connected workspace alone', async () => {
    const ada = await withApp();
    const begun = await beginSignIn(world.services, ada);
    if (begun.kind !== 'go') throw new Error(begun.message);
    const { location } = world.slack.authorize({ url: begun.address, user: known.marta });
    expect(await finishSignIn(world.services, back(location, begun.state), ada, web)).toMatchObject({ kind: 'done' });
    expect(await world.prisma.slackUserLink.findFirstOrThrow()).toMatchObject({
      slackUserId: known.marta,
      userId: ada.id,
      method: 'sign_in',
    });
    const other = await beginSignIn(world.services, ada);
    if (other.kind !== 'go') throw new Error(other.message);
    const stranger = world.slack.authorize({ url: other.address, user: known.partnerAdmin });
    expect(await finishSignIn(world.services, back(stranger.location, other.state), ada, web)).toMatchObject({
      message: 'This workspace is not connected here.',
    });
  });

  test('Sign in with Slack believes nobody but Slack, and only the answer to its own question, once', async () => {
    const ada = await withApp();
    const begin = async () => {
      const begun = await beginSignIn(world.services, ada);
      if (begun.kind !== 'go') throw new Error(begun.message);
      const { location } = world.slack.authorize({ url: begun.address, user: known.marta });
      return { state: begun.state, location };
    };
    const finish = (given: Return, by = ada) => finishSignIn(world.services, given, by, web);
    const [one, two] = [await begin(), await begin()];
    // The code of one attempt under the state of the other: its nonce is not the one that was asked for.
    expect(await finish({ ...back(two.location, one.state), state: one.state })).toMatchObject({
      message: 'Slack’s answer belongs to another attempt.',
    });
    const grace = await world.person('reviewer', 'Grace');
    const third = await begin();
    expect(await finish(back(third.location, third.state), grace)).toMatchObject({ kind: 'refused' });
    const late = await begin();
    world.advance(11 * 60_000);
    expect(await finish(back(late.location, late.state))).toMatchObject({ kind: 'refused' });
    const forged = await begin();
    world.slack.setSwitches({ openIdIssuer: 'https://evil.example' });
    expect(await finish(back(forged.location, forged.state))).toMatchObject({
      message: 'Slack’s answer could not be verified.',
    });
    expect(await world.prisma.slackUserLink.count()).toBe(0);
    world.slack.setSwitches({ openIdIssuer: 'https://slack.com' });
    const good = await begin();
    expect(await finish(back(good.location, good.state))).toMatchObject({ kind: 'done' });
    expect(await finish(back(good.location, good.state))).toMatchObject({ kind: 'refused' });
    expect(await world.prisma.slackUserLink.count()).toBe(1);
  });

  test('an uninstalled app is let go of, its token erased, and approvals go on', async () => {
    const { approval } = await world.posted();
    await world.slack.uninstall();
    await expect.poll(async () => (await world.prisma.slackInstallation.findFirstOrThrow()).status).toBe('dead');
    await world.work();
    expect((await world.approvalOf(approval.id)).status).toBe('pending');
  });

  test('a channel that could not be used is posted to as soon as a check finds that it can', async () => {
    const admin = await world.person('admin', 'Ada');
    world.slack.kick({ channel: known.approvals });
    const { approval } = await world.posted();
    const find = () =>
      world.prisma.slackMessage.findFirstOrThrow({ where: { approvalId: approval.id, kind: 'channel' } });
    expect((await find()).state).toBe('broken');
    const [shown] = (await slackOverview(world.services, admin)).installations;
    expect(shown).toMatchObject({ lost: 1, channel: { problem: expect.stringContaining('Invite it') } });
    world.slack.invite({ channel: known.approvals });
    expect(await checkInstallation(world.services, await installationId(), admin)).toMatchObject({ kind: 'done' });
    await world.work();
    expect((await find()).state).toBe('live');
    expect(world.slack.messages(known.approvals)).toHaveLength(1);
  });

  test('a token that was taken back while nobody told us is found by the worker’s own check', async () => {
    world.slack.configure({ events: [] });
    await refreshDue(world.services);
    expect((await world.prisma.slackInstallation.findFirstOrThrow()).status).toBe('active');
    await world.slack.revokeToken();
    world.advance(31 * 60_000);
    await refreshDue(world.services);
    expect(await world.prisma.slackInstallation.findFirstOrThrow()).toMatchObject({
      status: 'dead',
      tokenCipher: null,
    });
  });

  test('the settings show health, refuse shared channels, and send a test whose button answers', async () => {
    const admin = await world.person('admin', 'Ada');
    const overview = await slackOverview(world.services, admin);
    expect(overview.installations).toMatchObject([{ workspace: 'Acme', status: 'active', missingScopes: [] }]);
    const id = overview.installations[0]?.id ?? '';
    expect(await chooseChannel(world.services, id, known.shared, admin, web)).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining(`${known.shared}: The channel is shared`),
    });
    for (const typed of ['general', known.general.toLowerCase(), 'C01'])
      expect(await chooseChannel(world.services, id, typed, admin, web)).toMatchObject({
        kind: 'refused',
        message: expect.stringContaining(`“${typed}” is not the id of a channel.`),
      });
    expect(await chooseChannel(world.services, id, known.general, admin, web)).toMatchObject({ kind: 'done' });
    expect(await sendTest(world.services, id, admin)).toMatchObject({ kind: 'done' });
    const [message] = world.slack.messages(known.general);
    await world.slack.click({
      user: known.marta,
      channel: known.general,
      ts: message?.ts ?? '',
      actionId: 'test.click',
    });
    await expect.poll(() => world.slack.ephemerals({ user: known.marta }).length).toBe(1);
    await world.slack.openHome({ user: known.marta, tab: 'home' });
    await world.posted();
    await expect
      .poll(async () => (await slackOverview(world.services, admin)).installations[0])
      .toMatchObject({
        channel: { id: known.general, member: true, private: false, shared: false, archived: false, problem: null },
        lastEventAt: expect.any(Date),
        lastClickAt: expect.any(Date),
        lastDeliveryAt: expect.any(Date),
        clockSkewMs: expect.any(Number),
      });
    await expect(slackOverview(world.services, await world.person('viewer'))).rejects.toMatchObject({
      code: 'forbidden',
    });
  });
});
