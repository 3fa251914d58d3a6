import type { Metadata } from 'next';
import { AgentChannelForm, AppForm, ConnectForm, MapForm, OptionsForm } from '@/components/slack/forms';
import { LinkList } from '@/components/slack/link-list';
import { SetUpSteps } from '@/components/slack/set-up-steps';
import { Workspace } from '@/components/slack/workspace';
import { Banner } from '@/components/ui/banner';
import { buttonClass } from '@/components/ui/button-class';
import { Definition, DefinitionList } from '@/components/ui/definition-list';
import { PageHeader } from '@/components/ui/page-header';
import { Panel } from '@/components/ui/panel';
import { requirePerson } from '@/lib/auth';
import { can, type Person } from '@/lib/domain/person';
import { services } from '@/lib/services';
import { listLinks } from '@/lib/slack/linking';
import { createAppAddress, manifestFor } from '@/lib/slack/manifest';
import { readArrival } from '@/lib/slack/oauth-response';
import { agentChannels, slackOverview } from '@/lib/slack/overview';
import { slackAppSettings } from '@/lib/slack/settings';

export const metadata: Metadata = { title: 'Slack' };

export default async function SlackPage({ searchParams }: { searchParams: Promise<Record<string, unknown>> }) {
  const viewer = await requirePerson();
  const all = services();
  const { said } = await searchParams;
  const arrival = readArrival(all, said);
  const [links, app] = await Promise.all([listLinks(all, viewer, 'own'), slackAppSettings(all)]);
  return (
    <>
      <PageHeader
        title="Slack"
        subtitle="Requests appear in a channel and can be decided there, by the same rules and with the same record."
      />
      <div className="grid max-w-3xl gap-4 pb-8">
        {arrival !== null && (
          <Banner
            live
            tone={arrival.kind === 'done' ? 'success' : 'danger'}
            title={arrival.kind === 'done' ? 'Done' : 'That did not work'}
          >
            {arrival.message}
          </Banner>
        )}
        <Panel
          title="Your Slack account"
          description="What the linked account decides in Slack counts as your vote. Typing /countersign link in Slack links it too."
        >
          <div className="grid gap-4">
            <LinkList links={links} empty="No Slack account is linked to you." />
            {app.clientId !== null && app.clientSecret !== null && (
              <p>
                <a className={buttonClass({})} href="/api/slack/sign_in">
                  Sign in with Slack
                </a>
              </p>
            )}
          </div>
        </Panel>
        {can(viewer, 'settings.manage') && <Administration viewer={viewer} />}
      </div>
    </>
  );
}

async function Administration({ viewer }: { viewer: Person }) {
  const all = services();
  const [overview, links, agents] = await Promise.all([
    slackOverview(all, viewer),
    listLinks(all, viewer, 'everybody'),
    agentChannels(all, viewer),
  ]);
  const [first] = overview.installations;
  return (
    <>
      {overview.installations.map((installation) => (
        <Workspace key={installation.id} installation={installation} />
      ))}
      {first !== undefined && agents.length > 0 && (
        <Panel title="Channels of agents" description="Where an agent’s requests go instead of the channel above.">
          <div className="grid gap-3">
            {agents.map((agent) => (
              <AgentChannelForm key={agent.id} agent={agent} />
            ))}
          </div>
        </Panel>
      )}
      <Panel
        title="Set-up"
        description="Once for each workspace. Every value can stand in the environment instead; then nothing of it is kept here."
      >
        <SetUpSteps
          inUse={overview.transport}
          appUrl={all.env.appUrl}
          manifests={{ http: manifestFor(all, 'http'), socket: manifestFor(all, 'socket') }}
          createAt={{ http: createAppAddress(all, 'http'), socket: createAppAddress(all, 'socket') }}
        />
      </Panel>
      <Panel title="Slack app" description="From the app’s page at Slack, under Basic Information. Kept encrypted.">
        <div className="grid gap-4">
          <DefinitionList>
            <Definition
              label="Transport"
              note={
                overview.transport === 'http'
                  ? `Slack sends to ${all.env.appUrl}/api/slack/events.`
                  : 'SLACK_APP_TOKEN is set: the worker keeps a connection open, and Slack needs no address of ours.'
              }
            >
              {overview.transport === 'http' ? 'HTTP' : 'Socket Mode'}
            </Definition>
            <Definition label="Signing secret">
              {overview.signingSecret === null
                ? 'Not set: every request over HTTP is refused'
                : overview.signingSecret === 'environment'
                  ? 'From the environment'
                  : 'Kept here'}
            </Definition>
            <Definition label="App id" mono>
              {overview.appId ?? '—'}
            </Definition>
            <Definition label="Client" note="For installing with one click, and for Sign in with Slack.">
              {overview.clientId !== null && overview.clientSecret ? 'Id and secret are set' : 'Not set'}
            </Definition>
          </DefinitionList>
          <AppForm />
        </div>
      </Panel>
      <Panel title="Connect a workspace">
        <div className="grid gap-4">
          {overview.clientId !== null && overview.clientSecret && (
            <p>
              <a className={buttonClass({ variant: 'primary' })} href="/api/slack/install">
                Install in a workspace
              </a>
            </p>
          )}
          <ConnectForm />
        </div>
      </Panel>
      <Panel title="Rules" description="For every workspace. Messages that are out already follow within a minute.">
        <OptionsForm options={overview.options} />
      </Panel>
      <Panel title="Linked accounts" description="Whose votes the clicks of a Slack account are.">
        <div className="grid gap-4">
          <LinkList links={links} empty="Nobody has linked an account yet." withPeople />
          {first !== undefined && (
            <MapForm installations={overview.installations.map(({ id, workspace }) => ({ id, workspace }))} />
          )}
        </div>
      </Panel>
    </>
  );
}
