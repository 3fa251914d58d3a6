import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Person } from '@/lib/domain/person';
import { forgetAccounts } from '@/lib/slack/identity';
import { confirmLink } from '@/lib/slack/linking';
import { connectByToken } from '@/lib/slack/oauth';
import { chooseChannel } from '@/lib/slack/overview';
import { known, openSlack, type SlackWorld } from './slack-fixture';

// The app in a whole organisation of two workspaces, beside a workspace of somebody else.
const organisation = 'E0WIDE0001';
let world: SlackWorld;
let admin: Person;
let at: { installation: string; channel: string; token: string };
let people: { here: string; sister: string; elsewhere: string };
const web = { surface: 'web' as const };

beforeEach(async () => {
  forgetAccounts();
  world = await openSlack();
  admin = await world.person('admin', 'Ada');
  const { slack } = world;
  const enterprise = { id: organisation, name: 'Wide' };
  const first = slack.addTeam({ id: 'T0WIDE0001', name: 'Wide One', enterprise });
  const second = slack.addTeam({ id: 'T0WIDE0002', name: 'Wide Two', enterprise });
  const third = slack.addTeam({ id: 'T0ELSE0001', name: 'Elsewhere', enterprise: { id: 'E0ELSE0001', name: 'Else' } });
  people = {
    here: slack.addUser({ team: first.id, name: 'hana' }).id,
    sister: slack.addUser({ team: second.id, name: 'sami' }).id,
    elsewhere: slack.addUser({ team: third.id, name: 'elif' }).id,
  };
  const { token } = slack.install({ enterprise: organisation });
  expect(await connectByToken(world.services, token, admin, web)).toMatchObject({ kind: 'done' });
  await world.prisma.slackInstallation.updateMany({ where: { teamId: known.team }, data: { status: 'off' } });
  const { id: installation } = await world.prisma.slackInstallation.findFirstOrThrow({ where: { status: 'active' } });
  const { id: channel } = slack.addChannel({
    team: first.id,
    name: 'wide-approvals',
    kind: 'private',
    members: [people.here, people.sister],
  });
  expect(await chooseChannel(world.services, installation, channel, admin, web)).toMatchObject({ kind: 'done' });
  at = { installation, channel, token };
});
afterEach(async () => {
  expect(world.problems()).toEqual([]);
  await world.close();
});

async function posted() {
  const { approval } = await world.posted();
  const ts = world.slack.messages(at.channel).at(-1)?.ts ?? '';
  return { approval, ts };
}
const approve = (ts: string, user: string) =>
  world.slack.click({ user, channel: at.channel, ts, actionId: 'approval.approve' });
const note = async (user: string) => {
  const notes = () => world.slack.ephemerals({ user });
  await expect.poll(() => notes().length, { timeout: 5_000 }).toBeGreaterThan(0);
  return notes().at(-1)?.text ?? '';
};

describe('an app that is installed in a whole organisation', () => {
  test('posts with the organisation’s token, and is one installation without a workspace', async () => {
    await posted();
    expect(world.slack.messages(at.channel)).toHaveLength(1);
    expect(world.slack.messages(known.approvals)).toHaveLength(0);
    expect(world.slack.calls({ method: 'chat.postMessage' }).map(({ teamId }) => teamId)).toEqual([organisation]);
    expect(await world.prisma.slackInstallation.findUniqueOrThrow({ where: { id: at.installation } })).toMatchObject({
      teamId: null,
      enterpriseId: organisation,
    });
  });

  test('members of any of its workspaces link and decide', async () => {
    const { approval, ts } = await posted();
    const act = await world.slack.slash({
      user: people.sister,
      channel: at.channel,
      command: '/countersign',
      text: 'link',
    });
    const token = JSON.stringify(act.json).match(/token=([\w-]+)/)?.[1] ?? '';
    const sami = await world.person('reviewer', 'Sami');
    expect(await confirmLink(world.services, token, sami, web)).toMatchObject({ kind: 'linked' });
    expect(await world.prisma.slackUserLink.findFirstOrThrow()).toMatchObject({ slackScopeId: organisation });
    await approve(ts, people.sister);
    await expect.poll(() => note(people.sister)).toBe('Your approval is recorded.');
    expect((await world.approvalOf(approval.id)).status).toBe('approved');
    const [entry] = await world.actions('vote.cast');
    expect(entry?.context).toMatchObject({ slack: { team: 'T0WIDE0002', user: people.sister } });
    await world.work();
    expect(JSON.stringify(world.slack.message({ channel: at.channel, ts }).blocks)).toContain('Sami approved this');
  });

  test('nobody of another organisation is let in, linked or not', async () => {
    await world.link(people.elsewhere, 'reviewer', 'Elif', organisation);
    const { approval, ts } = await posted();
    await approve(ts, people.elsewhere);
    expect(await note(people.elsewhere)).toMatch(/another organisation/);
    expect((await world.approvalOf(approval.id)).status).toBe('pending');
  });

  test('Home, forms and the answer to them find it by the organisation', async () => {
    await world.link(people.here, 'reviewer', 'Hana', organisation);
    const { approval, ts } = await posted();
    await world.slack.openHome({ user: people.here, tab: 'home' });
    const home = () => JSON.stringify(world.slack.homes().find(({ user }) => user === people.here)?.view ?? '');
    await expect.poll(home).toContain('Waiting for you: 1');
    await world.slack.click({ user: people.here, channel: at.channel, ts, actionId: 'approval.reject' });
    await expect.poll(() => world.slack.modals(people.here).length).toBe(1);
    const done = await world.slack.submitModal({ user: people.here, values: { reason: 'Not this one' } });
    expect(done.outcome).toBe('updated');
    expect((await world.approvalOf(approval.id)).status).toBe('rejected');
  });

  test('taking it out of the organisation ends it, and not the installation of a workspace', async () => {
    const own = world.slack.install({ team: 'T0WIDE0001' });
    expect(await connectByToken(world.services, own.token, admin, web)).toMatchObject({ kind: 'done' });
    await world.slack.uninstall('T0WIDE0002');
    const find = () => world.prisma.slackInstallation.findUniqueOrThrow({ where: { id: at.installation } });
    await expect.poll(async () => (await find()).status).toBe('dead');
    expect((await find()).tokenCipher).toBeNull();
    const workspace = await world.prisma.slackInstallation.findFirstOrThrow({ where: { teamId: 'T0WIDE0001' } });
    expect(workspace.status).toBe('active');
  });
});
