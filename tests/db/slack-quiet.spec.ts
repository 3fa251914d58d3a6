import { afterEach, beforeEach, expect, test } from 'vitest';
import { vote } from '@/lib/approvals/vote';
import type { Person } from '@/lib/domain/person';
import { setQuietHours } from '@/lib/people/quiet-hours';
import type { JobName } from '@/lib/queue/jobs';
import { findCopies } from '@/lib/slack/copies';
import { ask } from '@/tests/support/policies';
import { group, publish } from './policy-fixture';
import { known, openSlack, type SlackWorld } from './slack-fixture';

let world: SlackWorld;
beforeEach(async () => {
  world = await openSlack();
});
afterEach(async () => {
  expect(world.problems()).toEqual([]);
  await world.close();
});

const minute = 60_000;
const jobs: readonly JobName[] = [
  'slack.sync',
  'slack.deliver',
  'approval.remind',
  'approval.escalate',
  'approval.expire',
];
const fromWeb = { surface: 'web' as const };

/** Quiet from an hour ago until so many minutes from now. */
async function quietFor(person: Person, minutes: number): Promise<void> {
  const clock = (at: number) => new Date(at).toISOString().slice(11, 16);
  const now = world.services.now().getTime();
  const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
  const wanted = { days, from: clock(now - 60 * minute), to: clock(now + minutes * minute), timeZone: 'UTC' };
  expect(await setQuietHours(world.services, person, wanted, fromWeb)).toMatchObject({ kind: 'done' });
}
const reviewed = (review: object, rotations = {}) =>
  publish(world.services, [ask('tool.name == "issue_refund"', { groups: ['desk'], deadlineMinutes: 240, ...review })], {
    rotations,
  });
const direct = async (approvalId: string) => {
  return world.prisma.slackMessage.findMany({
    where: { approvalId, kind: 'direct' },
    select: { destination: true, state: true, channel: true, ts: true },
  });
};

test('a reminder goes to the thread and to whoever may still decide; nothing more comes when it is over', async () => {
  const marta = await world.link(known.marta);
  await group(world.services, 'desk', marta);
  await reviewed({ remind: ['25%', '50%'] });
  const { approval, ts, channel } = await world.posted();
  const thread = () => world.slack.thread({ channel, ts }).map(({ text }) => text);
  expect(await direct(approval.id)).toEqual([]);
  world.advance(61 * minute);
  await world.work(jobs);
  expect(thread().filter((text) => text.startsWith('Reminder:'))).toHaveLength(1);
  const [copy] = await direct(approval.id);
  expect(copy).toMatchObject({ destination: known.marta, state: 'live' });
  // The message to the person is new itself: nothing reminds of it yet.
  const own = () => world.slack.thread({ channel: copy?.channel ?? '', ts: copy?.ts ?? '' });
  expect(own()).toEqual([]);
  world.advance(60 * minute);
  await world.work(jobs);
  expect(own()).toHaveLength(1);
  world.advance(300 * minute);
  await world.work(jobs);
  expect(thread().filter((text) => text.startsWith('Reminder:'))).toHaveLength(2);
  expect(own().filter(({ text }) => text.startsWith('Reminder:'))).toHaveLength(1);
});

test('in quiet hours nothing is sent to a person; it comes when they end, if it still waits', async () => {
  const marta = await world.link(known.marta);
  await group(world.services, 'desk', marta);
  await reviewed({ remind: ['25%'] });
  const { approval, ts, channel } = await world.posted();
  const { approval: other } = await world.posted();
  await quietFor(marta, 90);
  world.advance(61 * minute);
  await world.work(jobs);
  expect(world.slack.thread({ channel, ts })).toHaveLength(1); // the channel is told
  expect(await direct(approval.id)).toMatchObject([{ state: 'new' }]);
  const copies = await findCopies(world.services, approval.id, marta);
  expect(copies.map(({ why }) => why).join()).toContain('quiet hours');
  const decided = await vote(world.services, {
    approvalId: other.id,
    ballot: { callHash: other.callHash, verdict: 'reject', reason: 'Not now', next: 'stop' },
    by: { ...marta, groups: ['desk'] },
    surface: 'web',
    context: fromWeb,
  });
  expect(decided).toMatchObject({ kind: 'decided' });
  world.advance(30 * minute);
  await world.work(jobs);
  expect(await direct(approval.id)).toMatchObject([{ state: 'live' }]);
  expect(await direct(other.id)).toMatchObject([{ state: 'new', ts: null }]);
});

test('whoever the escalation calls as on call is asked at any hour, whoever it merely names when theirs end', async () => {
  const marta = await world.link(known.marta);
  const noor = await world.link(known.denis, 'reviewer', 'Noor');
  await group(world.services, 'desk');
  const rotations = { night: { people: [marta.email], from: '2026-01-05T00:00:00Z', shiftHours: 168 } };
  await reviewed({ escalate: [{ afterMinutes: 10, rotation: 'night', people: [noor.email] }] }, rotations);
  const { approval, ts, channel } = await world.posted();
  const message = () => JSON.stringify(world.slack.message({ channel, ts }).blocks);
  expect(message()).toContain('"One of desk"');
  await quietFor(marta, 200);
  await quietFor(noor, 100);
  world.advance(11 * minute);
  await world.work(jobs);
  // The channel sees who may decide by now, and its thread why.
  expect(message()).toContain(`One of desk or ${noor.email} or ${marta.email}`);
  expect(world.slack.thread({ channel, ts }).map(({ text }) => text)).toEqual([
    'Nobody had decided after 10 min. 2 more were asked too.',
  ]);
  const byPerson = async () => new Map((await direct(approval.id)).map((copy) => [copy.destination, copy.state]));
  expect(await byPerson()).toEqual(
    new Map([
      [known.marta, 'live'],
      [known.denis, 'new'],
    ]),
  );
  world.advance(90 * minute);
  await world.work(jobs);
  expect((await byPerson()).get(known.denis)).toBe('live');
});
