import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { handleJob } from '@/lib/queue/handlers';
import type { JobName } from '@/lib/queue/jobs';
import type { Services } from '@/lib/services';
import { connectEnvironment } from '@/lib/slack/installations';
import { receive } from '@/lib/slack/receive';
import { checkBlocks, checkView, problemText } from '@/tests/fakes/slack/block-kit';
import { defaults, type FakeSlack, type FakeSlackOptions, startFakeSlack } from '@/tests/fakes/slack/server';
import { known } from '@/tests/fakes/slack/world';
import { openApi } from './api-fixture';

export { known };
export type SlackWorld = Awaited<ReturnType<typeof openSlack>>;

/** The product on a database of its own with a simulated Gemini and a simulated Slack that clicks over signed HTTP. */
export async function openSlack(options: { slack?: FakeSlackOptions; environment?: Record<string, string> } = {}) {
  const slack: FakeSlack = await startFakeSlack({ commands: ['/countersign'], ...options.slack });
  const api = await openApi({
    SLACK_BOT_TOKEN: defaults.token,
    SLACK_SIGNING_SECRET: defaults.signingSecret,
    SLACK_API_URL: slack.apiUrl,
    APP_URL: 'https://countersign.example',
    ...options.environment,
  });
  const { services, prisma } = api;
  const app = await serve(services);
  slack.configure({ url: app.url });
  await connectEnvironment(services);
  await prisma.slackInstallation.updateMany({ data: { defaultChannel: known.approvals } });
  const key = await api.key(await api.person('admin', 'Owner'));

  /** Links a Slack account to a person of this role. */
  const link = async (slackUserId: string, role: 'reviewer' | 'viewer' | 'admin' = 'reviewer', name = 'Marta') => {
    const person = await api.person(role, name);
    const installation = await prisma.slackInstallation.findFirstOrThrow();
    await prisma.slackUserLink.create({
      data: {
        id: `sll_${person.id.slice(4)}`,
        installationId: installation.id,
        slackScopeId: known.team,
        slackUserId,
        userId: person.id,
        method: 'link',
        verifiedAt: services.now(),
      },
    });
    return person;
  };

  /** Runs what is queued for Slack and due, until nothing is; as a worker would. */
  const work = async (names: readonly JobName[] = ['slack.sync', 'slack.deliver', 'slack.run', 'slack.home']) => {
    for (let round = 0; round < 20; round++) {
      const { rows } = await services.db.pool.query<{ id: string; name: JobName; payload: unknown }>(
        `with due as (select j.id, t.identifier as name, j.payload from graphile_worker._private_jobs j
            join graphile_worker._private_tasks t on t.id = j.task_id
            where t.identifier = any($1) and j.run_at <= $2::timestamptz + interval '50 milliseconds'),
          gone as (delete from graphile_worker._private_jobs where id in (select id from due))
          select id::text, name, payload from due order by id`,
        [names, services.now()],
      );
      if (rows.length === 0) return;
      await Promise.all(rows.map(({ name, payload }) => handleJob(services, name, payload)));
    }
  };

  /** A run that waits for one refund, posted to the approvals channel. */
  const posted = async (calls?: Parameters<typeof api.pausedRun>[1], more?: object) => {
    const run = await api.pausedRun(key, calls, more);
    await work();
    const copies = await prisma.slackMessage.findMany({ where: { approvalId: run.approval.id } });
    return { ...run, copies, ts: copies[0]?.ts ?? '', channel: known.approvals as string };
  };

  const approvalOf = (id: string) => prisma.approval.findUniqueOrThrow({ where: { id } });

  /** What Slack would refuse in anything that was sent so far. */
  const problems = () =>
    slack
      .calls()
      .flatMap(({ args, method }) =>
        [
          ...(args.blocks === undefined ? [] : checkBlocks(args.blocks, 'message')),
          ...(args.view === undefined ? [] : checkView(args.view)),
        ].map((problem) => `${method}: ${problemText(problem)}`),
      );

  return {
    ...api,
    slack,
    key,
    link,
    work,
    posted,
    approvalOf,
    problems,
    appUrl: app.url,
    close: async () => {
      await app.close();
      await slack.close();
      await api.close();
    },
  };
}

/** Serves the route of the product over HTTP, as Next would. */
async function serve(services: Services) {
  const afterAnswers: Promise<unknown>[] = [];
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const headers = new Headers();
    for (const [name, value] of Object.entries(request.headers))
      if (typeof value === 'string') headers.set(name, value);
    const answer = await receive(
      services,
      new Request(`http://localhost${request.url}`, {
        method: request.method ?? 'POST',
        headers,
        ...(request.method === 'POST' ? { body: Buffer.concat(chunks) } : {}),
      }),
      (work) => afterAnswers.push(work),
    );
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Ends when what went on after the answers has ended too: a database must not vanish below it. */
    close: async () => {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      await Promise.all(afterAnswers);
    },
  };
}
