import { afterEach, beforeEach, expect, test } from 'vitest';
import * as claimRoute from '@/app/api/v1/approvals/[id]/claim/route';
import * as commentsRoute from '@/app/api/v1/approvals/[id]/comments/route';
import { expectProblem, openApi } from './api-fixture';

let api: Awaited<ReturnType<typeof openApi>>;
beforeEach(async () => {
  api = await openApi();
});
afterEach(() => api.close());

test('a key takes, gives and lets go for its person, and over nobody whom it did not see', async () => {
  const starter = await api.key(await api.person('admin', 'Owner'));
  const { approval } = await api.pausedRun(starter);
  const [ada, grace] = [await api.person('reviewer', 'Ada'), await api.person('reviewer', 'Grace')];
  const [adas, graces] = [await api.key(ada), await api.key(grace)];
  const { id } = approval;
  const taken = await api.call(claimRoute.POST, { key: adas, id, body: {} });
  expect(taken.body).toMatchObject({ approval_id: id, claim: { person: { name: 'Ada' }, given_by: null } });
  expectProblem(await api.call(claimRoute.POST, { key: graces, id, body: {} }), 409);
  expectProblem(await api.call(claimRoute.DELETE, { key: graces, id }), 409);
  expectProblem(await api.call(claimRoute.POST, { key: starter, id, body: { over: ada.id } }), 403);
  const given = await api.call(claimRoute.POST, { key: graces, id, body: { over: ada.id } });
  expect(given.body).toMatchObject({ claim: { person: { name: 'Grace' } } });
  expect((await api.call(claimRoute.DELETE, { key: graces, id })).body).toMatchObject({ claim: null });
});

test('a key comments for its person, and “approve” is no vote', async () => {
  const starter = await api.key(await api.person('admin', 'Owner'));
  const { approval } = await api.pausedRun(starter);
  const { id } = approval;
  const said = await api.call(commentsRoute.POST, { key: starter, id, body: { text: 'approve' } });
  expect(said.status, said.text).toBe(201);
  const read = await api.call(commentsRoute.GET, { key: starter, id });
  expect(read.body).toMatchObject({ data: [{ by: { name: 'Owner' }, text: 'approve', surface: 'api' }] });
  expect((await api.readApproval(starter, id)).status).toBe('pending');
  expectProblem(await api.call(commentsRoute.POST, { key: starter, id, body: { text: ' ' } }), 422);
});
