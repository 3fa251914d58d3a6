import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import * as approvalsRoute from '@/app/api/v1/approvals/route';
import * as resumeRoute from '@/app/api/v1/interactions/[id]/resume/route';
import * as runRoute from '@/app/api/v1/runs/[id]/route';
import * as registerRoute from '@/app/api/v1/runs/register/route';
import * as runsRoute from '@/app/api/v1/runs/route';
import { approvalPage, runAnswer, runPage, settledResume, startedRun } from '@/lib/api/schemas';
import { resumePause } from '@/lib/approvals/resume';
import type { Person } from '@/lib/domain/person';
import { type Api, expectProblem, openApi, refund, refundTool } from './api-fixture';

let api: Api;
let admin: Person;
let adminsKey: string;
let ada: Person;
let adasKey: string;
beforeAll(async () => {
  api = await openApi();
  [admin, ada] = [await api.person('admin', 'Root'), await api.person('reviewer', 'Ada')];
  [adminsKey, adasKey] = [await api.key(admin), await api.key(ada)];
  await api.prisma.agent.create({
    data: {
      id: 'agt_00000000000000000000000001',
      name: 'Refunds',
      target: 'gemini-3.8-flash',
      profile: { model: 'gemini-3.8-flash', tools: [refundTool] },
    },
  });
});
afterEach(() => api.gemini.clearFaults());
afterAll(() => api.close());

const start = (body: unknown, headers: Record<string, string> = {}, key = adasKey) =>
  api.call(runsRoute.POST, { key, body, headers });
const aRun = { model: 'gemini-3.8-flash', input: '@sim {"final":"Done."}' } as const;

describe('starting a run', () => {
  test.each(['Refunds', 'agt_00000000000000000000000001'])('with the agent %s takes its profile', async (agent) => {
    const answer = await start({ agent, input: '@sim {"final":"Done."}', metadata: { ticket: 7 } });
    expect(answer.status, answer.text).toBe(201);
    const run = startedRun.parse(answer.body);
    expect(run.status).toBe('running');
    expect(answer.headers.get('location')).toBe(`/api/v1/runs/${run.id}`);
    expect(api.gemini.interaction(run.interaction_id ?? '')?.request).toMatchObject({ tools: [refundTool] });
    const read = runAnswer.parse((await api.call(runRoute.GET, { key: adasKey, id: run.id })).body);
    expect(read).toMatchObject({
      id: run.id,
      origin: 'started',
      agent: { name: 'Refunds' },
      requester: ada.email,
      metadata: { ticket: 7 },
      interactions: [{ id: run.interaction_id, previous_id: null }],
      approvals: [],
    });
  });

  test('with a model of its own, and a requester in free text', async () => {
    const answer = await start({
      ...aRun,
      tools: [refundTool],
      system_instruction: 'Be brief.',
      requester: 'Billing bot',
    });
    const { id, interaction_id } = startedRun.parse(answer.body);
    expect(api.gemini.interaction(interaction_id ?? '')?.request).toMatchObject({
      model: 'gemini-3.8-flash',
      system_instruction: 'Be brief.',
      tools: [refundTool],
    });
    expect(runAnswer.parse((await api.call(runRoute.GET, { key: adasKey, id })).body).requester).toBe('Billing bot');
  });

  test.each([
    [{ ...aRun, sytem_instruction: 'x', verbose: true }, ['/sytem_instruction', '/verbose']],
    [{ input: 'x' }, ['/model']],
    [{ model: 'm', agent_id: 'a', input: 'x' }, ['/model']],
    [{ agent: 'Refunds', model: 'm', tools: [], input: 'x' }, ['/model', '/tools']],
    [{ agent: 'Nobody', input: 'x' }, ['/agent']],
    [{ model: 'm' }, ['/input']],
    [{ model: 'm', input: '' }, ['/input']],
    [{ model: 'm', input: 7 }, ['/input']],
    [{ model: 'm', input: 'x\u0000' }, ['/input']],
    [{ model: 'm', input: 'x', metadata: { a: { 'b/c': '\u0000' } } }, ['/metadata/a/b~1c']],
    [{ model: 'm', input: 'x', metadata: 'text' }, ['/metadata']],
    [{ model: 'm', input: 'x', tools: [{ name: 'f' }] }, ['/tools/0/type']],
    [{ model: 'm', input: 'x', requester: '' }, ['/requester']],
  ])('%j answers 422 that names %j', async (body, paths) => {
    const before = api.gemini.stats().starts;
    expect(expectProblem(await start(body), 422).errors?.map(({ path }) => path)).toEqual(paths);
    expect(api.gemini.stats().starts).toBe(before);
  });

  test('that Gemini refuses answers 502; one that must wait 429 with Retry-After; both may be sent again', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    api.gemini.addFault({ on: 'start', kind: 'not_found' });
    expect(expectProblem(await start(aRun, headers), 502)).toMatchObject({ run_id: expect.stringMatching(/^run_/) });
    api.gemini.addFault({ on: 'start', kind: 'rate_limit', retryAfterSeconds: 7 });
    const limited = await start(aRun, headers);
    expectProblem(limited, 429);
    expect(limited.headers.get('retry-after')).toBe('7');
    expect(startedRun.parse((await start(aRun, headers)).body).status).toBe('running');
  });

  test('whose start is unclear says so, and is not sent a second time', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    api.gemini.addFault({ on: 'start', kind: 'cut_before' });
    const answers = [await start(aRun, headers), await start(aRun, headers)];
    for (const answer of answers) {
      expect(answer.status).toBe(201);
      expect(startedRun.parse(answer.body)).toMatchObject({ status: 'unclear', interaction_id: null });
    }
  });
});

describe('an Idempotency-Key', () => {
  test('sent again answers with the same run and starts nothing, also at the same moment', async () => {
    const before = api.gemini.stats().starts;
    const headers = { 'idempotency-key': randomUUID() };
    const answers = await Promise.all([start(aRun, headers), start(aRun, headers), start(aRun, headers)]);
    const after = await start(aRun, headers);
    expect(new Set([...answers, after].map(({ body }) => startedRun.parse(body).id)).size).toBe(1);
    expect(after.status).toBe(201);
    expect(after.headers.get('idempotency-replayed')).toBe('true');
    expect(api.gemini.stats().starts).toBe(before + 1);
  });

  test('belongs to the API key that sent it', async () => {
    const headers = { 'idempotency-key': 'the same' };
    const [one, other] = [await start(aRun, headers), await start(aRun, headers, adminsKey)];
    expect(startedRun.parse(one.body).id).not.toBe(startedRun.parse(other.body).id);
  });

  test.each([
    { input: '@sim {"final":"Other."}' },
    { model: 'gemini-3.8-pro' },
    { tools: [refundTool] },
    { metadata: { a: 1 } },
    { requester: 'somebody else' },
  ])('with another request (%j) answers 422', async (change) => {
    const headers = { 'idempotency-key': randomUUID() };
    await start(aRun, headers);
    expect(expectProblem(await start({ ...aRun, ...change }, headers), 422).detail).toContain('Idempotency-Key');
  });

  test.each(['', ' ', 'x'.repeat(256)])('%j answers 422', async (key) => {
    expectProblem(await start(aRun, { 'idempotency-key': key }), 422);
  });
});

describe('registering a run', () => {
  const register = (body: object) => api.call(registerRoute.POST, { key: adasKey, body });

  test('answers 201, then 200 with the same run', async () => {
    const foreign = await api.services.gemini.start(
      { model: 'gemini-3.8-flash', tools: [refundTool] },
      `@sim ${JSON.stringify({ calls: [refund] })}`,
      null,
    );
    if (foreign.kind !== 'created') throw new Error('not started');
    const { id } = foreign.interaction;
    await expect.poll(() => api.gemini.interaction(id)?.status).toBe('requires_action');
    const body = { interaction_id: `interactions/${id}`, model: 'gemini-3.8-flash', tools: [refundTool] };
    const [first, again] = [await register(body), await register(body)];
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(startedRun.parse(first.body)).toMatchObject({ interaction_id: id, status: 'paused' });
    expect(startedRun.parse(again.body).id).toBe(startedRun.parse(first.body).id);
    const read = await api.call(runRoute.GET, { key: adasKey, id: startedRun.parse(first.body).id });
    expect(runAnswer.parse(read.body)).toMatchObject({
      origin: 'registered',
      status: 'paused',
      interactions: [{ id, resume: { status: 'waiting' } }],
      approvals: [{ interaction_id: id, status: 'pending' }],
    });
  });

  test.each([
    [{ model: 'm' }, '/interaction_id'],
    [{ interaction_id: 'unknown', model: 'm' }, '/interaction_id'],
    [{ interaction_id: 'x', model: 'm', input: 'x' }, '/input'],
    [{ interaction_id: 'x' }, '/model'],
  ])('%j answers 422 that names %s', async (body, path) => {
    expect(expectProblem(await register(body), 422).errors?.map((error) => error.path)).toEqual([path]);
  });
});

test.each(['x', `apr_${'0'.repeat(26)}`, `run_${'0'.repeat(26)}`, 'run_\u0000'])(
  'the run %j answers 404',
  async (id) => {
    expectProblem(await api.call(runRoute.GET, { key: adasKey, id }), 404);
  },
);

describe('lists', () => {
  const list = async (query: string) =>
    approvalPage.parse((await api.call(approvalsRoute.GET, { key: adasKey, path: `/api/v1/approvals?${query}` })).body);

  test('page through every approval once, newest first, while others come in and decisions are made', async () => {
    const first = await api.pausedRun(
      adminsKey,
      [refund, refund, refund].map((call, at) => ({ ...call, arguments: { order_id: `L${at}`, amount: 1 } })),
    );
    await api.pausedRun(adminsKey);
    const all = (await list('limit=200')).data.map(({ id }) => id);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof list>> = await list(`limit=1${cursor ? `&cursor=${cursor}` : ''}`);
      seen.push(...page.data.map(({ id }) => id));
      cursor = page.next_cursor;
      if (seen.length === 1) await api.pausedRun(adminsKey);
      if (seen.length === 2) await api.vote(adasKey, first.approval, { verdict: 'approve' });
    } while (cursor !== null);
    expect(seen).toEqual(all);
    const times = (await list('limit=200')).data.map(({ created_at }) => created_at);
    expect(times).toEqual([...times].sort().reverse());
  });

  test('take a status and a run', async () => {
    const { id, approvals } = await api.pausedRun(adminsKey);
    expect((await list(`run=${id}`)).data.map((approval) => approval.id)).toEqual(approvals.map((row) => row.id));
    const [only] = approvals;
    if (only) await api.vote(adasKey, only, { verdict: 'approve' });
    expect((await list(`run=${id}&status=pending`)).data).toEqual([]);
    expect((await list(`run=${id}&status=approved`)).data).toHaveLength(1);
    expect((await list(`run=${id}&cursor=`)).next_cursor).toBeNull();
    expect(new Set((await list('status=pending&limit=200')).data.map(({ status }) => status))).toEqual(
      new Set(['pending']),
    );
  });

  test.each([
    ['limit=0', '/limit'],
    ['limit=201', '/limit'],
    ['limit=1.5', '/limit'],
    ['limit=x', '/limit'],
    ['status=open', '/status'],
    ['page=2', '/page'],
    ['cursor=x', '/cursor'],
    [`cursor=${Buffer.from('[1]').toString('base64url')}`, '/cursor'],
    [`cursor=${Buffer.from('["1","x"]').toString('base64url')}`, '/cursor'],
    [`cursor=${Buffer.from('[99e99,"x"]').toString('base64url')}`, '/cursor'],
    ['run=%00', '/run'],
  ])('%s answers 422 that names %s', async (query, path) => {
    for (const [route, name] of [
      [approvalsRoute, 'approvals'],
      [runsRoute, 'runs'],
    ] as const) {
      const answer = await api.call(route.GET, { key: adasKey, path: `/api/v1/${name}?${query}` });
      expect(expectProblem(answer, 422).errors?.map((error) => error.path)).toEqual([path]);
    }
  });

  test('runs page the same way', async () => {
    const page = async (query: string) =>
      runPage.parse((await api.call(runsRoute.GET, { key: adasKey, path: `/api/v1/runs?${query}` })).body);
    const all = await page('limit=200');
    const head = await page('limit=2');
    const rest = await page(`limit=200&cursor=${head.next_cursor}`);
    expect([...head.data, ...rest.data].map(({ id }) => id)).toEqual(all.data.map(({ id }) => id));
    expect((await page('status=paused')).data.every(({ status }) => status === 'paused')).toBe(true);
  });
});

describe('settling a resume', () => {
  const settle = (id: string, body: unknown, key = adminsKey) => api.call(resumeRoute.POST, { key, id, body });
  const unclear = async () => {
    const run = await api.pausedRun(adasKey);
    await api.vote(adminsKey, run.approval, { verdict: 'approve' });
    api.gemini.addFault({ on: 'resume', kind: 'cut_before' });
    await resumePause(api.services, run.approval.pauseId);
    return run;
  };

  test('closes it, once, with a reason on record', async () => {
    const run = await unclear();
    const read = runAnswer.parse((await api.call(runRoute.GET, { key: adminsKey, id: run.id })).body);
    expect(read.approvals[0]?.resume).toMatchObject({
      status: 'unclear',
      message: expect.stringContaining('not known'),
    });
    const answer = await settle(run.interaction_id, { action: 'close', reason: 'Done by hand.' });
    expect(answer.status, answer.text).toBe(200);
    expect(settledResume.parse(answer.body)).toEqual({
      run_id: run.id,
      interaction_id: run.interaction_id,
      resume: { status: 'closed' },
    });
    expect(expectProblem(await settle(run.interaction_id, { action: 'close', reason: 'Again.' }), 409)).toMatchObject({
      resume: { status: 'closed' },
    });
    expect((await api.actions('resume.settled')).at(-1)).toMatchObject({
      actorId: admin.id,
      facts: { action: 'close', reason: 'Done by hand.' },
    });
  });

  test('sends it again', async () => {
    const run = await unclear();
    const answer = settledResume.parse(
      (await settle(run.interaction_id, { action: 'send_again', reason: 'It was cut.' })).body,
    );
    expect(answer.resume.status).toBe('ready');
  });

  test('is for admins, for what is open, and takes both fields', async () => {
    const run = await api.pausedRun(adasKey);
    expectProblem(await settle(run.interaction_id, { action: 'close', reason: 'x' }, adasKey), 403);
    expectProblem(await settle(run.interaction_id, { action: 'close', reason: 'x' }, await api.key(null)), 403);
    expectProblem(await settle(run.interaction_id, { action: 'close', reason: 'x' }), 409);
    const encoded = encodeURIComponent(`interactions/${run.interaction_id}`);
    expectProblem(await settle(encoded, { action: 'close', reason: 'x' }), 409);
    expectProblem(await settle('%E0%A4%A', { action: 'close', reason: 'x' }), 404);
    expectProblem(await settle(run.interaction_id, { action: 'close' }), 422);
    expectProblem(await settle(run.interaction_id, { action: 'retry', reason: 'x' }), 422);
    expectProblem(await settle('nothing', { action: 'close', reason: 'x' }), 404);
    expectProblem(await settle('no\u0000thing', { action: 'close', reason: 'x' }), 404);
  });
});
