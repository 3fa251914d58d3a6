import { afterEach, beforeEach, expect, test } from 'vitest';
import { expireApproval } from '@/lib/approvals/expire';
import { ownRequests } from '@/lib/approvals/own-requests';
import { findApproval } from '@/lib/approvals/queries';
import { undoDecision } from '@/lib/approvals/undo';
import { vote } from '@/lib/approvals/vote';
import type { Ballot } from '@/lib/domain/approval';
import type { Person } from '@/lib/domain/person';
import { setQuietHours } from '@/lib/people/quiet-hours';
import { syncApproval } from '@/lib/slack/sync';
import { ask, letPass } from '@/tests/support/policies';
import { publish } from './policy-fixture';
import { known, openSlack, type SlackWorld } from './slack-fixture';

let world: SlackWorld;
let rana: Person;
let ada: Person;
beforeEach(async () => {
  world = await openSlack();
  rana = await world.link(known.requester, 'viewer', 'Rana');
  ada = await world.person('reviewer', 'Ada');
});
afterEach(async () => {
  expect(world.problems()).toEqual([]);
  await world.close();
});

const fromWeb = { surface: 'web' as const };
const hour = 3600_000;
const asked = (requester: string) => world.posted(undefined, { requester });
const decide = (approval: { id: string; callHash: string }, surface: 'web' | 'api', change: Partial<Ballot> = {}) =>
  vote(world.services, {
    approvalId: approval.id,
    ballot: {
      callHash: approval.callHash,
      verdict: 'reject',
      reason: 'Over the <limit>',
      next: 'ask',
      ...change,
    } as Ballot,
    by: ada,
    surface,
    context: { surface },
  });
/** What was sent to whoever asked, as it stands now. */
const told = async (approvalId: string): Promise<string[]> => {
  const copies = await world.prisma.slackMessage.findMany({
    where: { approvalId, kind: 'requester', ts: { not: null } },
  });
  return copies.map(({ channel, ts }) => JSON.stringify(world.slack.message({ channel: channel ?? '', ts: ts ?? '' })));
};

test('whoever asked for the run is told once by whom it was decided, why, and how it goes on', async () => {
  const { approval } = await asked(rana.email);
  expect(await told(approval.id)).toEqual([]);
  expect((await findApproval(world.services, approval.id, ada))?.requesterTold).toBe('slack');
  await decide(approval, 'api');
  await world.work();
  const [message = '', ...more] = await told(approval.id);
  expect(more).toEqual([]);
  for (const words of ['Rejected: issue_refund', 'Ada rejected this', 'Over the', 'about to be sent']) {
    expect(message).toContain(words);
  }
  expect(message).not.toContain('approval.approve');
  const posts = () => world.slack.calls({ method: 'chat.postMessage' }).length;
  const before = posts();
  await Promise.all([syncApproval(world.services, approval.id), syncApproval(world.services, approval.id)]);
  await world.work();
  expect(posts()).toBe(before);
  const page = await findApproval(world.services, approval.id, ada);
  expect(page?.activity.map(({ sentence }) => sentence)).toContain('told whoever asked for the run in Slack');
  expect((await ownRequests(world.services, rana, undefined)).rows).toMatchObject([
    { id: approval.id, status: 'rejected', by: ['Ada'], reason: 'Over the <limit>' },
  ]);
  expect((await ownRequests(world.services, ada, undefined)).rows).toEqual([]);
});

test('nothing is told while it can be taken back, and nothing of what was', async () => {
  const { approval } = await asked(rana.email);
  await decide(approval, 'web', { verdict: 'approve', arguments: null, note: null } as Partial<Ballot>);
  await world.work();
  expect(await told(approval.id)).toEqual([]);
  await undoDecision(world.services, { approvalId: approval.id, by: ada, context: fromWeb });
  world.advance(60_000);
  await world.work();
  expect(await told(approval.id)).toEqual([]);
  await decide(approval, 'web', { verdict: 'approve', arguments: null, note: null } as Partial<Ballot>);
  world.advance(60_000);
  await world.work();
  expect(await told(approval.id)).toHaveLength(1);
});

test('that it expired is not told as anybody’s no', async () => {
  const { approval } = await asked(rana.email);
  world.advance(23 * hour);
  await expireApproval(world.services, approval.id);
  await world.work();
  const [message = ''] = await told(approval.id);
  expect(message).toContain('Expired: issue_refund');
  expect(message).toContain('This is not anybody’s no.');
  expect(message).not.toContain('ejected');
});

test('in their quiet hours it waits', async () => {
  const clock = (at: number) => new Date(at).toISOString().slice(11, 16);
  const now = world.services.now().getTime();
  const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
  const quiet = { days, from: clock(now - hour), to: clock(now + 2 * hour), timeZone: 'UTC' };
  await setQuietHours(world.services, rana, quiet, fromWeb);
  const { approval } = await asked(rana.email);
  await decide(approval, 'api');
  await world.work();
  expect(await told(approval.id)).toEqual([]);
  world.advance(2 * hour);
  await world.work();
  expect(await told(approval.id)).toHaveLength(1);
});

test.each(['rana', 'Somebody in sales', 'somebody@elsewhere.example'])(
  'nobody is told for “%s”, and the page says so',
  async (requester) => {
    const { approval } = await asked(requester);
    await decide(approval, 'api');
    await world.work();
    expect(await world.prisma.slackMessage.count({ where: { kind: 'requester' } })).toBe(0);
    expect((await findApproval(world.services, approval.id, ada))?.requesterTold).toBe('nobody');
  },
);

test('a person without a link is told nothing in Slack, and what a rule lets pass bothers nobody', async () => {
  const { approval } = await asked(ada.email);
  const grace = await world.person('reviewer', 'Grace');
  expect((await findApproval(world.services, approval.id, grace))?.requesterTold).toBe('here');
  await publish(world.services, [letPass('tool.name == "issue_refund"'), ask('true')]);
  await world.prisma.tool.create({ data: { name: 'issue_refund', tier: 0 } });
  const { approval: passed } = await asked(rana.email);
  expect(passed.status).toBe('approved');
  await world.work();
  expect(await world.prisma.slackMessage.count({ where: { kind: 'requester' } })).toBe(0);
});
