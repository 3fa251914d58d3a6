import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { voteAction } from '@/app/(dashboard)/approvals/[id]/actions';
import { approvalParts, toApproval } from '@/lib/approvals/store';
import type { Approval } from '@/lib/domain/approval';
import type { Person } from '@/lib/domain/person';
import { hashed, storePassword } from '@/lib/people/password';
import { findSession, type Session } from '@/lib/people/session';
import { ask } from '@/tests/support/policies';
import { type Api, openApi } from './api-fixture';
import { publish } from './policy-fixture';

const here = vi.hoisted(() => ({ person: null as unknown, session: null as unknown }));
vi.mock('next/cache', () => ({ refresh: () => {} }));
vi.mock('@/lib/auth', () => ({
  requirePerson: async () => here.person,
  requireSession: async () => here.session,
  requestContext: async () => ({ surface: 'web' }),
}));

let api: Api;
let ada: Person;
let approval: Approval;
beforeEach(async () => {
  api = await openApi();
  ada = await api.person('reviewer', 'Ada');
  await api.prisma.tool.create({ data: { name: 'issue_refund', tier: 2, fulfilment: 'answer' } });
  await publish(api.services, [ask('args.amount > 500', { tier: 3 }, 'Large'), ask('true', { tier: 2 }, 'Small')]);
  const starter = await api.key(null, ['runs', 'approvals']);
  const { approval: opened } = await api.pausedRun(starter, [
    { name: 'issue_refund', arguments: { order_id: 'o1', amount: 10 } },
  ]);
  await storePassword(api.prisma, ada.id, await hashed('correct horse battery'));
  approval = await stored(opened.id);
  Object.assign(here, { person: ada, session: await anOldSession() });
});
afterEach(() => api.close());

async function stored(id: string): Promise<Approval> {
  return toApproval(await api.prisma.approval.findUniqueOrThrow({ where: { id }, include: approvalParts }));
}

async function anOldSession(): Promise<Session> {
  const provedAt = new Date(api.services.now().getTime() - 3_600_000);
  const expiresAt = new Date('2099-01-01T00:00:00Z');
  await api.prisma.session.create({ data: { id: 's', token: 's', userId: ada.id, expiresAt, provedAt } });
  const session = await findSession(api.services, 's');
  if (session === null) throw new Error('no session');
  return session;
}

function approve(amount: number, note: string | null, password?: string) {
  return voteAction({
    approvalId: approval.id,
    callHash: approval.callHash,
    verdict: 'approve',
    note,
    baseHash: null,
    edit: { arguments: { order_id: 'o1', amount }, kept: [] },
    ...(password === undefined ? {} : { proof: { kind: 'password', password } }),
  });
}

test('an edit that the policy raises says what it asks for, and counts once that is given', async () => {
  expect(approval.tier).toBe(2);
  const asks = { tier: 3, stepUp: 'password' };
  expect(await approve(900, null)).toMatchObject({ kind: 'refused', asks });
  expect(await approve(900, 'Agreed by phone.')).toMatchObject({ kind: 'refused', asks });
  expect(await approve(900, 'Agreed by phone.', 'wrong')).toMatchObject({ kind: 'refused' });
  expect(await api.prisma.vote.count()).toBe(0);
  expect(await approve(900, 'Agreed by phone.', 'correct horse battery')).toMatchObject({ kind: 'done' });
  const after = await stored(approval.id);
  expect(after).toMatchObject({ tier: 3, state: { status: 'approved', arguments: { order_id: 'o1', amount: 900 } } });
  expect(after.votes[0]?.stepUp?.with).toBe('password');
});

test('an edit that it does not raise asks for nothing more', async () => {
  expect(await approve(11, null)).toMatchObject({ kind: 'done' });
});
