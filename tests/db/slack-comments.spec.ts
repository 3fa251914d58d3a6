import { afterEach, beforeEach, expect, test } from 'vitest';
import { addComment, deleteComment } from '@/lib/approvals/comments';
import { vote } from '@/lib/approvals/vote';
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
const comments = () => world.prisma.approvalComment.findMany({ orderBy: { createdAt: 'asc' } });
const heard = async (count: number) => {
  await world.slack.idle();
  await expect.poll(async () => (await comments()).length).toBe(count);
};

test('a reply in the thread of a linked person is a comment, once, and never a vote', async () => {
  const marta = await world.link(known.marta);
  const { approval, channel, ts } = await world.posted();
  const said = world.slack.say({
    user: known.marta,
    channel,
    text: 'yes &amp; approve <https://a.example|this>',
    threadTs: ts,
  });
  await heard(1);
  expect(await comments()).toMatchObject([
    { approvalId: approval.id, userId: marta.id, text: 'yes & approve this (https://a.example)', surface: 'slack' },
  ]);
  // Slack repeats what it thinks was not heard, under another event id too.
  const event = { type: 'message', channel, user: known.marta, ts: said.ts, thread_ts: ts, text: 'yes' };
  await Promise.all([world.slack.event({ event }), world.slack.event({ event }), world.slack.event({ event })]);
  await heard(1);
  await world.work();
  expect((await world.approvalOf(approval.id)).status).toBe('pending');
  expect(await world.prisma.vote.count()).toBe(0);
  // It stands in this thread already.
  expect(world.slack.thread({ channel, ts })).toHaveLength(1);
});

test('what bots, strangers and people elsewhere write is not kept; somebody unlinked is told how, once', async () => {
  await world.link(known.marta);
  const { channel, ts } = await world.posted();
  world.slack.say({ user: known.marta, channel, text: 'Not in the thread' });
  const other = world.slack.say({ user: known.denis, channel, text: 'Another thread' });
  world.slack.say({ user: known.marta, channel, text: 'In another thread', threadTs: other.ts });
  const event = {
    type: 'message',
    channel,
    user: known.marta,
    ts: '1.2',
    thread_ts: ts,
    text: 'I am a bot',
    bot_id: 'B1',
  };
  await world.slack.event({ event });
  world.slack.say({ user: known.denis, channel, text: 'Hello', threadTs: ts });
  await expect.poll(() => world.slack.ephemerals({ user: known.denis }).length).toBe(1);
  world.slack.say({ user: known.denis, channel, text: 'Hello?', threadTs: ts });
  await heard(0);
  expect(world.slack.ephemerals({ user: known.denis })).toHaveLength(1);
  expect(JSON.stringify(world.slack.ephemerals({ user: known.denis }))).toContain('link.open');
});

test('edits and deletions in Slack are followed', async () => {
  await world.link(known.marta);
  const { approval, channel, ts } = await world.posted();
  const said = world.slack.say({ user: known.marta, channel, text: 'Wait', threadTs: ts });
  await heard(1);
  world.slack.editMessage({ channel, ts: said.ts, text: 'Wait for me' });
  await expect.poll(async () => (await comments())[0]?.text).toBe('Wait for me');
  world.slack.deleteMessage({ channel, ts: said.ts });
  await expect.poll(async () => (await comments())[0]).toMatchObject({ text: '' });
  const entries = await world.prisma.auditEntry.findMany({
    where: { approvalId: approval.id },
    orderBy: { seq: 'asc' },
  });
  expect(entries.map(({ action }) => action).slice(-3)).toEqual(['comment.added', 'comment.edited', 'comment.deleted']);
});

test('a comment on the web stands in the thread, also when all is over, and loses its words when it is deleted', async () => {
  const grace = await world.person('reviewer', 'Grace');
  const { approval, channel, ts } = await world.posted();
  const ballot = { callHash: approval.callHash, verdict: 'approve', arguments: null, note: null } as const;
  await vote(world.services, { approvalId: approval.id, ballot, by: grace, surface: 'api', context: web });
  await world.work();
  await world.prisma.slackMessage.updateMany({ data: { settled: true } });
  const outcome = await addComment(world.services, {
    approvalId: approval.id,
    text: 'Ask <!channel> *first*',
    by: grace,
    surface: 'web',
    context: web,
  });
  await world.work();
  const thread = () => JSON.stringify(world.slack.thread({ channel, ts }).map(({ blocks }) => blocks));
  expect(thread()).toContain('Grace: Ask <!channel> *first*');
  expect(thread()).toContain('plain_text');
  if (outcome?.kind !== 'added') throw new Error('not added');
  await deleteComment(world.services, { commentId: outcome.id, by: grace, context: web });
  await world.work();
  await world.work();
  expect(thread()).not.toContain('first');
  expect(thread()).toContain('Grace deleted a comment.');
  expect(world.slack.thread({ channel, ts }).filter(({ text }) => text.includes('Grace'))).toHaveLength(1);
});
