import type { Metadata } from 'next';
import { LogForm } from '@/components/admin/settings/log-form';
import { RetentionForm } from '@/components/admin/settings/retention-form';
import { RulesForm } from '@/components/admin/settings/rules-form';
import { WebhookPanel } from '@/components/admin/settings/webhook-panel';
import { HoldList } from '@/components/holds/hold-list';
import { HoldSwitch } from '@/components/holds/hold-switch';
import { ButtonLink } from '@/components/ui/button';
import { InlineCode } from '@/components/ui/code';
import { Definition, DefinitionList } from '@/components/ui/definition-list';
import { PageHeader } from '@/components/ui/page-header';
import { Panel } from '@/components/ui/panel';
import { Status } from '@/components/ui/status';
import { requirePerson } from '@/lib/auth';
import { holdViews } from '@/lib/holds/view';
import { retentionRules } from '@/lib/retention/rules';
import { services } from '@/lib/services';
import { listWebhooks, webhookAddress, webhookStateText } from '@/lib/settings/gemini-webhook';
import { workspaceSettings } from '@/lib/settings/settings';
import { changeRetentionAction, previewRetentionAction } from './actions';

export const metadata: Metadata = { title: 'Settings' };

export default async function SettingsPage() {
  const viewer = await requirePerson('settings.manage');
  const all = services();
  const [settings, webhooks, retention] = await Promise.all([
    workspaceSettings(all.db.prisma),
    listWebhooks(all, viewer),
    retentionRules(all.db.prisma),
  ]);
  const holds = await holdViews(all);
  const stopped = holds.some(({ scope }) => scope === 'everything');
  const { gemini, slack } = all.env;
  return (
    <>
      <PageHeader title="Settings" subtitle="What holds for the whole workspace. Every change is on record." />
      <div className="grid max-w-3xl gap-4 pb-8">
        <Panel
          title="Rules"
          description="They count for calls from now on; open approvals keep what they were opened with."
        >
          <RulesForm settings={settings} />
        </Panel>
        <Panel
          title="Audit log"
          description="Checkpoints are signed statements of the whole history. They also go to a directory beside the database; its address is set in the environment."
        >
          <LogForm settings={settings} />
        </Panel>
        <Panel
          title="Retention"
          description="How long contents are kept. Records and the history always stay; half a year is the least."
        >
          <RetentionForm
            key={JSON.stringify(retention)}
            rules={retention}
            preview={previewRetentionAction}
            save={changeRetentionAction}
          />
        </Panel>
        <Panel
          title="Stop"
          description="For an emergency. Rules approve nothing by themselves, and what people decide is not sent on until it is released. Single agents and functions are stopped on their own pages."
          actions={!stopped && <HoldSwitch scope="everything" holdKey="" name="everything" held={false} />}
        >
          <HoldList holds={holds} manage />
        </Panel>
        <Panel
          title="Sign-in"
          description="Passkeys and second factors, and signing in through your organisation’s service."
          actions={<ButtonLink href="/settings/sign-in">Set up</ButtonLink>}
        />
        <Panel title="Gemini" description="Set in the environment of the server; a change needs a new start.">
          <DefinitionList>
            <Definition
              label="API key"
              note={
                gemini.apiKey === null
                  ? 'Set GEMINI_API_KEY: without it nothing is read, started or resumed.'
                  : undefined
              }
            >
              {gemini.apiKey === null ? (
                <Status tone="danger" glyph="warning">
                  Not set
                </Status>
              ) : (
                <Status tone="success" glyph="check">
                  Set
                </Status>
              )}
            </Definition>
            <Definition label="Base URL" mono>
              {gemini.baseUrl}
            </Definition>
            <Definition
              label="Runs started here"
              note={
                gemini.webhooks === 'static'
                  ? 'They are heard of through the webhook below.'
                  : 'Each asks Gemini for deliveries of its own, to our address with the run’s token.'
              }
            >
              {gemini.webhooks === 'static' ? 'Static webhook' : 'Dynamic webhooks'}
            </Definition>
            <Definition label="Google’s keys" mono note="Dynamic deliveries verify with them.">
              {gemini.jwksUrl}
            </Definition>
          </DefinitionList>
        </Panel>
        <Panel title="Webhook" description="Gemini tells here when an agent stops for an approval.">
          <WebhookPanel
            address={webhookAddress(all)}
            publicAddress={isPublic(all.env.appUrl)}
            keySet={gemini.apiKey !== null}
            environmentSecrets={gemini.webhookSecrets.length}
            webhooks={webhooks.map((webhook) => ({ ...webhook, stateText: webhookStateText(webhook.state) }))}
          />
        </Panel>
        <Panel title="Slack" actions={<ButtonLink href="/settings/slack">Set up</ButtonLink>}>
          {slack.botToken === null && slack.signingSecrets.length === 0 ? (
            <div className="grid gap-1">
              <Status glyph="dash">Off</Status>
              <p className="text-muted">
                Approvals are decided in the browser and through the API. Slack stays off while{' '}
                <InlineCode>SLACK_BOT_TOKEN</InlineCode> and <InlineCode>SLACK_SIGNING_SECRET</InlineCode> are not set.
              </p>
            </div>
          ) : (
            <DefinitionList>
              <Definition label="Bot token">{slack.botToken === null ? 'Not set' : 'From the environment'}</Definition>
              <Definition label="Signing secret">
                {slack.signingSecrets.length === 0 ? 'Not set' : 'From the environment'}
              </Definition>
            </DefinitionList>
          )}
        </Panel>
      </div>
    </>
  );
}

function isPublic(appUrl: string): boolean {
  const { protocol, hostname } = new URL(appUrl);
  return (
    protocol === 'https:' && hostname !== 'localhost' && !hostname.endsWith('.local') && !/^[\d.]+$|:/.test(hostname)
  );
}
