import type { Metadata } from 'next';
import { ChangePassword } from '@/components/admin/account/password-form';
import { QuietHours } from '@/components/admin/account/quiet-hours';
import { SecondFactor } from '@/components/admin/account/second-factor';
import { Sessions } from '@/components/admin/account/sessions';
import { ShortcutsSwitch } from '@/components/admin/account/shortcuts-switch';
import { KeysPanel } from '@/components/admin/keys/keys-panel';
import { Delegations } from '@/components/admin/people/delegations';
import { ButtonLink } from '@/components/ui/button';
import { Definition, DefinitionList } from '@/components/ui/definition-list';
import { EmailText } from '@/components/ui/email-text';
import { PageHeader } from '@/components/ui/page-header';
import { Panel } from '@/components/ui/panel';
import { ThemeToggle } from '@/components/ui/theme-toggle';
import { currentSession, requirePerson } from '@/lib/auth';
import { can, roleText } from '@/lib/domain/person';
import { deviceName, listSessions, shortcutsOf } from '@/lib/people/account';
import { delegationsOf, possibleDelegates } from '@/lib/people/delegations';
import { factorsOf } from '@/lib/people/factors';
import { scopeChoices, shownKeys } from '@/lib/people/key-view';
import { listKeys } from '@/lib/people/keys';
import { quietHoursOf } from '@/lib/people/quiet-hours';
import { services } from '@/lib/services';

export const metadata: Metadata = { title: 'Account' };

export default async function AccountPage() {
  const viewer = await requirePerson();
  const [session, sessions, shortcuts, keys, factors, quiet, delegations, delegates] = await Promise.all([
    currentSession(),
    listSessions(services(), viewer),
    shortcutsOf(services(), viewer),
    listKeys(services(), viewer),
    factorsOf(services().db.prisma, viewer.id),
    quietHoursOf(services().db.prisma, viewer.id),
    delegationsOf(services(), viewer.id),
    can(viewer, 'approvals.vote') ? possibleDelegates(services(), viewer.id) : [],
  ]);
  return (
    <>
      <PageHeader
        title="Account"
        subtitle="What is yours: how you sign in, where you are signed in, how pages behave."
      />
      <div className="grid max-w-3xl gap-4 pb-8">
        <Panel title="You">
          <DefinitionList>
            <Definition label="Name">{viewer.name}</Definition>
            <Definition label="E-mail address">
              <EmailText>{viewer.email}</EmailText>
            </Definition>
            <Definition label="Role" note={roleText[viewer.role].can}>
              {roleText[viewer.role].name}
            </Definition>
          </DefinitionList>
        </Panel>
        <Panel title="Slack" actions={<ButtonLink href="/settings/slack">Your Slack account</ButtonLink>} />
        <Panel title="Pages">
          <div className="grid gap-4">
            <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
              <span>
                Theme
                <span className="block text-faint text-sm">Kept in this browser.</span>
              </span>
              <ThemeToggle />
            </div>
            <ShortcutsSwitch on={shortcuts} />
          </div>
        </Panel>
        <Panel
          title="Quiet hours"
          description="Nobody writes to you in Slack then; what waits is sent when they end. Channels and the inbox go on, and who is on call is asked all the same."
        >
          <QuietHours quiet={quiet} timeZones={Intl.supportedValuesOf('timeZone')} />
        </Panel>
        {(delegates.length > 0 || delegations.length > 0) && (
          <Panel
            title="Standing in"
            description="While you are away somebody else may vote where you might: with your groups, in your name, never on their own run."
          >
            <Delegations
              person={{ id: viewer.id, name: viewer.name }}
              own
              delegations={delegations}
              delegates={delegates}
            />
          </Panel>
        )}
        {(can(viewer, 'keys.manage') || keys.length > 0) && (
          <KeysPanel
            keys={shownKeys(keys)}
            scopes={scopeChoices(viewer)}
            forNobody={can(viewer, 'people.manage')}
            create={can(viewer, 'keys.manage')}
          />
        )}
        <Panel title="Password">
          <ChangePassword email={viewer.email} />
        </Panel>
        <Panel
          title="Passkeys and second factor"
          description="They protect your account when somebody learns your password."
        >
          <SecondFactor factors={factors} />
        </Panel>
        <Panel title="Sessions" description="Where you are signed in. A session ends by itself after seven days.">
          <Sessions
            sessions={sessions.map((one) => ({
              id: one.id,
              device: deviceName(one.userAgent) ?? 'Unknown device',
              address: one.address,
              startedAt: one.startedAt,
              expiresAt: one.expiresAt,
              own: one.id === session?.id,
            }))}
          />
        </Panel>
      </div>
    </>
  );
}
