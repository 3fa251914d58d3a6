import { requireCaller } from '@/lib/api/caller';
import { bodyOf, idempotencyKeyOf, json, queryOf } from '@/lib/api/request';
import { listRuns, mustBeSameRequest, sourceOf, startedAnswer } from '@/lib/api/runs';
import { runsQuery, startRunBody } from '@/lib/api/schemas';
import { methods } from '@/lib/http';
import { startRun } from '@/lib/runs/start';
import { services } from '@/lib/services';

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  async GET(request: Request) {
    await requireCaller(services(), request, { scopes: ['runs', 'approvals'], permission: 'runs.read' });
    return json(await listRuns(services(), queryOf(request, runsQuery)));
  },

  async POST(request: Request) {
    const caller = await requireCaller(services(), request, { scopes: ['runs'], permission: 'runs.start' });
    const idempotencyKey = idempotencyKeyOf(request, caller.key.id);
    const body = await bodyOf(request, startRunBody);
    const run = await startRun(services(), {
      source: sourceOf(body),
      input: body.input,
      requester: body.requester ?? null,
      metadata: body.metadata ?? {},
      by: caller.person,
      actor: caller.actor,
      context: caller.context,
      idempotencyKey,
    });
    if (run.repeated) await mustBeSameRequest(services(), run.id, body);
    return json(startedAnswer(run), {
      status: 201,
      headers: { location: `/api/v1/runs/${run.id}`, ...(run.repeated ? { 'idempotency-replayed': 'true' } : {}) },
    });
  },
});
