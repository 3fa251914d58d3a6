import { afterEach, beforeEach, expect, test } from 'vitest';
import * as extendRoute from '@/app/api/v1/approvals/[id]/extend/route';
import { expectProblem } from './api-fixture';
import { openSlack, type SlackWorld } from './slack-fixture';

let world: SlackWorld;
beforeEach(async () => {
  world = await openSlack();
});
afterEach(async () => {
  expect(world.problems()).toEqual([]);
  await world.close();
});

const hour = 3600_000;

test('a deadline that is extended through the API shows in Slack, in the thread and in what the API tells', async () => {
  const { approval, ts, channel } = await world.posted();
  const { key } = world;
  const latest = approval.deadline.getTime();
  await world.prisma.approval.update({
    where: { id: approval.id },
    data: { deadline: new Date(latest - 10 * hour), deadlineSource: 'rule' },
  });
  const until = new Date(latest - 5 * hour).toISOString();
  const body = { until, reason: 'Waiting for <finance>' };
  const answer = await world.call(extendRoute.POST, { key, id: approval.id, body });
  expect(answer.status, answer.text).toBe(200);
  expect(await world.readApproval(key, approval.id)).toMatchObject({
    deadline: until,
    deadline_source: 'extended',
    extension: { by: { name: 'Owner' }, reason: 'Waiting for <finance>' },
  });
  await world.work();
  expect(JSON.stringify(world.slack.message({ channel, ts }).blocks)).toContain('extended by Owner');
  const said = world.slack.thread({ channel, ts }).map(({ text }) => text);
  expect(said.filter((text) => text.startsWith('Owner extended the deadline'))).toHaveLength(1);

  const again = await world.call(extendRoute.POST, { key, id: approval.id, body });
  expectProblem(again, 409);
  const beyond = { until: new Date(latest + hour).toISOString(), reason: 'More' };
  expectProblem(await world.call(extendRoute.POST, { key, id: approval.id, body: beyond }), 422);
  world.advance(25 * hour);
  const late = { until: new Date(latest + 30 * hour).toISOString(), reason: 'More' };
  expectProblem(await world.call(extendRoute.POST, { key, id: approval.id, body: late }), 410);
});
