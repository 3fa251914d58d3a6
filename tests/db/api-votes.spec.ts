import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as resultRoute from '@/app/api/v1/approvals/[id]/result/route';
import * as approvalRoute from '@/app/api/v1/approvals/[id]/route';
import * as votesRoute from '@/app/api/v1/approvals/[id]/votes/route';
import { approvalAnswer } from '@/lib/api/schemas';
import { expireApproval } from '@/lib/approvals/expire';
import type { Person } from '@/lib/domain/person';
import { type Api, expectProblem, openApi } from './api-fixture';

let api: Api;
let ada: Person;
let grace: Person;
let adasKey: string;
let gracesKey: string;
let starter: string;
beforeAll(async () => {
  api = await openApi();
  [ada, grace] = [await api.person('reviewer', 'Ada'), await api.person('reviewer', 'Grace')];
  [adasKey, gracesKey] = [await api.key(ada), await api.key(grace)];
  starter = await api.key(null, ['runs', 'approvals']);
});
afterAll(() => api.close());

describe('a vote', () => {
  test('to approve takes effect at once and queues the resume, in the name of the key’s person', async () => {
    const { approval } = await api.pausedRun(starter);
    const answer = await api.vote(adasKey, approval, { verdict: 'approve', reason: 'Fine.' });
    expect(answer.status, answer.text).toBe(200);
    expect(approvalAnswer.parse(answer.body)).toMatchObject({
      id: approval.id,
      status: 'approved',
      call_hash: approval.callHash,
      call: { name: 'issue_refund', arguments: { order_id: 'A-1042', amount: 25 } },
      decision: {
        status: 'approved',
        by: { kind: 'people', voters: [{ id: ada.id, name: 'Ada' }] },
        undo_until: null,
        arguments_changed: false,
        note: 'Fine.',
      },
      votes: [{ verdict: 'approve', surface: 'api', by: { id: ada.id }, arguments: null }],
      resume: { status: 'ready' },
    });
    const [cast] = (await api.actions('vote.cast')).filter(({ approvalId }) => approvalId === approval.id);
    expect(cast).toMatchObject({ actorId: ada.id, context: { surface: 'api', keyId: expect.stringMatching(/^key_/) } });
  });

  test('that is repeated changes nothing and answers the same', async () => {
    const { approval } = await api.pausedRun(starter);
    const first = await api.vote(adasKey, approval, { verdict: 'reject', reason: 'No.' });
    const again = await api.vote(adasKey, approval, { verdict: 'reject', reason: 'No.' });
    expect([first.status, again.status]).toEqual([200, 200]);
    expect(approvalAnswer.parse(again.body)).toEqual(approvalAnswer.parse(first.body));
    expect(approvalAnswer.parse(again.body)).toMatchObject({ decision: { reason: 'No.', next: 'stop' } });
    expect(await api.prisma.vote.count({ where: { approvalId: approval.id } })).toBe(1);
  });

  test('sent twice at the same moment counts once', async () => {
    const { approval } = await api.pausedRun(starter);
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => api.vote(adasKey, approval, { verdict: 'approve' })),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    expect(await api.prisma.vote.count({ where: { approvalId: approval.id } })).toBe(1);
  });

  test('of the loser of a race answers 409 that says who decided what and when, and is not recorded', async () => {
    const { approval } = await api.pausedRun(starter);
    const answers = await Promise.all([
      api.vote(adasKey, approval, { verdict: 'approve' }),
      api.vote(gracesKey, approval, { verdict: 'reject', reason: 'No.' }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const stands = await api.readApproval(adasKey, approval.id);
    const lost = answers.find(({ status }) => status === 409);
    if (!lost) throw new Error('nobody lost');
    const problem = expectProblem(lost, 409);
    expect(problem).toMatchObject({ reason: 'already_decided', decision: stands.decision, recorded: false });
    expect(problem.detail).toMatch(/^(Ada approved|Grace rejected) this at 2.*Z\. This vote was not recorded\.$/);
    expect(stands.votes).toHaveLength(1);
  });

  test('for another hash answers 409 and is on record as refused', async () => {
    const { approval } = await api.pausedRun(starter);
    const answer = await api.vote(adasKey, approval, { verdict: 'approve', call_hash: 'f'.repeat(64) });
    expect(expectProblem(answer, 409)).toMatchObject({ reason: 'hash_differs' });
    expect((await api.vote(adasKey, approval, { verdict: 'approve', call_hash: 'x' })).status).toBe(409);
    expect((await api.readApproval(adasKey, approval.id)).status).toBe('pending');
    const refused = (await api.actions('vote.refused')).filter(({ approvalId }) => approvalId === approval.id);
    expect(refused[0]?.facts).toEqual({ verdict: 'approve', reason: 'hash_differs' });
  });

  test('otherwise than before answers 409', async () => {
    await api.prisma.tool.create({ data: { name: 'regulated', tier: 4, fulfilment: 'answer' } });
    const { approval } = await api.pausedRun(starter, [{ name: 'regulated', arguments: {} }]);
    expect((await api.vote(adasKey, approval, { verdict: 'approve' })).status).toBe(200);
    const other = await api.vote(adasKey, approval, { verdict: 'answer', result: 'other' });
    expect(expectProblem(other, 409)).toMatchObject({ reason: 'already_voted' });
    const second = await api.vote(gracesKey, approval, { verdict: 'approve' });
    expect(approvalAnswer.parse(second.body)).toMatchObject({ status: 'approved', rule: { approvals: 2 } });
  });

  test('past the deadline answers 410, before and after the sweep', async () => {
    const { approval } = await api.pausedRun(starter);
    const late = 25 * 3600_000;
    api.advance(late);
    try {
      expect(expectProblem(await api.vote(adasKey, approval, { verdict: 'approve' }), 410)).toMatchObject({
        reason: 'too_late',
        deadline: approval.deadline.toISOString(),
      });
      await expireApproval(api.services, approval.id);
      expectProblem(await api.vote(adasKey, approval, { verdict: 'approve' }), 410);
      expect(await api.readApproval(adasKey, approval.id)).toMatchObject({
        status: 'expired',
        votes: [],
        decision: { status: 'expired' },
      });
    } finally {
      api.advance(-late);
    }
  });

  test('of the run’s requester answers 403, whoever the run was started by', async () => {
    const own = await api.pausedRun(adasKey);
    expect(expectProblem(await api.vote(adasKey, own.approval, { verdict: 'approve' }), 403)).toMatchObject({
      reason: 'own_run',
    });
    const named = await api.pausedRun(starter, undefined, { requester: ada.email.toUpperCase() });
    expectProblem(await api.vote(adasKey, named.approval, { verdict: 'approve' }), 403);
    expect((await api.vote(gracesKey, named.approval, { verdict: 'approve' })).status).toBe(200);
  });

  test.each(['viewer', 'auditor'] as const)('of a %s answers 403 and is on record', async (role) => {
    const { approval } = await api.pausedRun(starter);
    const answer = await api.vote(await api.key(await api.person(role)), approval, { verdict: 'approve' });
    expect(expectProblem(answer, 403)).toMatchObject({ reason: 'not_a_reviewer' });
    const refused = (await api.actions('vote.refused')).filter(({ approvalId }) => approvalId === approval.id);
    expect(refused).toHaveLength(1);
  });

  test('by a key of no person answers 403 and is on record', async () => {
    const { approval } = await api.pausedRun(starter);
    const answer = await api.vote(await api.key(null), approval, { verdict: 'approve' });
    expect(expectProblem(answer, 403)).toMatchObject({ reason: 'no_person' });
    expect((await api.actions('key.refused')).at(-1)?.facts).toEqual({ reason: 'no_person', scope: 'votes' });
  });

  test('cannot name its voter in the body', async () => {
    const { approval } = await api.pausedRun(starter);
    const answer = await api.vote(adasKey, approval, { verdict: 'approve', voter: grace.id, user: grace.email });
    expect(expectProblem(answer, 422).errors?.map(({ path }) => path)).toEqual(['/voter', '/user']);
  });
});

describe('edited arguments', () => {
  test('are a proposal of their own: call and hash stay, the decision carries the agreed ones with their types', async () => {
    const { approval } = await api.pausedRun(starter);
    const args = { order_id: 'A-1042', amount: 12.5 };
    const answer = approvalAnswer.parse(
      (await api.vote(adasKey, approval, { verdict: 'approve', arguments: args })).body,
    );
    expect(answer).toMatchObject({
      status: 'approved',
      call_hash: approval.callHash,
      call: { arguments: { amount: 25 } },
      decision: { arguments: args, arguments_changed: true },
      votes: [{ arguments: args }],
    });
  });

  test('that do not fit the schema answer 422 with each place', async () => {
    const { approval } = await api.pausedRun(starter);
    const answer = await api.vote(adasKey, approval, {
      verdict: 'approve',
      arguments: { amount: '12', extra: true },
    });
    const paths = expectProblem(answer, 422).errors?.map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(['/arguments/order_id', '/arguments/amount']));
    expect((await api.readApproval(adasKey, approval.id)).status).toBe('pending');
  });

  test.each(['reject', 'answer'])('do not go with %s', async (verdict) => {
    const { approval } = await api.pausedRun(starter);
    const answer = await api.vote(adasKey, approval, { verdict, reason: 'r', result: 'r', arguments: {} });
    expect(expectProblem(answer, 422).errors).toContainEqual({
      path: '/arguments',
      message: 'This field is not known here.',
    });
  });

  test.each([
    ['a NUL', { order_id: 'A\u0000', amount: 1 }],
    ['a NUL in a name', { 'order\u0000': 'A', amount: 1 }],
    ['half a surrogate pair', { order_id: '\ud800', amount: 1 }],
  ])('with %s answer 422', async (_what, args) => {
    const { approval } = await api.pausedRun(starter);
    expectProblem(await api.vote(adasKey, approval, { verdict: 'approve', arguments: args }), 422);
  });

  test('with a number that would become another one answer 422', async () => {
    const { approval } = await api.pausedRun(starter);
    const body = `{"verdict":"approve","call_hash":"${approval.callHash}","arguments":{"order_id":"A","amount":12345678901234567890}}`;
    const answer = await api.call(votesRoute.POST, { key: adasKey, id: approval.id, body });
    expect(expectProblem(answer, 422).detail).toContain('12345678901234567890');
  });
});

describe('the body of a vote', () => {
  test.each([
    [{ verdict: 'reject' }, '/reason'],
    [{ verdict: 'reject', reason: '  ' }, '/reason'],
    [{ verdict: 'reject', reason: 'no', next: 'maybe' }, '/next'],
    [{ verdict: 'answer' }, '/result'],
    [{ verdict: 'answer', result: 7 }, '/result'],
    [{ verdict: 'answer', result: ['a'] }, '/result'],
    [{ verdict: 'approve', arguments: [] }, '/arguments'],
    [{ verdict: 'approve', call_hash: undefined }, '/call_hash'],
    [{ verdict: 'approve', call_hash: 7 }, '/call_hash'],
    [{ verdict: 'yes' }, '/verdict'],
    [{}, '/verdict'],
  ])('%j answers 422 that names %s', async (ballot, path) => {
    const { approval } = await api.pausedRun(starter);
    const answer = await api.vote(adasKey, approval, ballot);
    expect(expectProblem(answer, 422).errors?.map((error) => error.path)).toContain(path);
  });

  test('an answer of a person may be text or an object', async () => {
    for (const result of ['Refunded by hand.', { refund_id: 're_1' }]) {
      const { approval } = await api.pausedRun(starter);
      const answer = approvalAnswer.parse((await api.vote(adasKey, approval, { verdict: 'answer', result })).body);
      expect(answer).toMatchObject({ status: 'answered', decision: { result } });
    }
  });

  test.each([
    ['{', 400],
    ['', 400],
    ['{"verdict":"approve",}', 400],
    [new Uint8Array([0x22, 0xff, 0x22]), 400],
    ['[]', 422],
    ['null', 422],
    ['"approve"', 422],
    [`{"__proto__":{"verdict":"approve"}}`, 422],
    ['['.repeat(500_000), 400],
    [`{"verdict":${'['.repeat(300_000)}${']'.repeat(300_000)}}`, 422],
  ])('%j answers %i', async (body, status) => {
    const { approval } = await api.pausedRun(starter);
    expectProblem(await api.call(votesRoute.POST, { key: adasKey, id: approval.id, body }), status);
  });

  test('of more than 1 MiB answers 413, with or without content-length; of exactly 1 MiB it is read', async () => {
    const { approval } = await api.pausedRun(starter);
    const ask = (length: number, headers = {}) => {
      const head = `{"verdict":"reject","call_hash":"${approval.callHash}","reason":"`;
      const body = `${head}${'x'.repeat(length - head.length - 2)}"}`;
      expect(body.length).toBe(length);
      return api.call(votesRoute.POST, { key: adasKey, id: approval.id, body, headers });
    };
    expectProblem(await ask(1024 * 1024 + 1), 413);
    expectProblem(await ask(1024 * 1024 + 1, { 'content-length': String(1024 * 1024 + 1) }), 413);
    expectProblem(await ask(1024 * 1024), 422); // the reason is too long, so the body was read
  });
});

test.each(['x', 'apr_x', `run_${'0'.repeat(26)}`, 'apr_\u0000', `apr_${'0'.repeat(26)}`, `APR_${'0'.repeat(26)}`])(
  'the id %j answers 404',
  async (id) => {
    expectProblem(await api.call(approvalRoute.GET, { key: adasKey, id }), 404);
    const body = { verdict: 'approve', call_hash: 'x' };
    expectProblem(await api.call(votesRoute.POST, { key: adasKey, id, body }), 404);
    expectProblem(await api.call(resultRoute.POST, { key: adasKey, id, body: { result: 'x' } }), 404);
  },
);

test('the result of a call that a person carries out is recorded once, and only when it is awaited', async () => {
  await api.prisma.tool.create({ data: { name: 'by_hand', tier: 3, fulfilment: 'manual' } });
  const { approval } = await api.pausedRun(starter, [{ name: 'by_hand', arguments: {} }]);
  const report = (key: string, result: unknown = { done: true }) =>
    api.call(resultRoute.POST, { key, id: approval.id, body: { result } });
  expect(expectProblem(await report(adasKey), 409)).toMatchObject({ reason: 'not_awaited' });
  const approved = approvalAnswer.parse((await api.vote(adasKey, approval, { verdict: 'approve' })).body);
  expect(approved.resume.status).toBe('waiting');
  expectProblem(await report(await api.key(await api.person('viewer'))), 403);
  expectProblem(await report(adasKey, 7), 422);
  const recorded = await report(gracesKey);
  expect(approvalAnswer.parse(recorded.body)).toMatchObject({
    outcome: { by: { name: 'Grace' }, result: { done: true } },
    resume: { status: 'ready' },
  });
  expect(expectProblem(await report(adasKey), 409).detail).toMatch(/^Grace recorded the result at /);
});
