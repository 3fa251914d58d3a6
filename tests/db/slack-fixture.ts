import { handleJob } from '@/lib/queue/handlers';
import type { JobName } from '@/lib/queue/jobs';
import { connectEnvironment } from '@/lib/slack/installations';
import { defaults, type FakeSlack, type FakeSlackOptions, startFakeSlack } from '@/tests/fakes/slack/server';
import { known } from '@/tests/fakes/slack/world';
import { openSlackDoor } from '@/tests/support/slack-door';
import { sentProblems } from '@/tests/support/slack-sent';
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
  const app = await openSlackDoor(services);
  slack.configure({ url: app.url });
  await connectEnvironment(services);
  await prisma.slackInstallation.updateMany({ data: { defaultChannel: known.approvals } });
  const key = await api.key(await api.person('admin', 'Owner'));

  /** Links a Slack account to a person of this role. */
  const link = async (
    slackUserId: string,
    role: 'reviewer' | 'viewer' | 'admin' = 'reviewer',
    name = 'Marta',
    scopeId: string = known.team,
  ) => {
    const person = await api.person(role, name);
    const installation = await prisma.slackInstallation.findFirstOrThrow({
      where: { OR: [{ teamId: scopeId }, { teamId: null, enterpriseId: scopeId }] },
    });
    await prisma.slackUserLink.create({
      data: {
        id: `sll_${person.id.slice(4)}`,
        installationId: installation.id,
        slackScopeId: scopeId,
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

  /** What is wrong with anything that was sent so far. */
  const problems = () => sentProblems(slack.sent());

  /** What another process of the product needs to work on the same database and the same fakes. */
  const environment: Record<string, string> = {
    DATABASE_URL: services.env.databaseUrl,
    APP_SECRET: 'a secret for tests, of some length',
    GEMINI_API_KEY: 'test',
    GOOGLE_GEMINI_BASE_URL: api.gemini.url,
    SLACK_BOT_TOKEN: defaults.token,
    SLACK_SIGNING_SECRET: defaults.signingSecret,
    SLACK_API_URL: slack.apiUrl,
    APP_URL: services.env.appUrl,
    LOG_LEVEL: 'error',
  };

  return {
    ...api,
    environment,
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
