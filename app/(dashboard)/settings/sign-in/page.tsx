import type { Metadata } from 'next';
import { KeysMayVote } from '@/components/admin/settings/keys-may-vote';
import { SecondFactorRoles } from '@/components/admin/settings/second-factor-roles';
import { ServiceForm } from '@/components/admin/settings/service-form';
import { ServiceOnly } from '@/components/admin/settings/service-only';
import { PageHeader } from '@/components/ui/page-header';
import { Panel } from '@/components/ui/panel';
import { requirePerson } from '@/lib/auth';
import { callbackAddress } from '@/lib/oidc/flow';
import { oidcService } from '@/lib/oidc/service';
import { listGroups } from '@/lib/people/groups';
import { listPeople } from '@/lib/people/people';
import { signInRules } from '@/lib/people/sign-in-rules';
import { services } from '@/lib/services';

export const metadata: Metadata = { title: 'Sign-in' };

export default async function SignInSettingsPage() {
  const viewer = await requirePerson('settings.manage');
  const all = services();
  const [rules, service, people, groups] = await Promise.all([
    signInRules(all.db.prisma),
    oidcService(all),
    listPeople(all, viewer),
    listGroups(all, viewer),
  ]);
  return (
    <>
      <PageHeader
        title="Sign-in"
        subtitle="How people get in. Every change is on record."
        back={{ href: '/settings', label: 'Settings' }}
      />
      <div className="grid max-w-3xl gap-4 pb-8">
        <Panel
          title="Second factor"
          description="Whoever has one of these roles signs in with a passkey or an authenticator app, or adds one first. Signing in through a sign-in service counts as it is."
        >
          <SecondFactorRoles roles={rules.secondFactorRoles} />
        </Panel>
        <Panel
          title="Votes through the API"
          description="Before somebody approves what cannot be taken back in the browser, they prove that it is them. A key cannot."
        >
          <KeysMayVote on={rules.keysMayVote} />
        </Panel>
        <Panel
          title="Sign-in service"
          description="People sign in with the account of their organisation, through OpenID Connect: Google, Okta, Entra, Keycloak and others."
        >
          <ServiceForm
            callback={callbackAddress(all)}
            groups={groups.map(({ name }) => name)}
            service={
              service && {
                name: service.name,
                issuer: service.issuer,
                clientId: service.clientId,
                hasSecret: service.clientSecret !== null,
                scopes: service.scopes,
                enabled: service.enabled,
                createPeople: service.createPeople,
                trustEmail: service.trustEmail,
                rules: service.rules,
              }
            }
          />
        </Panel>
        {service?.enabled && (
          <Panel
            title="Through the service alone"
            description="Passwords and passkeys then open nothing, except for the admins chosen here, who get in when the service is away."
          >
            <ServiceOnly
              on={rules.serviceOnly}
              breakGlass={rules.breakGlass}
              admins={people
                .filter((person) => person.active && person.role === 'admin')
                .map(({ id, name, email }) => ({ id, name, email }))}
            />
          </Panel>
        )}
      </div>
    </>
  );
}
