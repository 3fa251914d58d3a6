import { afterAll, beforeAll, expect, test } from 'vitest';
import { mergeEdit } from '@/lib/approvals/merge-edit';
import { findApproval, findPause } from '@/lib/approvals/queries';
import { recordView, revealField } from '@/lib/approvals/viewing';
import { argumentsHash } from '@/lib/domain/call-hash';
import { maskedText } from '@/lib/domain/masking';
import type { Person } from '@/lib/domain/person';
import { findRun } from '@/lib/runs/queries';
import { approvedBy, minutes, openShelf, type Shelf } from './queries-fixture';

let shelf: Shelf;
let ada: Person;
let vera: Person;
beforeAll(async () => {
  shelf = await openShelf();
  ada = await shelf.person('Ada', 'reviewer');
  await shelf.person('Grace', 'admin');
  vera = await shelf.person('Vera', 'viewer');
});
afterAll(() => shelf.close());

const secret = 'DE89370400440532013000';
const args = { amount: 12, to: { name: 'Müller', iban: secret }, steps: [{ iban: secret, note: 'x' }] };
const schema = {
  type: 'object',
  required: ['amount', 'to'],
  properties: {
    amount: { type: 'number', title: 'Amount' },
    memo: { type: 'string' },
    to: { type: 'object', properties: { name: { type: 'string' }, iban: { type: 'string', title: 'IBAN' } } },
  },
};

async function masked(more: Record<string, unknown> = {}): Promise<string> {
  const id = await shelf.approval({
    arguments: args,
    schema,
    maskedFields: ['iban'],
    riskFields: ['amount'],
    ...more,
  });
  const { interactionId } = await shelf.prisma.approval.findUniqueOrThrow({ where: { id } });
  await shelf.prisma.interaction.update({
    where: { id: interactionId },
    data: {
      steps: [
        { type: 'thought', summary: [{ type: 'text', text: 'It is due today.' }] },
        { type: 'function_call', id: 'c1', name: 'issue_refund', arguments: args, signature: 'long' },
      ],
    },
  });
  return id;
}

test('what is masked never leaves the server: not in fields, raw arguments, conversation, pause or run', async () => {
  const id = await masked();
  const request = await findApproval(shelf.services, id, ada);
  const pause = await findPause(shelf.services, request?.pauseId ?? '', ada);
  const run = await findRun(shelf.services, request?.run.id ?? '', ada);
  for (const view of [request, pause, run]) {
    expect(view).not.toBeNull();
    expect(JSON.stringify(view)).not.toContain(secret);
    expect(JSON.stringify(view)).toContain(maskedText);
  }
});

test('fields come in the order in which the tool requires them, with its titles', async () => {
  const request = await findApproval(shelf.services, await masked(), ada);
  expect(request?.fields).toMatchObject([
    { pointer: '/amount', label: 'Amount', required: true, risk: true, kind: 'number', value: 12 },
    { pointer: '/to/iban', label: 'IBAN', masked: true, value: maskedText },
    { pointer: '/to/name', label: 'name', value: 'Müller' },
    { pointer: '/memo', present: false, required: false },
    { pointer: '/steps', declared: false, kind: 'json' },
  ]);
  expect(request?.agentReason).toBe('It is due today.');
  expect(request?.eligible.names).toEqual(['Ada', 'Grace']);
});

test('who may decide can uncover a masked value, on record; who may not, cannot', async () => {
  const id = await masked();
  const context = { surface: 'web' as const };
  const reveal = (by: Person, pointer: string) =>
    revealField(shelf.services, { approvalId: id, pointer, argumentsHash: null, by, context });
  expect(await reveal(ada, '/to/iban')).toEqual({ value: secret });
  expect(await reveal(vera, '/to/iban')).toBeNull();
  expect(await reveal(ada, '/amount')).toBeNull(); // not masked: nothing to uncover
  const entries = await shelf.prisma.auditEntry.findMany({ where: { approvalId: id, action: 'approval.revealed' } });
  expect(entries).toMatchObject([{ actorId: ada.id, metadata: { field: '/to/iban' } }]);
  expect(JSON.stringify(entries.map((entry) => entry.metadata))).not.toContain(secret);
});

test('of a proposal its own masked value is uncovered, on record, and nothing once it is withdrawn', async () => {
  const id = await masked({ riskFields: ['iban'], tier: 3, approvalsNeeded: 2 });
  const changed = { ...args, to: { ...args.to, iban: 'EVIL' } };
  const hash = argumentsHash(changed);
  const { callHash } = await shelf.prisma.approval.findUniqueOrThrow({ where: { id } });
  await shelf.prisma.vote.create({
    data: {
      id: `vot_${id}`,
      approvalId: id,
      userId: 'usr_grace',
      userName: 'Grace',
      verdict: 'approve',
      callHash,
      argumentsHash: hash,
      arguments: changed,
      surface: 'web',
      castAt: minutes(0),
    },
  });
  const request = await findApproval(shelf.services, id, ada);
  expect(request?.proposal?.hash).toBe(hash);
  expect(request?.proposal?.fields).toMatchObject([
    { pointer: '/amount', edited: false },
    { pointer: '/to/iban', masked: true, risk: true, edited: true, value: maskedText },
    { pointer: '/to/name', edited: false },
    { pointer: '/memo' },
    { pointer: '/steps', edited: false },
  ]);
  expect(JSON.stringify(request)).not.toContain('EVIL');

  const context = { surface: 'web' as const };
  const reveal = (by: Person, of: string | null) =>
    revealField(shelf.services, { approvalId: id, pointer: '/to/iban', argumentsHash: of, by, context });
  expect(await reveal(ada, hash)).toEqual({ value: 'EVIL' });
  expect(await reveal(ada, null)).toEqual({ value: secret });
  expect(await reveal(ada, argumentsHash(args))).toEqual({ value: secret });
  expect(await reveal(vera, hash)).toBeNull();
  const revealed = { approvalId: id, action: 'approval.revealed' };
  expect(await shelf.prisma.auditEntry.count({ where: revealed })).toBe(3);
  await shelf.prisma.vote.update({ where: { id: `vot_${id}` }, data: { voidedAt: minutes(1), voidedBy: 'undone' } });
  expect(await reveal(ada, hash)).toBeNull();
  expect(await shelf.prisma.auditEntry.count({ where: revealed })).toBe(3);
});

test('a view is kept once an hour for each person', async () => {
  const id = await masked();
  const { runId } = await shelf.prisma.approval.findUniqueOrThrow({ where: { id } });
  for (const by of [ada, ada, vera]) {
    await recordView(shelf.services, { approvalId: id, runId, tool: 'issue_refund', by, context: { surface: 'web' } });
  }
  expect(await shelf.prisma.auditEntry.count({ where: { approvalId: id, action: 'approval.viewed' } })).toBe(2);
});

test('precedents are decisions on the same function, and never the request itself', async () => {
  const earlier = await shelf.approval({ name: 'wire', createdAt: minutes(-30), ...approvedBy('Grace', minutes(-20)) });
  await shelf.approval({ name: 'other', createdAt: minutes(-30), ...approvedBy('Grace', minutes(-20)) });
  const id = await shelf.approval({ name: 'wire', createdAt: minutes(-10) });
  const request = await findApproval(shelf.services, id, ada);
  expect(request?.precedents).toMatchObject([{ id: earlier, status: 'approved', by: ['Grace'] }]);
});

test('an edit puts masked values back only where they stand untouched', () => {
  const base = { card: '4111', items: [{ pin: '1' }, { pin: '2' }], note: 'a' };
  const names = ['card', 'pin'];
  const shown = { card: maskedText, items: [{ pin: maskedText }, { pin: '9' }], note: 'b' };
  expect(mergeEdit(base, shown, ['/card', '/items/0/pin', '/items/1/pin', '/note'], names)).toEqual({
    card: '4111',
    items: [{ pin: '1' }, { pin: '9' }],
    note: 'b',
  });
  // Text that happens to look like a mask is text, unless the edit says that it kept it.
  expect(mergeEdit(base, { card: maskedText }, [], names)).toEqual({ card: maskedText });
});
