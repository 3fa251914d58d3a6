import { afterEach, beforeEach, expect, test } from 'vitest';
import * as votesRoute from '@/app/api/v1/approvals/[id]/votes/route';
import { takeStepUp } from '@/lib/approvals/step-up';
import { approvalParts, toApproval } from '@/lib/approvals/store';
import { vote } from '@/lib/approvals/vote';
import type { Approval } from '@/lib/domain/approval';
import type { Person } from '@/lib/domain/person';
import type { StepUp } from '@/lib/domain/step-up';
import { hashed, storePassword } from '@/lib/people/password';
import { findSession, type Session } from '@/lib/people/session';
import { changeSignInRules } from '@/lib/people/sign-in-rules';
import { type Api, expectProblem, openApi } from './api-fixture';

let api: Api;
let ada: Person;
let approval: Approval;
beforeEach(async () => {
  api = await openApi();
  ada = await api.person('reviewer', 'Ada');
  await api.prisma.tool.create({ data: { name: 'wipe', tier: 3, fulfilment: 'answer' } });
  const starter = await api.key(null, ['runs', 'approvals']);
  const { approval: opened } = await api.pausedRun(starter, [{ name: 'wipe', arguments: { disk: 1 } }]);
  approval = toApproval(
    await api.prisma.approval.findUniqueOrThrow({ where: { id: opened.id }, include: approvalParts }),
  );
});
afterEach(() => api.close());

const yes = () => ({ callHash: approval.callHash, verdict: 'approve' as const, arguments: null, note: 'Yes.' });

function onTheWeb(stepUp: StepUp | null) {
  const input = { approvalId: approval.id, ballot: yes(), by: ada, surface: 'web' as const, stepUp };
  return vote(api.services, { ...input, context: { surface: 'web' } });
}

async function aSession(minutesAgo: number): Promise<Session> {
  const provedAt = new Date(api.services.now().getTime() - minutesAgo * 60_000);
  const id = `session_${minutesAgo}`;
  const expiresAt = new Date('2099-01-01T00:00:00Z');
  await api.prisma.session.create({ data: { id, token: id, userId: ada.id, expiresAt, provedAt } });
  const session = await findSession(api.services, id);
  if (session === null) throw new Error('no session');
  return session;
}

const take = (session: Session, given: Parameters<typeof takeStepUp>[1]['given']) =>
  takeStepUp(api.services, { session, approval, ballot: yes(), given, context: { surface: 'web' } });

test('a vote in the browser counts with a proof of the last five minutes, and keeps it', async () => {
  await storePassword(api.prisma, ada.id, await hashed('correct horse battery'));
  const stale = await take(await aSession(5), null);
  expect(await onTheWeb(stale.kind === 'taken' ? stale.stepUp : null)).toMatchObject({
    reason: { code: 'step_up_missing' },
  });
  const session = await aSession(60);
  expect(await take(session, { kind: 'password', password: 'wrong' })).toMatchObject({ kind: 'refused' });
  const proved = await take(session, { kind: 'password', password: 'correct horse battery' });
  const stepUp = proved.kind === 'taken' ? proved.stepUp : null;
  expect(await onTheWeb(stepUp)).toMatchObject({ kind: 'decided' });
  const stored = await api.prisma.approval.findUniqueOrThrow({ where: { id: approval.id }, include: approvalParts });
  expect(toApproval(stored).votes[0]?.stepUp).toEqual({ with: 'password', at: stepUp?.at, assertion: null });
});

test('whoever has a passkey must use it, and what it signed must be this vote', async () => {
  await api.prisma.passkey.create({
    data: { id: 'key', userId: ada.id, name: 'Key', publicKey: new Uint8Array([1]), counter: 0n },
  });
  const fresh: StepUp = { with: 'password', at: api.services.now(), assertion: null };
  expect(await onTheWeb(fresh)).toMatchObject({ reason: { code: 'passkey_missing' } });
  const made = { kind: 'passkey' as const, nonce: 'never given', response: anAssertion };
  expect(await take(await aSession(0), made)).toMatchObject({ kind: 'refused' });
  expect(await api.prisma.vote.count()).toBe(0);
});

const anAssertion = {
  id: 'key',
  rawId: 'key',
  type: 'public-key' as const,
  clientExtensionResults: {},
  response: { clientDataJSON: 'e30', authenticatorData: 'AA', signature: 'AA', userHandle: undefined },
};

test('a key approves it unless the workspace says otherwise, and may always say no', async () => {
  const key = await api.key(ada);
  const admin = await api.person('admin', 'Boss');
  await changeSignInRules(api.services, { keysMayVote: false }, admin, { surface: 'web' });
  const refused = await api.vote(key, approval, { verdict: 'approve' });
  expect(expectProblem(refused, 403)).toMatchObject({ reason: 'browser_only' });
  await changeSignInRules(api.services, { keysMayVote: true }, admin, { surface: 'web' });
  await changeSignInRules(api.services, { keysMayVote: false }, admin, { surface: 'web' });
  const no = await api.call(votesRoute.POST, {
    key,
    id: approval.id,
    body: { verdict: 'reject', call_hash: approval.callHash, reason: 'No.' },
  });
  expect(no.status, no.text).toBe(200);
});
