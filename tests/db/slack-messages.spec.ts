import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { expireApproval } from '@/lib/approvals/expire';
import { vote } from '@/lib/approvals/vote';
import { liveChannel } from '@/lib/live/notify';
import { findCopies } from '@/lib/slack/copies';
import { deliverMessage, queueOverdue, syncApproval } from '@/lib/slack/sync';
import { ask } from '@/tests/support/policies';
import { publish } from './policy-fixture';
import { known, openSlack, type SlackWorld } from './slack-fixture';

let world: SlackWorld;
beforeEach(async () => {
  world = await openSlack();
});
afterEach(async () => {
  expect(world.problems()).toEqual([]);
  await world.close();
});

const approveHere = async (approval: { id: string; callHash: string }) =>
  vote(world.services, {
    approvalId: approval.id,
    ballot: { callHash: approval.callHash, verdict: 'approve', arguments: null, note: null },
    by: await world.person('reviewer', 'Ada'),
    surface: 'web',
    context: { surface: 'web' },
  });

const textOf = (message: { blocks: unknown }) => JSON.stringify(message.blocks);

describe('the message of an approval', () => {
  test('is posted once to the default channel, with what the agent wants and the buttons', async () => {
    const { approval } = await world.posted();
    const [message, ...more] = world.slack.messages(known.approvals);
    expect(more).toEqual([]);
    expect(textOf(message as never)).toContain('Approval needed: issue_refund');
    expect(textOf(message as never)).toContain('approval.approve');
    expect(message?.text).toContain('https://countersign.example/approvals/');
    await syncApproval(world.services, approval.id);
    expect(world.slack.calls({ method: 'chat.postMessage' })).toHaveLength(1);
    expect(world.slack.calls({ method: 'chat.update' })).toHaveLength(0);
  });

  test('shows the outcome and no buttons when somebody decides in the browser', async () => {
    const { approval, ts, channel } = await world.posted();
    await approveHere(approval);
    await world.work();
    const message = world.slack.message({ channel, ts });
    expect(textOf(message)).toContain('Approved: issue_refund');
    expect(textOf(message)).toContain('Ada approved this in the browser.');
    expect(textOf(message)).not.toContain('approval.approve');
  });

  test('says that it expired, not that somebody refused', async () => {
    const { approval, ts, channel } = await world.posted();
    world.advance(25 * 3600_000);
    await expireApproval(world.services, approval.id);
    await world.work();
    expect(textOf(world.slack.message({ channel, ts }))).toContain('Expired: issue_refund');
  });

  test('goes to the channel of its agent instead of the default one', async () => {
    await world.prisma.agent.create({
      data: {
        id: 'agt_refunds',
        name: 'Refunds',
        target: 'gemini-3.8-flash',
        slackChannel: known.general,
        profile: { model: 'gemini-3.8-flash', tools: [] },
      },
    });
    const run = await world.pausedRun(world.key, undefined, {});
    await world.prisma.run.update({ where: { id: run.id }, data: { agentId: 'agt_refunds' } });
    await world.work();
    expect(world.slack.messages(known.general)).toHaveLength(1);
    expect(world.slack.messages(known.approvals)).toHaveLength(0);
  });

  test('goes where the rule says before its agent’s channel, and hides what the rule hides', async () => {
    const rule = ask('tool.name == "issue_refund"', { slackChannel: known.general, hideArgumentsInSlack: true });
    await publish(world.services, [rule]);
    const { approval } = await world.posted();
    expect(world.slack.messages(known.approvals)).toEqual([]);
    const [message] = world.slack.messages(known.general);
    expect(textOf(message as never)).toContain('Hidden in Slack');
    expect(JSON.stringify(message)).not.toContain('A-1042');
    expect(textOf(message as never)).not.toContain('approval.approve');
    expect((await world.approvalOf(approval.id)).hideArgumentsInSlack).toBe(true);
  });

  test('says how many have voted but not how, while the rule keeps the second from seeing the first', async () => {
    await publish(world.services, [
      ask('tool.name == "issue_refund"', { tier: 2, approvals: 2, blindSecondReview: true }),
    ]);
    const { approval, ts, channel } = await world.posted();
    await approveHere(approval);
    await world.work();
    const thread = () => world.slack.thread({ channel, ts }).map(({ text }) => text);
    expect(textOf(world.slack.message({ channel, ts }))).toContain('1 of 2 have voted');
    expect(JSON.stringify([world.slack.message({ channel, ts }), thread()])).not.toContain('Ada');
    await vote(world.services, {
      approvalId: approval.id,
      ballot: { callHash: approval.callHash, verdict: 'approve', arguments: null, note: null },
      by: await world.person('reviewer', 'Grace'),
      surface: 'web',
      context: { surface: 'web' },
    });
    await world.work();
    expect(textOf(world.slack.message({ channel, ts }))).toContain('Ada and Grace approved this');
    await expect
      .poll(async () => {
        world.advance(2_000);
        await world.work();
        return thread().join(' ');
      })
      .toContain('Ada approved this in the browser.');
  });

  test('goes to the people who may decide when the channel cannot be used, and admins see why', async () => {
    await world.prisma.slackInstallation.updateMany({ data: { defaultChannel: known.shared } });
    await world.link(known.marta);
    await world.link(known.denis, 'viewer', 'Denis');
    const { approval } = await world.posted();
    expect(world.slack.messages(known.shared)).toEqual([]);
    const copies = await world.prisma.slackMessage.findMany({
      where: { approvalId: approval.id },
      orderBy: { kind: 'asc' },
    });
    expect(copies.map(({ kind, destination, state }) => ({ kind, destination, state }))).toEqual([
      { kind: 'channel', destination: known.shared, state: 'broken' },
      { kind: 'direct', destination: known.marta, state: 'live' },
    ]);
    expect((await world.prisma.slackChannel.findFirstOrThrow()).problem).toContain('shared with another organisation');
  });
});

describe('what the page of the request says of Slack', () => {
  test('up to date, catching up, cannot update; with a link to the message, and open pages are told', async () => {
    const ada = await world.person('viewer', 'Ada');
    const { approval, ts, channel } = await world.posted();
    const copies = () => findCopies(world.services, approval.id, ada);
    expect(await copies()).toMatchObject([{ place: '#approvals', workspace: 'Acme', state: 'up_to_date', why: null }]);
    const [copy] = await copies();
    expect(copy?.href).toBe(`${world.slack.url}/archives/${channel}/p${ts.replace('.', '')}`);
    expect((await fetch(copy?.href ?? '', { redirect: 'manual' })).status).toBeLessThan(400);

    world.slack.addFault({ on: 'chat.update', kind: 'server_error', times: 1 });
    await approveHere(approval);
    expect(await copies()).toMatchObject([{ state: 'catching_up', why: null }]);
    await world.work();
    expect(await copies()).toMatchObject([{ state: 'catching_up', why: 'HTTP 500' }]);
    const heard: string[] = [];
    const listener = await world.services.db.pool.connect();
    listener.on('notification', ({ payload }) => heard.push(payload ?? ''));
    await listener.query(`listen ${liveChannel}`);
    world.advance(60_000);
    await world.work();
    expect(await copies()).toMatchObject([{ state: 'up_to_date', why: null }]);
    await listener.query('select 1');
    listener.release(true);
    expect(heard.map((text) => JSON.parse(text))).toContainEqual({
      type: 'slack',
      id: approval.id,
      runId: approval.runId,
    });

    await world.prisma.slackInstallation.updateMany({ data: { status: 'dead' } });
    world.slack.deleteMessage({ channel, ts });
    await world.prisma.slackMessage.updateMany({ data: { state: 'lost', lastError: 'message_not_found' } });
    expect(await copies()).toMatchObject([{ state: 'cannot_update', why: 'Somebody deleted the message.' }]);
  });

  test('one’s own direct message can be opened, those of others only count', async () => {
    await world.prisma.slackInstallation.updateMany({ data: { defaultChannel: null } });
    const marta = await world.link(known.marta);
    await world.link(known.denis, 'reviewer', 'Denis');
    await world.link(known.admin, 'reviewer', 'Ada');
    const { approval } = await world.posted();
    expect(await findCopies(world.services, approval.id, marta)).toMatchObject([
      { place: 'Direct message to you', href: expect.stringContaining('/archives/D') },
      { place: 'Direct messages to 2 people', href: null, state: 'up_to_date' },
    ]);
  });
});

describe('deliveries that go wrong', () => {
  test('a post that Slack wants later is made later, one a second, and once', async () => {
    world.slack.setSwitches({ postBurst: 100 });
    world.slack.addFault({ on: 'chat.postMessage', kind: 'rate_limit', retryAfterSeconds: 20, times: 1 });
    await world.posted();
    await world.posted();
    expect(world.slack.messages(known.approvals)).toHaveLength(0);
    world.advance(30_000);
    await world.work();
    expect(world.slack.messages(known.approvals)).toHaveLength(2);
  });

  test('a post whose answer is lost is made again after half a minute; both copies are the same request', async () => {
    world.slack.addFault({ on: 'chat.postMessage', kind: 'cut_after', times: 1 });
    const { approval } = await world.posted();
    expect(world.slack.messages(known.approvals)).toHaveLength(1);
    await syncApproval(world.services, approval.id);
    expect(world.slack.messages(known.approvals)).toHaveLength(1);
    world.advance(31_000);
    await world.work();
    expect(world.slack.messages(known.approvals)).toHaveLength(2);
  });

  test('an update that fails is repeated until it stands; the decision is not touched', async () => {
    const { approval, ts, channel } = await world.posted();
    world.slack.addFault({ on: 'chat.update', kind: 'server_error', times: 3 });
    await approveHere(approval);
    for (let round = 0; round < 5; round++) {
      await world.work();
      world.advance(60_000);
    }
    expect(textOf(world.slack.message({ channel, ts }))).toContain('Approved: issue_refund');
    expect((await world.approvalOf(approval.id)).status).toBe('approved');
  });

  test('a job that is lost between decision and update is made up for by the sweep', async () => {
    const { approval, ts, channel } = await world.posted();
    await approveHere(approval);
    await world.services.db.pool.query(`delete from graphile_worker._private_jobs`);
    await queueOverdue(world.services);
    await world.work();
    expect(textOf(world.slack.message({ channel, ts }))).toContain('Approved: issue_refund');
  });

  test('a copy that somebody deleted is given up and told of in the history', async () => {
    const { approval, ts, channel } = await world.posted();
    world.slack.deleteMessage({ channel, ts });
    await approveHere(approval);
    await world.work();
    expect((await world.prisma.slackMessage.findFirstOrThrow()).state).toBe('lost');
    expect(await world.actions('slack.copy_lost')).toHaveLength(1);
  });

  test('after a day of failing it is given up', async () => {
    const { approval } = await world.posted();
    world.slack.addFault({ on: 'chat.update', kind: 'server_error', times: 1000 });
    await approveHere(approval);
    for (let round = 0; round < 4; round++) {
      await world.work();
      world.advance(9 * 3600_000);
    }
    expect((await world.prisma.slackMessage.findFirstOrThrow()).state).toBe('lost');
  });

  test('two workers at once send one update, and it shows what is true at the end', async () => {
    const { approval, ts, channel, copies } = await world.posted();
    const id = copies[0]?.id ?? '';
    world.slack.setSwitches({ latencyMs: 100 });
    await approveHere(approval);
    await Promise.all([1, 2, 3, 4].map(() => deliverMessage(world.services, id)));
    expect(world.slack.calls({ method: 'chat.update' })).toHaveLength(1);
    expect(textOf(world.slack.message({ channel, ts }))).toContain('Approved: issue_refund');
  });

  test('a worker that died with the copy in hand does not keep it', async () => {
    const { approval, ts, channel } = await world.posted();
    await world.prisma.slackMessage.updateMany({
      data: { claim: 'somebody', claimedUntil: new Date(Date.now() + 30_000) },
    });
    await approveHere(approval);
    await world.work();
    expect(textOf(world.slack.message({ channel, ts }))).toContain('Approval needed');
    world.advance(60_000);
    await queueOverdue(world.services);
    await world.work();
    expect(textOf(world.slack.message({ channel, ts }))).toContain('Approved: issue_refund');
  });

  test('blocks that Slack refuses go out in their plain form', async () => {
    world.slack.addFault({ on: 'chat.postMessage', kind: 'error', error: 'invalid_blocks', times: 1 });
    await world.posted();
    const [message] = world.slack.messages(known.approvals);
    expect(textOf(message as never)).toContain('Approval needed: issue_refund');
  });

  test('a revoked token ends the installation and leaves approvals alone', async () => {
    const { approval } = await world.posted();
    await world.slack.revokeToken();
    await approveHere(approval);
    await world.work();
    expect(await world.prisma.slackInstallation.findFirstOrThrow()).toMatchObject({ status: 'dead' });
    expect((await world.approvalOf(approval.id)).status).toBe('approved');
  });

  test('what was opened before the workspace was connected is posted by the sweep', async () => {
    await world.prisma.slackInstallation.updateMany({ data: { status: 'off' } });
    await world.posted();
    expect(world.slack.messages(known.approvals)).toEqual([]);
    await world.prisma.slackInstallation.updateMany({ data: { status: 'active' } });
    await queueOverdue(world.services);
    await world.work();
    expect(world.slack.messages(known.approvals)).toHaveLength(1);
  });
});
