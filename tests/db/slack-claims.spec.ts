import { afterEach, beforeEach, expect, test } from 'vitest';
import { claimApproval } from '@/lib/approvals/claims';
import { waitingFor } from '@/lib/slack/waiting';
import { known, openSlack, type SlackWorld } from './slack-fixture';

let world: SlackWorld;
beforeEach(async () => {
  world = await openSlack();
});
afterEach(async () => {
  expect(world.problems()).toEqual([]);
  await world.close();
});

const web = { surface: 'web' } as const;

test('who takes a request in Slack is on it everywhere; somebody else takes it over knowingly', async () => {
  const marta = await world.link(known.marta);
  const { approval, channel, ts } = await world.posted();
  await world.slack.click({ user: known.marta, channel, ts, actionId: 'approval.claim' });
  await expect.poll(() => world.prisma.approvalClaim.count()).toBe(1);
  await world.work();
  const message = () => JSON.stringify(world.slack.message({ channel, ts }));
  expect(message()).toContain('Marta is on it. Others may still decide.');
  expect(message()).toContain('approval.take_over');
  expect(await world.prisma.approvalClaim.findMany()).toMatchObject([{ approvalId: approval.id, userId: marta.id }]);
  expect((await world.approvalOf(approval.id)).status).toBe('pending');

  const grace = await world.person('reviewer', 'Grace');
  const claim = { approvalId: approval.id, to: null, by: grace, context: web };
  expect(await claimApproval(world.services, { ...claim, over: null })).toMatchObject({ kind: 'refused' });
  await claimApproval(world.services, { ...claim, over: marta.id });
  await world.work();
  expect(message()).toContain('Grace is on it.');
});

test('whoever is given a request gets a message of their own and sees on their Home by whom', async () => {
  const marta = await world.link(known.marta);
  const grace = await world.person('reviewer', 'Grace');
  const { approval, channel, ts } = await world.posted();
  const given = { approvalId: approval.id, to: marta.id, over: null, by: grace, context: web };
  await claimApproval(world.services, given);
  await world.work();
  const direct = await world.prisma.slackMessage.findMany({ where: { kind: 'direct' } });
  expect(direct).toMatchObject([{ destination: known.marta, state: 'live' }]);
  expect(JSON.stringify(world.slack.thread({ channel, ts }))).toContain('Grace gave this to Marta.');
  await world.slack.openHome({ user: known.marta, tab: 'home' });
  const home = () => JSON.stringify(world.slack.homes().find(({ user }) => user === known.marta)?.view ?? '');
  await expect.poll(home).toContain('assigned to you by Grace');
  expect((await waitingFor(world.services, marta)).rows).toHaveLength(1);
});
