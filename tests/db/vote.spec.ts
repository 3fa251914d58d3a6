import { describe, expect, test } from 'vitest';
import { expireApproval } from '@/lib/approvals/expire';
import { resumePause } from '@/lib/approvals/resume';
import { undoDecision } from '@/lib/approvals/undo';
import type { Approval } from '@/lib/domain/approval';
import type { Person } from '@/lib/domain/person';
import { requeueOverdue } from '@/lib/queue/store';
import { ada, answering, aPerson, approving, edsger, grace, rejecting } from '@/tests/support/builders';
import { fromApi, oneCall, openWorld, threeCalls, type World } from '@/tests/support/world';

/** A run at a pause of one call. */
async function asked(world: World, change: Parameters<World['paused']>[1] = {}) {
  const { run, approvals } = await world.paused(oneCall, change);
  const [approval] = approvals;
  if (!approval) throw new Error('no approval');
  return { run, approval };
}

const undo = (world: World, approval: Approval, by: Person) =>
  undoDecision(world.services, { approvalId: approval.id, by, context: fromApi });

describe('votes at the same moment', () => {
  test('two people, twenty rounds: one decision and one resume each time, and the loser learns who was faster', async () => {
    await using world = await openWorld();
    for (let round = 0; round < 20; round++) {
      const { run, approval } = await asked(world);
      const outcomes = await Promise.all([
        world.vote(approval, ada, approving(approval)),
        world.vote(approval, grace, rejecting(approval)),
      ]);
      expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['decided', 'refused']);
      const [winner, loser] = outcomes[0]?.kind === 'decided' ? outcomes : outcomes.toReversed();
      expect(loser).toMatchObject({
        reason: { code: 'already_decided' },
        approval: { state: winner?.approval.state, version: 2 },
      });
      await world.settle();
      expect(world.resumes(run.interactionId)).toHaveLength(1);
      expect(await world.prisma.vote.count({ where: { approvalId: approval.id } })).toBe(1);
      const actions = await world.actions({ approvalId: approval.id });
      expect(actions.filter((action) => action === 'approval.decided')).toHaveLength(1);
      expect(actions.filter((action) => action === 'vote.refused')).toHaveLength(1);
    }
  });

  test('the calls of one pause decided all at once are resumed once', async () => {
    await using world = await openWorld();
    const { run, approvals } = await world.paused(threeCalls);
    await Promise.all(approvals.map((approval) => world.vote(approval, ada, approving(approval))));
    await world.settle();
    expect(world.resumes(run.interactionId)).toHaveLength(1);
    expect(await world.run(run.id)).toMatchObject({ status: 'completed' });
  });

  test('a double click counts once', async () => {
    await using world = await openWorld();
    const { run, approval } = await asked(world);
    const outcomes = await Promise.all(Array.from({ length: 4 }, () => world.vote(approval, ada, approving(approval))));
    expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['decided', 'unchanged', 'unchanged', 'unchanged']);
    await world.settle();
    expect(world.resumes(run.interactionId)).toHaveLength(1);
    expect(await world.prisma.vote.count()).toBe(1);
    expect((await world.actions()).filter((action) => action === 'vote.cast')).toHaveLength(1);
  });

  test('four of the two that are needed: two are counted and named', async () => {
    await using world = await openWorld();
    await world.prisma.tool.create({ data: { name: 'issue_refund', tier: 4 } });
    const { approval } = await asked(world);
    const four = [ada, grace, edsger, aPerson('barbara')];
    const outcomes = await Promise.all(four.map((person) => world.vote(approval, person, approving(approval))));
    expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['decided', 'recorded', 'refused', 'refused']);
    const { state } = await world.approval(approval.id);
    expect(state.status === 'approved' && state.by.kind === 'people' ? state.by.voters.length : 0).toBe(2);
  });
});

describe('who may vote', () => {
  test.each([
    ['by e-mail', { requester: ada.email.toUpperCase() }],
    ['as the key’s person', { by: ada }],
  ])('not who asked for the run, %s', async (_how, change) => {
    await using world = await openWorld();
    const { approval } = await asked(world, change);
    expect(await world.vote(approval, ada, approving(approval))).toMatchObject({ reason: { code: 'own_run' } });
    expect(await world.vote(approval, grace, approving(approval))).toMatchObject({ kind: 'decided' });
    const refusal = await world.prisma.auditEntry.findFirstOrThrow({ where: { action: 'vote.refused' } });
    expect(refusal).toMatchObject({ actorId: ada.id, metadata: { verdict: 'approve', reason: 'own_run' } });
  });

  test('the requester is meant by a person’s id even when the e-mail is written otherwise', async () => {
    await using world = await openWorld();
    await world.prisma.user.create({ data: { id: ada.id, name: 'Ada', email: 'ada@example.com' } });
    const { approval } = await asked(world, { requester: ' Ada@Example.COM ' });
    expect(approval.requester).toEqual({ text: ' Ada@Example.COM ', userId: ada.id });
  });

  test('where four eyes are off, everyone', async () => {
    await using world = await openWorld();
    await world.prisma.setting.create({ data: { key: 'fourEyes', value: false } });
    const { approval } = await asked(world, { by: ada });
    expect(await world.vote(approval, ada, approving(approval))).toMatchObject({ kind: 'decided' });
  });

  test('nobody whose role does not say so, and nobody who was deactivated', async () => {
    await using world = await openWorld();
    const { approval } = await asked(world);
    for (const person of [aPerson('v', 'viewer'), aPerson('a', 'auditor'), aPerson('gone', 'admin', false)]) {
      expect(await world.vote(approval, person, rejecting(approval))).toMatchObject({
        reason: { code: 'not_a_reviewer' },
      });
    }
    expect(await world.approval(approval.id)).toMatchObject({ version: 1 });
  });
});

describe('the deadline', () => {
  test('stops votes although the sweep has not run; the record then says expired, not rejected', async () => {
    await using world = await openWorld();
    await world.prisma.tool.create({ data: { name: 'issue_refund', tier: 2, deadlineMinutes: 30 } });
    const { run, approval } = await asked(world);
    world.advance(30 * 60_000);
    expect(await world.vote(approval, ada, approving(approval))).toMatchObject({ reason: { code: 'too_late' } });
    expect(await world.approval(approval.id)).toMatchObject({ state: { status: 'pending' } });

    await world.settle();
    expect(await world.approval(approval.id)).toMatchObject({ state: { status: 'expired' } });
    const [request] = world.resumes(run.interactionId);
    expect(request?.body).toMatchObject({ input: [{ result: { decision: 'expired', executed: false } }] });
    expect(JSON.stringify(request?.body)).not.toContain('rejected');
    expect(await world.actions({ approvalId: approval.id })).toContain('approval.expired');
    expect(await world.run(run.id)).toMatchObject({ status: 'completed' });
  });

  test('lies within what Gemini keeps, whatever the tool says', async () => {
    await using world = await openWorld();
    await world.prisma.setting.create({ data: { key: 'retentionHours', value: 24 } });
    await world.prisma.tool.create({ data: { name: 'issue_refund', deadlineMinutes: 60 * 24 * 30 } });
    const { run, approval } = await asked(world);
    const { created } = await world.prisma.interaction.findUniqueOrThrow({ where: { id: run.interactionId } });
    expect(approval.deadline.getTime()).toBe((created?.getTime() ?? 0) + 22 * 3_600_000);
    const row = await world.prisma.approval.findUniqueOrThrow({ where: { id: approval.id } });
    expect(row.deadlineSource).toBe('retention');
  });

  test('does nothing to what was decided in time, nor before it comes, nor twice', async () => {
    await using world = await openWorld();
    const { approval } = await asked(world);
    await expireApproval(world.services, approval.id);
    expect(await world.approval(approval.id)).toMatchObject({ state: { status: 'pending' } });
    await world.vote(approval, ada, approving(approval));
    await world.settle();
    world.advance(86_400_000 * 2);
    await expireApproval(world.services, approval.id);
    await expireApproval(world.services, approval.id);
    expect(await world.approval(approval.id)).toMatchObject({ version: 2, state: { status: 'approved' } });
    await expireApproval(world.services, 'apr_nothing');
  });

  test('is kept by the sweep when its job was lost', async () => {
    await using world = await openWorld();
    const { approval } = await asked(world);
    await world.services.db.pool.query('delete from graphile_worker._private_jobs');
    world.advance(86_400_000);
    await requeueOverdue(world.services);
    await world.settle();
    expect(await world.approval(approval.id)).toMatchObject({ state: { status: 'expired' } });
  });
});

describe('undo', () => {
  test('inside the window the decision is open again, and nothing was sent', async () => {
    await using world = await openWorld();
    const { run, approval } = await asked(world);
    const outcome = await world.vote(approval, ada, approving(approval), 'web');
    expect(outcome).toMatchObject({ kind: 'decided' });
    world.advance(9_000);
    await world.settle();
    expect(world.resumes(run.interactionId)).toEqual([]);
    expect(await undo(world, approval, ada)).toMatchObject({ kind: 'undone' });
    world.advance(60_000);
    await world.settle();
    expect(world.resumes(run.interactionId)).toEqual([]);
    expect(await world.pauseAt(run.interactionId)).toMatchObject({ resumeStatus: 'waiting' });

    await world.vote(approval, ada, rejecting(approval));
    await world.settle();
    expect(world.resumes(run.interactionId)).toMatchObject([
      { body: { input: [{ result: { decision: 'rejected' } }] } },
    ]);
    expect(await world.actions({ approvalId: approval.id })).toEqual([
      'approval.opened',
      'vote.cast',
      'approval.decided',
      'approval.undone',
      'vote.cast',
      'approval.decided',
    ]);
  });

  test('at its end the resume goes out by itself, and then it is too late', async () => {
    await using world = await openWorld();
    const { run, approval } = await asked(world);
    await world.vote(approval, ada, approving(approval), 'web');
    world.advance(10_000);
    await world.settle();
    expect(world.resumes(run.interactionId)).toHaveLength(1);
    expect(await undo(world, approval, ada)).toMatchObject({ kind: 'refused', reason: 'too_late' });
    expect(await world.approval(approval.id)).toMatchObject({ state: { status: 'approved' } });
  });

  test('undo and the resume at the same moment: either nothing is sent, or nothing is undone', async () => {
    await using world = await openWorld();
    for (let round = 0; round < 5; round++) {
      const { run, approval } = await asked(world);
      await world.vote(approval, ada, approving(approval), 'web');
      world.advance(10_000 - (round % 2));
      const [undone] = await Promise.all([undo(world, approval, ada), world.work()]);
      await world.gemini.idle();
      const sent = world.resumes(run.interactionId).length;
      expect([undone?.kind, sent]).toEqual(undone?.kind === 'undone' ? ['undone', 0] : ['refused', sent]);
    }
  });

  test('is refused after the resume went out, though this process’s clock says that the window is open', async () => {
    await using world = await openWorld();
    const { run, approval } = await asked(world);
    await world.vote(approval, ada, approving(approval), 'web');
    const ahead = { ...world.services, now: () => new Date(world.services.now().getTime() + 11_000) };
    const { id } = await world.pauseAt(run.interactionId);
    await resumePause(ahead, id);
    expect(world.resumes(run.interactionId)).toHaveLength(1);
    expect(await undo(world, approval, ada)).toMatchObject({ kind: 'refused', reason: 'too_late' });
  });

  test('a job that comes too early sends nothing and comes again when the window has closed', async () => {
    await using world = await openWorld();
    const { run, approval } = await asked(world);
    const outcome = await world.vote(approval, ada, approving(approval), 'web');
    const { id } = await world.pauseAt(run.interactionId);
    await world.services.db.pool.query(`delete from graphile_worker._private_jobs where key like 'settle:%'`);
    await resumePause(world.services, id);
    expect(world.resumes(run.interactionId)).toEqual([]);
    const { rows } = await world.services.db.pool.query<{ at: Date }>(
      `select run_at as at from graphile_worker.jobs where key like 'settle:%'`,
    );
    const { state } = outcome.approval;
    expect(rows).toEqual([{ at: state.status === 'approved' ? state.undoUntil : null }]);
  });

  test('only who decided, only while active; refusals are recorded', async () => {
    await using world = await openWorld();
    const { approval } = await asked(world);
    await world.vote(approval, ada, approving(approval), 'web');
    expect(await undo(world, approval, grace)).toMatchObject({ reason: 'not_yours' });
    expect(await undo(world, approval, { ...ada, active: false })).toMatchObject({ reason: 'not_yours' });
    expect(await world.prisma.auditEntry.count({ where: { action: 'vote.refused' } })).toBe(2);
    expect(await undoDecision(world.services, { approvalId: 'apr_no', by: ada, context: fromApi })).toBeNull();
  });

  test('one call of several: the others keep their decisions', async () => {
    await using world = await openWorld();
    const { run, approvals } = await world.paused(threeCalls);
    for (const approval of approvals) await world.vote(approval, ada, approving(approval), 'web');
    const [first] = approvals;
    if (!first) throw new Error('no approval');
    await undo(world, first, ada);
    world.advance(60_000);
    await world.settle();
    expect(world.resumes(run.interactionId)).toEqual([]);
    expect((await world.approvals(run.id)).map(({ state }) => state.status)).toEqual([
      'pending',
      'approved',
      'approved',
    ]);
    await world.vote(first, grace, rejecting(first));
    await world.settle();
    expect(world.resumes(run.interactionId)).toHaveLength(1);
  });
});

describe('edited arguments', () => {
  test('are judged by the policy of now: what became stricter holds for the whole approval', async () => {
    await using world = await openWorld();
    await world.prisma.setting.create({ data: { key: 'fourEyes', value: false } });
    const { approval } = await asked(world, { by: ada });
    await world.prisma.setting.update({ where: { key: 'fourEyes' }, data: { value: true } });
    await world.prisma.tool.create({ data: { name: 'issue_refund', tier: 4 } });
    expect(await world.vote(approval, grace, approving(approval, { amount: 1 }))).toMatchObject({ kind: 'recorded' });
    const stored = await world.approval(approval.id);
    expect(stored).toMatchObject({ tier: 4, requirement: { approvals: 2, fourEyes: true, rule: 'Tier 4' } });
    // The requester may not be the second, whatever was so when it was opened.
    expect(await world.vote(stored, ada, approving(approval, { amount: 1 }))).toMatchObject({
      reason: { code: 'own_run' },
    });
    expect(await world.vote(stored, ada, rejecting(approval))).toMatchObject({ reason: { code: 'own_run' } });
    expect(await world.vote(stored, edsger, approving(approval, { amount: 1 }))).toMatchObject({ kind: 'decided' });
  });

  test('are refused by the tool’s schema, and the refusal is recorded', async () => {
    await using world = await openWorld();
    const { approval } = await asked(world);
    expect(await world.vote(approval, ada, approving(approval, { amount: '1' }))).toMatchObject({
      reason: { code: 'arguments_invalid', problems: [{ path: '/amount' }] },
    });
    expect(await world.prisma.vote.count()).toBe(0);
    expect(await world.actions({ approvalId: approval.id })).toContain('vote.refused');
  });

  test('come back from the database as they were agreed on, and so do answers and reasons', async () => {
    await using world = await openWorld();
    await world.prisma.tool.create({ data: { name: 'issue_refund', tier: 4 } });
    const { approval } = await asked(world);
    const args = { amount: 1e21, to: '\u2028😀', deep: { list: [1, { a: null }] } };
    await world.vote(approval, ada, approving(approval, args));
    const [vote] = (await world.approval(approval.id)).votes;
    expect(vote?.ballot).toMatchObject({ arguments: args });
    await world.vote(approval, grace, approving(approval, { ...args }));
    expect(await world.approval(approval.id)).toMatchObject({ state: { status: 'approved', arguments: args } });

    const other = await asked(world);
    await world.vote(other.approval, ada, answering(other.approval, { said: 'a NUL \0 and half \ud800' }));
    const [answer] = (await world.approval(other.approval.id)).votes;
    expect(answer?.ballot).toMatchObject({ result: { said: 'a NUL ␀ and half \ufffd' } });
  });
});

test('the votes of an approval tell its whole story after edits and undo, also to the database', async () => {
  await using world = await openWorld();
  await world.prisma.tool.create({ data: { name: 'issue_refund', tier: 4 } });
  const { approval } = await asked(world);
  await world.vote(approval, ada, approving(approval));
  await world.vote(approval, grace, approving(approval, { amount: 2 }));
  await world.vote(approval, ada, approving(approval, { amount: 2 }));
  const votes = await world.prisma.vote.findMany({ orderBy: { castAt: 'asc' } });
  expect(votes.map(({ userName, voidedBy }) => [userName, voidedBy])).toEqual([
    ['ada', 'edited'],
    ['grace', null],
    ['ada', null],
  ]);
  const { call, callHash } = await world.approval(approval.id);
  expect([call, callHash]).toEqual([approval.call, approval.callHash]);
});

test('a vote on nothing is no vote', async () => {
  await using world = await openWorld({ webhooks: 'none' });
  const { approval } = { approval: { id: 'apr_nothing', callHash: 'x' } as Approval };
  await expect(world.vote(approval, ada, approving(approval))).rejects.toThrow('no such approval');
});
