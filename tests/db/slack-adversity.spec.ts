import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { vote } from '@/lib/approvals/vote';
import { forgetAccounts } from '@/lib/slack/identity';
import { connectByToken } from '@/lib/slack/oauth';
import { chooseChannel } from '@/lib/slack/overview';
import { openSocket } from '@/lib/slack/socket';
import { queueOverdue } from '@/lib/slack/sync';
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

type Posted = Awaited<ReturnType<SlackWorld['posted']>>;

const decideHere = async ({ approval }: Pick<Posted, 'approval'>, name = 'Ada') =>
  vote(world.services, {
    approvalId: approval.id,
    ballot: { callHash: approval.callHash, verdict: 'approve', arguments: null, note: null },
    by: await world.person('reviewer', name),
    surface: 'web',
    context: web,
  });
const shown = (at: { channel: string; ts: string }) => JSON.stringify(world.slack.message(at).blocks);
/** Each with the instant of its own message; the channel takes them one a second. */
async function severalPosted(count: number): Promise<Posted[]> {
  world.slack.setSwitches({ postBurst: 100 });
  const all: Posted[] = [];
  for (let at = 0; at < count; at++) all.push(await world.posted());
  return all;
}

describe('Slack that asks to wait', () => {
  test('a storm of 429 on updates holds up no form, and every message is right in the end', async () => {
    await world.link(known.marta);
    const all = await severalPosted(6);
    const [open, ...decided] = all as [Posted, ...Posted[]];
    world.slack.addFault({ on: 'chat.update', kind: 'rate_limit', retryAfterSeconds: 30, times: 12 });
    for (const one of decided) await decideHere(one);
    await world.work();
    expect(world.slack.calls({ method: 'chat.update', ok: false }).length).toBeGreaterThan(0);
    // While those wait, somebody opens a form, and its trigger is good for three seconds.
    const act = await world.slack.click({ user: known.marta, ...open, actionId: 'approval.reject' });
    expect(act.accepted).toBe(true);
    await expect.poll(() => world.slack.modals(known.marta).at(-1)?.callback_id).toBe('approval.reject');
    expect(world.slack.calls({ method: 'views.open', ok: false })).toEqual([]);
    expect((await world.slack.submitModal({ user: known.marta, values: { reason: 'Not this one' } })).outcome).toBe(
      'updated',
    );
    for (let round = 0; round < 20; round++) {
      world.advance(35_000);
      await world.work();
    }
    for (const one of decided) expect(shown(one)).toContain('Approved: issue_refund');
    expect(shown(open)).toContain('Rejected: issue_refund');
    expect(await world.prisma.slackMessage.count({ where: { state: 'lost' } })).toBe(0);
  });
});

describe('two workspaces', () => {
  test('each call goes out with the token of the workspace that it is about', async () => {
    const admin = await world.person('admin', 'Ada');
    const { token, botUserId } = world.slack.install({ team: known.partnerTeam });
    await connectByToken(world.services, token, admin, web);
    const partner = await world.prisma.slackInstallation.findFirstOrThrow({ where: { teamId: known.partnerTeam } });
    const { id: channel } = world.slack.addChannel({
      team: known.partnerTeam,
      name: 'partner-approvals',
      members: [known.partnerAdmin, botUserId],
    });
    await chooseChannel(world.services, partner.id, channel, admin, web);
    await world.link(known.marta);
    await world.link(known.partnerAdmin, 'reviewer', 'Pia', known.partnerTeam);

    // Each workspace has a copy of its own.
    await world.posted();
    const first = { channel: known.approvals, ts: world.slack.messages(known.approvals).at(-1)?.ts ?? '' };
    const there = world.slack.messages(channel).at(-1)?.ts ?? '';
    const before = world.slack.calls().at(-1)?.sequence ?? 0;
    await Promise.all([
      world.slack.click({ user: known.partnerAdmin, channel, ts: there, actionId: 'approval.reject' }),
      world.slack.click({ user: known.marta, channel: known.approvals, ts: first.ts, actionId: 'approval.answer' }),
    ]);
    await expect.poll(() => world.slack.modals(known.partnerAdmin).at(-1)?.callback_id).toBe('approval.reject');
    await expect.poll(() => world.slack.modals(known.marta).at(-1)?.callback_id).toBe('approval.answer');
    await world.slack.submitModal({ user: known.partnerAdmin, values: { reason: 'Not this one' } });
    await Promise.all([
      world.slack.openHome({ user: known.partnerAdmin, tab: 'home' }),
      world.slack.openHome({ user: known.marta, tab: 'home' }),
    ]);
    await expect.poll(() => world.slack.homes().length).toBe(2);
    await world.work();
    expect(shown({ channel, ts: there })).toContain('Rejected: issue_refund');
    expect(shown(first)).toContain('Rejected: issue_refund');

    const teamOf = new Map<string, string>([
      [channel, known.partnerTeam],
      [known.partnerAdmin, known.partnerTeam],
      [known.approvals, known.team],
      [known.marta, known.team],
    ]);
    const about = world.slack.calls({ afterSequence: before }).flatMap(({ method, teamId, args }) => {
      const named = String(args.channel ?? args.user ?? args.user_id ?? '');
      return teamOf.has(named) ? [{ method, named, teamId }] : [];
    });
    expect(new Set(about.map(({ method }) => method))).toEqual(new Set(['users.info', 'views.publish', 'chat.update']));
    for (const { method, named, teamId } of about)
      expect([method, named, teamId]).toEqual([method, named, teamOf.get(named)]);
    // Forms carry no place of their own: Slack would have refused a trigger of the other workspace.
    expect(world.slack.calls({ method: 'views.open', ok: false })).toEqual([]);
  });
});

describe('an app that is taken out in the middle of everything', () => {
  test('decisions go on, Slack is left alone, and all catch up when it is installed again', async () => {
    const admin = await world.person('admin', 'Ada');
    await world.link(known.marta);
    const all = await severalPosted(5);
    world.slack.setSwitches({ latencyMs: 30 });
    for (const one of all.slice(0, 4)) await decideHere(one);
    await Promise.all([world.work(), world.slack.uninstall()]);
    await world.work();
    await expect.poll(async () => (await world.prisma.slackInstallation.findFirstOrThrow()).status).toBe('dead');
    const last = all[4] as Posted;
    const calls = () => world.slack.calls().filter(({ method }) => method !== 'auth.test').length;
    const before = calls();
    await decideHere(last);
    await queueOverdue(world.services);
    await world.work();
    expect(calls()).toBe(before);
    for (const { approval } of all) expect((await world.approvalOf(approval.id)).status).toBe('approved');
    expect(await world.actions('slack.disconnected')).toHaveLength(1);

    const { token } = world.slack.install({ team: known.team });
    expect(await connectByToken(world.services, token, admin, web)).toMatchObject({ kind: 'done' });
    await queueOverdue(world.services);
    await world.work();
    for (const one of all) expect(shown(one)).toContain('Approved: issue_refund');
    // Whoever was linked before must say so again.
    expect(await world.prisma.slackUserLink.findFirstOrThrow()).toMatchObject({ status: 'frozen' });
  });
});

describe('connections that Slack renews', () => {
  test('with a second connection no click is lost, whichever of the two goes', { timeout: 60_000 }, async () => {
    world.slack.setSwitches({ transport: 'socket' });
    await world.link(known.marta);
    const all = await severalPosted(6);
    const sockets = [
      await openSocket(world.services, defaults.appToken),
      await openSocket(world.services, defaults.appToken),
    ];
    await expect.poll(() => world.slack.sockets().length).toBe(2);
    const [first] = world.slack.sockets();
    const clicks = all.map((one, at) => {
      if (at === 1) world.slack.disconnectSocket({ reason: 'warning', index: first?.index ?? 0 });
      if (at === 3) world.slack.disconnectSocket({ reason: 'refresh_requested', index: first?.index ?? 0 });
      return world.slack.click({ user: known.marta, ...one, actionId: 'approval.approve' });
    });
    const acts = await Promise.all(clicks);
    // What was under way on a connection that closes may be lost with it; Slack says so, and the person clicks again.
    for (const [at, act] of acts.entries()) {
      const one = all[at] as Posted;
      if (!act.accepted) await world.slack.click({ user: known.marta, ...one, actionId: 'approval.approve' });
      await expect
        .poll(async () => (await world.approvalOf(one.approval.id)).status, { timeout: 10_000 })
        .toBe('approved');
    }
    expect(await world.prisma.vote.count()).toBe(6);
    await expect.poll(() => world.slack.sockets().length, { timeout: 30_000 }).toBe(2);
    for (const socket of sockets) await socket.stop();
  });
});

describe('what a click may name', () => {
  const noted = async (user: string) => {
    const notes = () => world.slack.ephemerals({ user });
    await expect.poll(() => notes().length, { timeout: 5_000 }).toBeGreaterThan(0);
    return notes().at(-1)?.text;
  };

  test('ids that are not known, not ours, or no ids get one answer, and leave no copy behind', async () => {
    await world.link(known.marta);
    const { ts, channel, approval } = await world.posted();
    const value = (a: unknown, r: unknown = 'a'.repeat(16)) => JSON.stringify({ v: 1, a, r });
    const foreign = [
      value(`apr_${'z'.repeat(26)}`),
      value(approval.runId),
      value(approval.id.toUpperCase()),
      value(`${approval.id}' or '1'='1`),
      value({ $ne: null }),
      value(approval.id, 'not a revision'),
      'x',
      '',
      '{"v":1}',
      '{"v":2,"a":"apr_1","r":"1"}',
    ];
    const update = async (given: string) => {
      const { blocks, text } = world.slack.message({ channel, ts });
      const changed = JSON.parse(JSON.stringify(blocks)) as { elements?: { action_id?: string; value?: string }[] }[];
      for (const { elements } of changed)
        for (const element of elements ?? [])
          if (element.action_id === 'approval.approve') element.value = given || ' ';
      await fetch(`${world.slack.apiUrl}chat.update`, {
        method: 'POST',
        headers: { authorization: `Bearer ${defaults.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ channel, ts, text, blocks: changed }),
      });
    };
    for (const given of foreign) {
      await update(given);
      const before = world.slack.ephemerals({ user: known.marta }).length;
      await world.slack.click({ user: known.marta, channel, ts, actionId: 'approval.approve' });
      await expect
        .poll(() => world.slack.ephemerals({ user: known.marta }).length, { timeout: 5_000 })
        .toBe(before + 1);
      expect(await noted(known.marta), given).toBe('This request is not known here. Nothing was recorded.');
    }
    expect(await world.prisma.vote.count()).toBe(0);
    expect(await world.prisma.slackMessage.count()).toBe(1);
  });

  test('bots and workflows are refused, even one that somebody linked', async () => {
    const bot = world.slack.addUser({ name: 'robot', isBot: true, channels: [known.approvals] }).id;
    await world.link(bot, 'reviewer', 'Robot');
    const { approval, ts, channel } = await world.posted();
    await world.slack.click({ user: bot, channel, ts, actionId: 'approval.approve' });
    expect(await noted(bot)).toMatch(/apps and workflows are not approvers/);
    expect((await world.approvalOf(approval.id)).status).toBe('pending');
    expect(await world.actions('slack.refused')).toMatchObject([{ facts: { reason: 'bot' }, approvalId: approval.id }]);
  });

  test('a message that another app posted is not taken up, whatever its buttons say', async () => {
    await world.link(known.marta);
    const { approval, ts, channel } = await world.posted();
    await world.prisma.slackMessage.deleteMany();
    await world.prisma.slackInstallation.updateMany({ data: { botId: 'B0ANOTHER01', appId: null } });
    await world.slack.click({ user: known.marta, channel, ts, actionId: 'approval.view' });
    await expect.poll(() => world.slack.modals(known.marta).length).toBe(1);
    expect(await world.prisma.slackMessage.count({ where: { approvalId: approval.id, kind: 'adopted' } })).toBe(0);
  });

  test('an unknown copy of ours is taken up by any click on it, once, and follows from then on', async () => {
    await world.link(known.marta);
    const { approval, ts, channel } = await world.posted();
    await world.prisma.slackMessage.deleteMany();
    await Promise.all(
      [1, 2, 3].map(() => world.slack.click({ user: known.marta, channel, ts, actionId: 'approval.view' })),
    );
    await expect.poll(() => world.prisma.slackMessage.count({ where: { approvalId: approval.id } })).toBe(1);
    expect(await world.prisma.slackMessage.findFirstOrThrow()).toMatchObject({ kind: 'adopted', channel, ts });
    await decideHere({ approval });
    await world.work();
    expect(shown({ channel, ts })).toContain('Approved: issue_refund');
    expect(world.slack.messages(channel)).toHaveLength(1);
  });

  test('somebody who may not decide takes up nothing', async () => {
    const { ts, channel } = await world.posted();
    await world.prisma.slackMessage.deleteMany();
    await world.slack.click({ user: known.outsider, channel, ts, actionId: 'approval.approve' });
    await noted(known.outsider);
    expect(await world.prisma.slackMessage.count()).toBe(0);
  });
});
