import { afterEach, beforeEach, expect, test } from 'vitest';
import { forgetAccounts } from '@/lib/slack/identity';
import { openSocket } from '@/lib/slack/socket';
import { defaults } from '@/tests/fakes/slack/server';
import { known, openSlack, type SlackWorld } from './slack-fixture';

let world: SlackWorld;
let socket: { stop(): Promise<void> };
beforeEach(async () => {
  forgetAccounts();
  world = await openSlack({ slack: { switches: { transport: 'socket' } } });
  socket = await openSocket(world.services, defaults.appToken);
  await expect.poll(() => world.slack.sockets().length).toBe(1);
});
afterEach(async () => {
  expect(world.problems()).toEqual([]);
  await socket.stop();
  await world.close();
});

test('approving, rejecting by form and the command work over the socket as over HTTP', async () => {
  await world.link(known.marta);
  const first = await world.posted();
  const act = await world.slack.click({
    user: known.marta,
    channel: first.channel,
    ts: first.ts,
    actionId: 'approval.approve',
  });
  expect(act.accepted).toBe(true);
  await expect.poll(async () => (await world.approvalOf(first.approval.id)).status).toBe('approved');

  const second = await world.posted();
  await world.slack.click({ user: known.marta, channel: second.channel, ts: second.ts, actionId: 'approval.reject' });
  await expect.poll(() => world.slack.modals(known.marta).length).toBe(1);
  const submitted = await world.slack.submitModal({ user: known.marta, values: { reason: 'Not this one' } });
  expect(submitted.outcome).toBe('updated');
  expect((await world.approvalOf(second.approval.id)).status).toBe('rejected');

  const command = await world.slack.slash({
    user: known.marta,
    channel: known.general,
    command: '/countersign',
    text: 'help',
  });
  expect(JSON.stringify(command.json)).toContain('/countersign list');
});

test('a button that is not in use any more is answered, not swallowed', async () => {
  await world.link(known.marta);
  const { channel, ts } = await world.posted();
  const before = world.slack.ephemerals({ user: known.marta }).length;
  // A copy of a version before this one.
  await world.prisma.slackMessage.updateMany({ data: { settled: true } });
  const token = defaults.token;
  await fetch(`${world.slack.apiUrl}chat.update`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      channel,
      ts,
      text: 'old',
      blocks: [
        {
          type: 'actions',
          elements: [
            {
              type: 'button',
              action_id: 'old.approve',
              text: { type: 'plain_text', text: 'Yes', emoji: false },
              value: 'x',
            },
          ],
        },
        ...world.slack.message({ channel, ts }).blocks.filter(({ type }) => type === 'rich_text'),
      ],
    }),
  });
  const act = await world.slack.click({ user: known.marta, channel, ts, actionId: 'old.approve' });
  expect(act.accepted).toBe(true);
  await expect.poll(() => world.slack.ephemerals({ user: known.marta }).length).toBe(before + 1);
});

test('one on the Home is answered in a modal, since nothing else is there to answer in', async () => {
  await world.link(known.marta);
  const text = { type: 'plain_text', text: 'Yes', emoji: false };
  await fetch(`${world.slack.apiUrl}views.publish`, {
    method: 'POST',
    headers: { authorization: `Bearer ${defaults.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      user_id: known.marta,
      view: {
        type: 'home',
        blocks: [{ type: 'actions', elements: [{ type: 'button', action_id: 'old.home', text }] }],
      },
    }),
  });
  await world.slack.click({ user: known.marta, home: true, actionId: 'old.home' });
  await expect
    .poll(() => JSON.stringify(world.slack.modals(known.marta)))
    .toContain('This button is not in use any more. Nothing was recorded; use the browser.');
});

test('a connection that breaks is opened again, and clicks go on', { timeout: 30_000 }, async () => {
  await world.link(known.marta);
  const { approval, channel, ts } = await world.posted();
  world.slack.cutSocket();
  await expect.poll(() => world.slack.sockets().length, { timeout: 20_000 }).toBe(1);
  await expect
    .poll(
      async () => {
        await world.slack.click({ user: known.marta, channel, ts, actionId: 'approval.approve' }).catch(() => null);
        return (await world.approvalOf(approval.id)).status;
      },
      { timeout: 20_000, interval: 500 },
    )
    .toBe('approved');
});
