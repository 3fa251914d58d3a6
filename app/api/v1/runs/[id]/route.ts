import { requireCaller } from '@/lib/api/caller';
import { idOf, json, notFound, type WithId } from '@/lib/api/request';
import { readRun } from '@/lib/api/runs';
import { methods } from '@/lib/http';
import { services } from '@/lib/services';

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  async GET(request: Request, context: WithId) {
    await requireCaller(services(), request, { scopes: ['runs', 'approvals'], permission: 'runs.read' });
    const run = await readRun(services(), await idOf(context, 'run', 'run'));
    if (run === null) throw notFound('run');
    return json(run);
  },
});
