import { requireCaller } from '@/lib/api/caller';
import { bodyOf, json } from '@/lib/api/request';
import { sourceOf, startedAnswer } from '@/lib/api/runs';
import { registerRunBody } from '@/lib/api/schemas';
import { methods } from '@/lib/http';
import { registerRun } from '@/lib/runs/register';
import { services } from '@/lib/services';

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  async POST(request: Request) {
    const caller = await requireCaller(services(), request, { scopes: ['runs'], permission: 'runs.start' });
    const body = await bodyOf(request, registerRunBody);
    const run = await registerRun(services(), {
      interactionId: body.interaction_id,
      source: sourceOf(body),
      requester: body.requester ?? null,
      metadata: body.metadata ?? {},
      by: caller.person,
      actor: caller.actor,
      context: caller.context,
    });
    return json(startedAnswer(run), {
      status: run.repeated ? 200 : 201,
      headers: { location: `/api/v1/runs/${run.id}` },
    });
  },
});
