import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as catchAll from '@/app/api/v1/[[...path]]/route';
import * as approvalRoute from '@/app/api/v1/approvals/[id]/route';
import * as votesRoute from '@/app/api/v1/approvals/[id]/votes/route';
import * as approvalsRoute from '@/app/api/v1/approvals/route';
import * as exportRoute from '@/app/api/v1/audit/export/route';
import * as auditRoute from '@/app/api/v1/audit/route';
import * as openApiRoute from '@/app/api/v1/openapi.json/route';
import * as runsRoute from '@/app/api/v1/runs/route';
import type { Person } from '@/lib/domain/person';
import { createKey, type KeyScope, listKeys, revokeKey } from '@/lib/people/keys';
import { type Api, expectProblem, openApi } from './api-fixture';

let api: Api;
let admin: Person;
let ada: Person;
beforeAll(async () => {
  api = await openApi();
  [admin, ada] = [await api.person('admin', 'Root'), await api.person('reviewer', 'Ada')];
});
afterAll(() => api.close());

const fromWeb = { surface: 'web' } as const;
const someId = `apr_${'0'.repeat(26)}`;
const list = (key?: string, headers: Record<string, string> = {}) => api.call(approvalsRoute.GET, { key, headers });

describe('a request', () => {
  test('without a key of ours answers 401 with WWW-Authenticate', async () => {
    const unknown = `csk_${'A'.repeat(43)}`;
    for (const answer of [
      await list(),
      await list('nonsense'),
      await list(unknown),
      await list(undefined, { authorization: 'Basic eDp5' }),
      await list(undefined, { authorization: 'Bearer' }),
      await list(undefined, { 'x-api-key': await api.key(ada) }),
    ]) {
      expectProblem(answer, 401);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
    }
    expect((await list(undefined, { authorization: `bearer ${await api.key(ada)}` })).status).toBe(200);
  });

  test.each<[KeyScope, string, () => [Parameters<Api['call']>[0], object?]]>([
    ['runs', 'start a run', () => [runsRoute.POST, { body: {} }]],
    ['approvals', 'list approvals', () => [approvalsRoute.GET]],
    ['approvals', 'read an approval', () => [approvalRoute.GET, { id: someId }]],
    ['votes', 'vote', () => [votesRoute.POST, { id: someId, body: {} }]],
    ['audit', 'read the history', () => [auditRoute.GET]],
    ['audit', 'export the history', () => [exportRoute.GET]],
  ])('without the scope %s cannot %s: 403 that names it, and an entry in the history', async (scope, _what, ask) => {
    const others = (['runs', 'approvals', 'votes', 'audit'] as const).filter((other) => other !== scope);
    const [handler, options] = ask();
    const problem = expectProblem(await api.call(handler, { key: await api.key(admin, others), ...options }), 403);
    expect(problem).toMatchObject({ reason: 'scope_missing', scope });
    expect(problem.detail).toContain(`“${scope}”`);
    expect((await api.actions('key.refused')).at(-1)).toMatchObject({
      actorId: expect.stringMatching(/^key_/),
      facts: { reason: 'scope_missing', scope },
    });
  });

  test('reaches as far as the role of its person', async () => {
    const start = { body: { model: 'gemini-3.8-flash', input: '@sim {}' } };
    for (const role of ['viewer', 'auditor'] as const) {
      const key = await api.key(await api.person(role));
      expect(expectProblem(await api.call(runsRoute.POST, { key, ...start }), 403)).toMatchObject({ reason: 'role' });
      expect((await list(key)).status).toBe(200);
    }
    const reviewers = await api.key(ada);
    expect(expectProblem(await api.call(auditRoute.GET, { key: reviewers }), 403)).toMatchObject({
      permission: 'audit.read',
    });
    expect((await api.call(auditRoute.GET, { key: await api.key(await api.person('auditor')) })).status).toBe(200);
  });

  test('that only reads may use a key for runs or for approvals', async () => {
    expect((await api.call(runsRoute.GET, { key: await api.key(null, ['runs']) })).status).toBe(200);
    expect((await api.call(runsRoute.GET, { key: await api.key(null, ['approvals']) })).status).toBe(200);
  });

  test('in a method that the address does not have answers 405 with Allow; elsewhere 404; neither needs a key', async () => {
    const wrong = await api.call(approvalRoute.DELETE, { method: 'DELETE', id: someId });
    expectProblem(wrong, 405);
    expect(wrong.headers.get('allow')).toBe('GET, HEAD, OPTIONS');
    expect((await api.call(votesRoute.GET, { id: someId })).headers.get('allow')).toBe('POST, OPTIONS');
    expect((await api.call(runsRoute.OPTIONS)).headers.get('allow')).toBe('GET, POST, HEAD, OPTIONS');
    for (const handler of [catchAll.GET, catchAll.POST, catchAll.PUT, catchAll.PATCH, catchAll.DELETE]) {
      expectProblem(await api.call(handler, { path: '/api/v1/nothing' }), 404);
    }
  });

  test('for the OpenAPI document needs no key', async () => {
    const answer = await api.call(openApiRoute.GET);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ openapi: '3.1.0', servers: [{ url: api.services.env.appUrl }] });
  });

  test('that fails for a fault of ours answers 500 with an id and nothing else of it', async () => {
    const { approval } = await api.pausedRun(await api.key(null));
    await api.prisma.$executeRaw`update approval set on_timeout = 'broken' where id = ${approval.id}`;
    const answer = await api.call(approvalRoute.GET, { key: await api.key(ada), id: approval.id });
    const problem = expectProblem(answer, 500);
    expect(problem.request_id).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.text).not.toMatch(/broken|prisma|at /i);
    await api.prisma.$executeRaw`update approval set on_timeout = 'reject' where id = ${approval.id}`;
  });
});

describe('a key', () => {
  test('is kept as a hash, shown once, and of 32 random bytes', async () => {
    const key = await api.key(ada);
    expect(key).toMatch(/^csk_[A-Za-z0-9_-]{43}$/);
    const rows = await api.prisma.apiKey.findMany({ where: { prefix: key.slice(0, 12) } });
    expect(rows).toHaveLength(1);
    expect(rows[0]?.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.stringify(rows)).not.toContain(key.slice(12));
    expect(JSON.stringify(await api.actions('key.created'))).not.toContain(key.slice(12));
  });

  test('that was revoked, has expired, or whose person is deactivated is refused at once, and recorded once a minute', async () => {
    const past = new Date(Date.now() + 60_000);
    const someone = await api.person('reviewer', 'Gone');
    const [revoked, expiring, gone] = [await api.key(ada), await api.key(ada, undefined, past), await api.key(someone)];
    for (const key of [revoked, expiring, gone]) expect((await list(key)).status).toBe(200);

    const [row] = await api.prisma.apiKey.findMany({ where: { prefix: revoked.slice(0, 12) } });
    await revokeKey(api.services, { keyId: row?.id ?? '', by: ada, context: fromWeb });
    await revokeKey(api.services, { keyId: row?.id ?? '', by: ada, context: fromWeb });
    expect((await api.actions('key.revoked')).length).toBe(1);
    await api.prisma.user.update({ where: { id: someone.id }, data: { deactivatedAt: new Date() } });
    api.advance(61_000);

    const before = (await api.actions('key.refused')).length;
    for (const [key, reason] of [
      [revoked, 'revoked'],
      [expiring, 'expired'],
      [gone, 'deactivated'],
    ] as const) {
      const answer = await list(key);
      expect(expectProblem(answer, 401)).toMatchObject({ reason });
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
      expectProblem(await list(key), 401);
    }
    const refused = (await api.actions('key.refused')).slice(before);
    expect(refused.map(({ facts }) => facts)).toEqual([
      { reason: 'revoked', scope: 'approvals' },
      { reason: 'expired', scope: 'approvals' },
      { reason: 'deactivated', scope: 'approvals' },
    ]);
  });

  test('keeps the moment of its last use, to the minute', async () => {
    const key = await api.key(ada);
    const used = async () =>
      (await api.prisma.apiKey.findFirstOrThrow({ where: { prefix: key.slice(0, 12) } })).lastUsedAt;
    expect(await used()).toBeNull();
    await list(key);
    const first = await used();
    expect(first).not.toBeNull();
    await list(key);
    expect(await used()).toEqual(first);
    api.advance(61_000);
    await list(key);
    expect((await used())?.getTime()).toBeGreaterThan(first?.getTime() ?? 0);
  });

  const make = (by: Person, ownerId: string | null) =>
    createKey(api.services, { name: 'k', scopes: ['votes'], ownerId, expiresAt: null, by, context: fromWeb });

  test('is made for oneself, and by admins for no person; nobody makes one in another’s name', async () => {
    await expect(make(ada, ada.id)).resolves.toMatchObject({ id: expect.stringMatching(/^key_/) });
    await expect(make(admin, null)).resolves.toBeDefined();
    for (const [by, owner] of [
      [ada, admin.id],
      [admin, ada.id],
      [ada, null],
      [{ ...ada, active: false }, ada.id],
    ] as const) {
      await expect(make(by, owner)).rejects.toMatchObject({ code: 'forbidden' });
    }
    const viewer = await api.person('viewer');
    await expect(make(viewer, viewer.id)).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('is listed to its person, all of them to admins, and revoked by either', async () => {
    const owner = await api.person('reviewer', 'Owner');
    const { id } = await make(owner, owner.id);
    expect(await listKeys(api.services, owner)).toMatchObject([{ id, state: 'active', owner: { id: owner.id } }]);
    expect((await listKeys(api.services, admin, { everyones: true })).map((key) => key.id)).toContain(id);
    await expect(listKeys(api.services, owner, { everyones: true })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(revokeKey(api.services, { keyId: id, by: ada, context: fromWeb })).rejects.toMatchObject({
      code: 'forbidden',
    });
    await revokeKey(api.services, { keyId: id, by: admin, context: fromWeb });
    expect(await listKeys(api.services, owner)).toMatchObject([{ id, state: 'revoked' }]);
  });
});
