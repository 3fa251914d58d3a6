import { afterEach, beforeEach, expect, test } from 'vitest';
import { addComment, deleteComment, readComments } from '@/lib/approvals/comments';
import type { Approval } from '@/lib/domain/approval';
import { longestComment } from '@/lib/domain/comment';
import type { Person } from '@/lib/domain/person';
import { erasePerson } from '@/lib/people/erase';
import { ada, aPerson, approving, grace } from '@/tests/support/builders';
import { oneCall, openWorld, type World } from '@/tests/support/world';

let world: World;
let approval: Approval;
const web = { surface: 'web' } as const;
const vera = aPerson('vera', 'viewer');
const root = aPerson('root', 'admin');

beforeEach(async () => {
  world = await openWorld();
  for (const { id, name, email, role } of [ada, grace, vera, root]) {
    await world.prisma.user.create({ data: { id, name, email, role } });
  }
  const [first] = (await world.paused(oneCall)).approvals;
  if (!first) throw new Error('no approval');
  approval = first;
});
afterEach(() => world[Symbol.asyncDispose]());

const say = async (by: Person, text: string) => {
  const outcome = await addComment(world.services, { approvalId: approval.id, text, by, surface: 'web', context: web });
  return outcome?.kind === 'added' ? outcome.id : outcome;
};
const all = () => readComments(world.prisma, approval.id);

test.each(['yes', 'Yes!', 'approve', 'approved', ':+1:', 'LGTM', 'no', 'reject'])(
  '“%s” is a comment and no vote',
  async (text) => {
    await say(ada, text);
    expect(await all()).toMatchObject([{ text, by: { name: 'ada' } }]);
    expect((await world.approval(approval.id)).state.status).toBe('pending');
    expect(await world.prisma.vote.count()).toBe(0);
  },
);

test('whoever may see a request comments on it, open or closed; its words are no part of the history', async () => {
  await say(vera, '  Careful: a secret word.  ');
  await world.vote(approval, grace, approving(approval));
  await say(ada, 'Thanks.');
  expect(await all()).toMatchObject([{ text: 'Careful: a secret word.' }, { text: 'Thanks.' }]);
  const entries = await world.prisma.auditEntry.findMany({ where: { action: 'comment.added' } });
  expect(entries).toHaveLength(2);
  const personal = await world.prisma.auditPersonal.findMany();
  expect(JSON.stringify([entries.map(({ metadata }) => metadata), personal.map(({ data }) => data)])).not.toContain(
    'secret',
  );
});

test('nothing, too much, and what a deactivated person says are refused', async () => {
  expect(await say(ada, ' \n ')).toMatchObject({ reason: 'empty' });
  expect(await say(ada, 'x'.repeat(longestComment + 1))).toMatchObject({ reason: 'too_long' });
  expect(await say({ ...ada, active: false }, 'Hello')).toMatchObject({ reason: 'not_allowed' });
  expect(await all()).toEqual([]);
});

test('a person deletes their own comment: the words go, the place stays; nobody else can', async () => {
  const id = await say(ada, 'Not for long');
  if (typeof id !== 'string') throw new Error('not added');
  const remove = (by: Person) => deleteComment(world.services, { commentId: id, by, context: web });
  expect(await remove(root)).toMatchObject({ kind: 'refused', reason: 'not_yours' });
  expect(await remove(ada)).toEqual({ kind: 'deleted' });
  expect(await remove(ada)).toEqual({ kind: 'deleted' });
  expect(await all()).toMatchObject([{ id, text: null, by: { name: 'ada' } }]);
  const { text } = await world.prisma.approvalComment.findUniqueOrThrow({ where: { id } });
  expect(text).toBe('');
  const actions = await world.actions({ approvalId: approval.id });
  expect(actions.slice(-2)).toEqual(['comment.refused', 'comment.deleted']);
});

test('an erased person’s words are gone', async () => {
  await say(ada, 'My name is Ada');
  await erasePerson(world.services, ada.id, 'They asked for it.', root, web);
  expect(await all()).toMatchObject([{ text: null, by: { name: 'Erased person' } }]);
});
