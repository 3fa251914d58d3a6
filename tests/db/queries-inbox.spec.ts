import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { countInbox, findRows, listInbox } from '@/lib/approvals/queries';
import type { InboxOrder, InboxTab } from '@/lib/approvals/views';
import type { Person } from '@/lib/domain/person';
import { approvedBy, minutes, noon, openShelf, type Shelf } from './queries-fixture';

let shelf: Shelf;
let ada: Person;
let grace: Person;
let vera: Person;
beforeAll(async () => {
  shelf = await openShelf();
  [ada, grace, vera] = [
    await shelf.person('Ada', 'reviewer'),
    await shelf.person('Grace', 'admin'),
    await shelf.person('Vera', 'viewer'),
  ];
});
afterAll(() => shelf.close());

const idsOf = async (tab: InboxTab, viewer: Person) =>
  (await listInbox(shelf.services, { tab, order: 'newest' }, viewer)).rows.map((row) => row.id);
const empty = async () => {
  await shelf.prisma.vote.deleteMany();
  await shelf.prisma.approval.deleteMany();
};

describe('what needs me', () => {
  test('is what I may decide and have not voted on', async () => {
    await empty();
    const open = await shelf.approval();
    const voted = await shelf.approval({ approvalsNeeded: 2 });
    await shelf.vote(voted, ada);
    expect(await idsOf('needs_me', ada)).toEqual([open]);
    expect(await idsOf('waiting', ada)).toEqual([voted]);
    expect(await idsOf('needs_me', grace)).toEqual([voted, open]);
  });

  test('comes back when my vote was taken back', async () => {
    await empty();
    const id = await shelf.approval();
    await shelf.vote(id, ada, true);
    expect(await idsOf('needs_me', ada)).toEqual([id]);
  });

  test('leaves out my own runs, by person and by address in any case, unless the rule lets me', async () => {
    await empty();
    const byId = await shelf.approval({ requester: 'somebody', requesterUserId: ada.id });
    const byAddress = await shelf.approval({ requester: ' ADA@example.com ' });
    const allowed = await shelf.approval({ requester: ada.email, fourEyes: false });
    expect(await idsOf('needs_me', ada)).toEqual([allowed]);
    expect(await idsOf('waiting', ada)).toEqual([byAddress, byId]);
    expect(await idsOf('needs_me', grace)).toEqual([allowed, byAddress, byId]);
  });

  test('takes a run that names nobody', async () => {
    await empty();
    const id = await shelf.approval({ requester: null });
    expect(await idsOf('needs_me', ada)).toEqual([id]);
  });

  test('ends at the deadline, though the sweep has not run; the team still sees it', async () => {
    await empty();
    const late = await shelf.approval({ deadline: noon });
    expect(await idsOf('needs_me', ada)).toEqual([]);
    expect(await idsOf('team', ada)).toEqual([late]);
  });

  test('is nothing for a role that does not decide', async () => {
    await empty();
    const own = await shelf.approval({ requester: vera.email });
    await shelf.approval();
    expect(await idsOf('needs_me', vera)).toEqual([]);
    expect(await idsOf('waiting', vera)).toEqual([own]);
    expect(await idsOf('team', vera)).toHaveLength(2);
  });

  test('includes approved calls that a person carries out until somebody says what happened', async () => {
    await empty();
    const by = approvedBy('Grace', minutes(-5));
    const awaited = await shelf.approval({ fulfilment: 'manual', ...by });
    await shelf.approval({
      fulfilment: 'manual',
      ...by,
      outcome: { kind: 'manual', by: { id: 'usr_grace', name: 'Grace' }, at: noon.toISOString(), result: 'Done' },
    });
    const page = await listInbox(shelf.services, { tab: 'needs_me', order: 'newest' }, ada);
    expect(page.awaitingResult).toMatchObject([{ id: awaited, awaitsResult: true }]);
    expect(await countInbox(shelf.services, ada)).toMatchObject({ needsMe: 1, team: 0, waiting: 0 });
    expect((await listInbox(shelf.services, { tab: 'needs_me', order: 'newest' }, vera)).awaitingResult).toEqual([]);
    expect(await countInbox(shelf.services, vera)).toMatchObject({ needsMe: 0 });
  });
});

describe('a list', () => {
  const walk = async (tab: InboxTab, order: InboxOrder, side: 'after' | 'before', start: string | undefined) => {
    const pages: string[][] = [];
    let cursor = start;
    for (let guard = 0; guard < 10; guard++) {
      const page = await listInbox(shelf.services, { tab, order, [side]: cursor }, grace);
      pages.push(page.rows.map((row) => row.id));
      const next = side === 'after' ? page.older : page.newer;
      if (next === null) return { pages, last: page };
      cursor = next;
    }
    throw new Error('The list does not end');
  };

  test('shows every row once, forwards and back, also where many share an instant', async () => {
    await empty();
    for (let count = 0; count < 130; count++) await shelf.approval({ createdAt: minutes(-Math.floor(count / 60)) });
    const forwards = await walk('team', 'newest', 'after', undefined);
    expect(forwards.pages.map((page) => page.length)).toEqual([50, 50, 30]);
    expect(new Set(forwards.pages.flat()).size).toBe(130);
    const back = await walk('team', 'newest', 'before', forwards.last.newer ?? undefined);
    expect(back.pages.toReversed().flat()).toEqual(forwards.pages.flat().slice(0, 100));
  });

  test('stays where it was when rows come and go at its head', async () => {
    await empty();
    for (let count = 0; count < 60; count++) await shelf.approval({ createdAt: minutes(count) });
    const first = await listInbox(shelf.services, { tab: 'team', order: 'newest' }, grace);
    const rest = async () =>
      (
        await listInbox(shelf.services, { tab: 'team', order: 'newest', after: first.older ?? undefined }, grace)
      ).rows.map((row) => row.id);
    const before = await rest();
    await shelf.approval({ createdAt: minutes(100) });
    await shelf.prisma.approval.update({
      where: { id: first.rows[3]?.id ?? '' },
      data: approvedBy('Grace', noon),
    });
    expect(await rest()).toEqual(before);
    expect(before).toHaveLength(10);
  });

  test('can be read by deadline, the nearest first', async () => {
    await empty();
    const later = await shelf.approval({ deadline: minutes(50) });
    const soon = await shelf.approval({ deadline: minutes(5) });
    const page = await listInbox(shelf.services, { tab: 'needs_me', order: 'due' }, ada);
    expect(page.rows.map((row) => row.id)).toEqual([soon, later]);
  });

  test('of what is done names who decided, newest first', async () => {
    await empty();
    const first = await shelf.approval(approvedBy('Grace', minutes(-10)));
    const second = await shelf.approval(approvedBy('Ada', minutes(-5)));
    const page = await listInbox(shelf.services, { tab: 'done', order: 'newest' }, vera);
    expect(page.rows).toMatchObject([
      { id: second, status: 'approved', decidedBy: ['Ada'], byRule: false },
      { id: first, decidedBy: ['Grace'] },
    ]);
  });

  test('begins at its first page for a cursor that is not ours', async () => {
    await empty();
    const id = await shelf.approval();
    for (const after of ['nonsense', Buffer.from('[1]').toString('base64url'), 'x'.repeat(5000)]) {
      const page = await listInbox(shelf.services, { tab: 'team', order: 'newest', after }, ada);
      expect(page.rows.map((row) => row.id)).toEqual([id]);
    }
  });

  test('tells what became of rows that have left it', async () => {
    await empty();
    const id = await shelf.approval(approvedBy('Grace', noon));
    expect(await findRows(shelf.services, [id, 'apr_unknown'])).toMatchObject([{ id, status: 'approved' }]);
  });
});

test('counts stop at a hundred', async () => {
  await empty();
  for (let count = 0; count < 105; count++) await shelf.approval();
  expect(await countInbox(shelf.services, ada)).toEqual({ needsMe: 100, team: 100, waiting: 0 });
});
