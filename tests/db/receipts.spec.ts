import { describe, expect, test } from 'vitest';
import { GET as download } from '@/app/api/v1/approvals/[id]/receipt/route';
import { undoDecision } from '@/lib/approvals/undo';
import { vote } from '@/lib/approvals/vote';
import { growLog } from '@/lib/audit/grow';
import { publishedKeys, rotateSigningKey } from '@/lib/audit/signing-keys';
import { verifyHistory } from '@/lib/audit/verify-history';
import type { Approval } from '@/lib/domain/approval';
import { argumentsHash } from '@/lib/domain/call-hash';
import { sha256Hex } from '@/lib/domain/proof/digest';
import { claimsOf, keysOf } from '@/lib/domain/proof/jws';
import { verifyFile } from '@/lib/domain/proof/verify';
import type { StepUp } from '@/lib/domain/step-up';
import { execute } from '@/lib/launch/database.mjs';
import { requeueReceipts } from '@/lib/queue/store';
import { ensureReceipt, issueReceipts } from '@/lib/receipts/issue';
import { readReceiptFile } from '@/lib/receipts/receipt-file';
import { ada, answering, aPerson, approving, grace, rejecting } from '@/tests/support/builders';
import { aPasskey, assertionOf } from '@/tests/support/passkey';
import { stream } from '@/tests/support/proof';
import { aSecondCall, fromApi, oneCall, openWorld, threeCalls, type World } from '@/tests/support/world';
import { openApi } from './api-fixture';

const receipts = (world: World) => world.prisma.receipt.findMany({ orderBy: { issuedAt: 'asc' } });
const issued = (world: World) => world.prisma.auditEntry.findMany({ where: { action: 'receipt.issued' } });

async function verified(world: World, approval: Pick<Approval, 'id'>, args?: Record<string, number>) {
  const file = await readReceiptFile(world.services, approval.id, ada);
  if (file === null) throw new Error('no file');
  const keys = await keysOf(await publishedKeys(world.services));
  return verifyFile(stream(file), { keys, ...(args === undefined ? {} : { args }) });
}

async function firstOf(world: World, directive = oneCall): Promise<Approval> {
  const { approvals } = await world.paused(directive);
  const [approval] = approvals;
  if (approval === undefined) throw new Error('no approval');
  return approval;
}

describe('each decision yields one receipt', () => {
  test('by people: what was decided, by whom, for which arguments, without names or arguments', async () => {
    await using world = await openWorld();
    const approval = await firstOf(world);
    await world.vote(approval, ada, approving(approval, { amount: 12 }));
    await world.settle();
    world.advance(30_000);
    await world.settle();
    const [receipt, ...more] = await receipts(world);
    expect(more).toEqual([]);
    const claims = claimsOf(receipt?.jws ?? '');
    expect(claims).toMatchObject({
      type: 'countersign.receipt',
      approval: approval.id,
      interaction: approval.interactionId,
      call_id: approval.call.id,
      call_hash: approval.callHash,
      decision: 'approved',
      decided_by: 'people',
      arguments_hash: argumentsHash(approval.call.arguments),
      executed_arguments_hash: argumentsHash({ amount: 12 }),
      rule: approval.requirement.rule,
    });
    expect(claims?.voters).toEqual([
      { id: ada.id, verdict: 'approve', at: expect.any(String), surface: 'api' }, // and no name
    ]);
    expect(claims).not.toHaveProperty('arguments');
    const [entry] = await issued(world);
    expect(entry).toMatchObject({
      id: receipt?.entryId,
      approvalId: approval.id,
      metadata: { receiptHash: sha256Hex(receipt?.jws ?? ''), decision: 'approved' },
    });
    const report = await verified(world, approval, { amount: 12 });
    expect(report.faults).toEqual([]);
    expect(report.verdict).toBe('verified');
    expect((await verified(world, approval, { amount: 49.9 })).verdict).toBe('failed');
  });

  test('by people who refuse or answer, by a rule, and by the clock', async () => {
    await using world = await openWorld();
    await world.prisma.tool.create({ data: { name: 'update_account', tier: 0 } });
    const { approvals } = await world.paused(threeCalls);
    const [refund, mail, account] = approvals;
    if (!refund || !mail || !account) throw new Error('no approvals');
    await world.vote(refund, ada, rejecting(refund));
    await world.vote(mail, grace, answering(mail));
    const late = await firstOf(world, aSecondCall);
    world.advance(late.deadline.getTime() - Date.now() + 60_000);
    await world.settle();
    world.advance(30_000);
    await world.settle();
    const found = (await receipts(world)).map(({ approvalId, jws }) => [
      approvalId,
      claimsOf(jws)?.decision,
      claimsOf(jws)?.decided_by,
    ]);
    expect(found.toSorted()).toEqual(
      [
        [refund.id, 'rejected', 'people'],
        [mail.id, 'answered', 'people'],
        [account.id, 'approved', 'rule'],
        [late.id, 'expired', 'clock'],
      ].toSorted(),
    );
    for (const approval of [refund, mail, account, late])
      expect((await verified(world, approval)).verdict).toBe('verified');
  });

  test('of a pause that goes no further, too', async () => {
    await using world = await openWorld();
    const { approvals } = await world.paused(threeCalls);
    const [refund] = approvals;
    if (!refund) throw new Error('no approval');
    await world.vote(refund, ada, approving(refund));
    world.advance(30_000);
    await world.settle();
    expect((await receipts(world)).map(({ approvalId }) => approvalId)).toEqual([refund.id]);
  });

  test('with what a voter’s passkey signed, which the history names and the verification checks', async () => {
    await using world = await openWorld();
    await world.prisma.tool.create({ data: { name: 'issue_refund', tier: 3 } });
    const approval = await firstOf(world);
    const ballot = approving(approval);
    const assertion = assertionOf(aPasskey(), {
      type: 'countersign.vote',
      approval: approval.id,
      call_hash: ballot.callHash,
      verdict: 'approve',
      arguments_hash: argumentsHash(approval.call.arguments),
      voter: ada.id,
      nonce: 'n1',
    });
    const stepUp: StepUp = { with: 'passkey', at: world.services.now(), assertion };
    const cast = { approvalId: approval.id, ballot: { ...ballot, note: 'Checked.' }, by: ada, stepUp } as const;
    const outcome = await vote(world.services, { ...cast, surface: 'web', context: { surface: 'web' } });
    expect(outcome).toMatchObject({ kind: 'decided' });
    await world.settle();
    const report = await verified(world, approval);
    expect(report.faults).toEqual([]);
    expect(report.checked.join(' ')).toContain('passkey signed exactly this call and verdict');

    await growLog(world.services);
    const found = async (change: string) => {
      const { rows } = await world.services.db.pool.query('select step_up from vote');
      await world.services.db.pool.query(`update vote set ${change}`);
      const { findings } = await verifyHistory(world.services);
      await world.services.db.pool.query(`update vote set call_hash = $1, step_up = $2`, [
        ballot.callHash,
        rows[0].step_up,
      ]);
      return findings.flatMap(({ code, entry }) => (code.startsWith('passkey') ? [[code, typeof entry]] : []));
    };
    expect(await found('step_up = null')).toEqual([['passkey_missing', 'string']]);
    expect(await found(`step_up = jsonb_set(step_up, '{assertion,signature}', '"AAAA"')`)).toEqual([
      ['passkey_missing', 'string'],
    ]);
    expect(await found(`call_hash = repeat('e', 64)`)).toEqual([['passkey_forged', 'string']]);
    expect(await found('reason = reason')).toEqual([]);
    await world.services.db.pool.query('update vote set step_up = null');
    expect((await verified(world, approval)).faults).toMatchObject([{ code: 'passkey_missing' }]);
  });

  test('not before it can no longer be taken back, and none for one that was', async () => {
    await using world = await openWorld();
    await world.prisma.tool.create({ data: { name: 'issue_refund', tier: 2 } });
    const approval = await firstOf(world);
    await world.vote(approval, ada, approving(approval), 'web');
    expect(await ensureReceipt(world.services, approval.id)).toBeNull();
    await issueReceipts(world.services, approval.pauseId);
    expect(await receipts(world)).toEqual([]);
    await expect(readReceiptFile(world.services, approval.id, ada)).rejects.toThrow('can still be taken back');
    expect(await undoDecision(world.services, { approvalId: approval.id, by: ada, context: fromApi })).toMatchObject({
      kind: 'undone',
    });
    world.advance(30_000);
    await world.settle();
    expect(await receipts(world)).toEqual([]);
    await expect(readReceiptFile(world.services, approval.id, ada)).rejects.toThrow('Nothing is decided yet');
    await world.vote(approval, ada, rejecting(approval), 'web');
    world.advance(30_000);
    await world.settle();
    expect((await receipts(world)).map(({ decision }) => decision)).toEqual(['rejected']);
  });

  test('one, however many workers and readers ask at once', async () => {
    await using world = await openWorld();
    const approval = await firstOf(world);
    await world.vote(approval, ada, approving(approval));
    const all = await Promise.all([
      ...Array.from({ length: 6 }, () => issueReceipts(world.services, approval.pauseId)),
      ...Array.from({ length: 6 }, () => readReceiptFile(world.services, approval.id, ada)),
    ]);
    expect(new Set(all.slice(6).map((file) => JSON.parse(file ?? '{}').receipt)).size).toBe(1);
    expect((await receipts(world)).length).toBe(1);
    expect((await issued(world)).length).toBe(1);
  });

  test('also when its job was lost: the sweep queues it again', async () => {
    await using world = await openWorld();
    const approval = await firstOf(world);
    await world.vote(approval, ada, approving(approval));
    await execute(world.databaseUrl, `delete from graphile_worker._private_jobs where key like 'receipt:%'`, []);
    world.advance(60_000);
    await requeueReceipts(world.services);
    await world.settle();
    expect(await receipts(world)).toEqual([]);
    world.advance(90_000);
    await requeueReceipts(world.services);
    await world.settle();
    expect((await receipts(world)).length).toBe(1);
    await requeueReceipts(world.services);
    await world.settle();
    expect((await issued(world)).length).toBe(1);
  });

  test('never changed afterwards, and in the log before and after a key is rotated', async () => {
    await using world = await openWorld();
    const approval = await firstOf(world);
    await world.vote(approval, ada, approving(approval));
    const before = await readReceiptFile(world.services, approval.id, ada);
    await rotateSigningKey(world.services, aPerson('root', 'admin'), fromApi);
    await growLog(world.services);
    expect(await readReceiptFile(world.services, approval.id, ada)).toBe(before);
    expect((await verified(world, approval)).verdict).toBe('verified');
    for (const change of [`update receipt set jws = 'x'`, 'delete from receipt', 'truncate receipt']) {
      await expect(execute(world.adminUrl, change, [])).rejects.toThrow('append-only');
    }
  });

  test('none for a request that another program went on without', async () => {
    await using world = await openWorld();
    const approval = await firstOf(world);
    await world.prisma.approval.update({
      where: { id: approval.id },
      data: {
        status: 'superseded',
        decidedAt: new Date(),
        decision: { status: 'superseded', at: new Date().toISOString(), why: 'x' },
      },
    });
    expect(await ensureReceipt(world.services, approval.id)).toBeNull();
    await expect(readReceiptFile(world.services, approval.id, ada)).rejects.toThrow('another program');
  });
});

test('a receipt is read over the API, whole and at once', async () => {
  const api = await openApi();
  try {
    const reviewer = await api.person('reviewer', 'Ada');
    const key = await api.key(reviewer);
    const run = await api.pausedRun(await api.key(null));
    const { id } = run.approval;
    const read = () => api.call(download, { key, id });
    expect((await read()).status).toBe(409);
    await api.vote(key, run.approval, { verdict: 'approve' });
    const answer = await read();
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ format: 'countersign-receipt/1' });
    const keys = await keysOf(await publishedKeys(api.services));
    expect((await verifyFile(stream(answer.text), { keys })).verdict).toBe('verified');
    expect((await api.call(download, { key, id: 'apr_nothing' })).status).toBe(404);
    expect((await api.call(download, { key: await api.key(reviewer, ['runs']), id })).status).toBe(403);
    expect((await api.call(download, { id })).status).toBe(401);
  } finally {
    await api.close();
  }
});
