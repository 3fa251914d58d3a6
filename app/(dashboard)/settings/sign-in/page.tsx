import type { Metadata } from 'next';
import { SecondFactorRoles } from '@/components/admin/settings/second-factor-roles';
import { PageHeader } from '@/components/ui/page-header';
import { Panel } from '@/components/ui/panel';
import { requirePerson } from '@/lib/auth';
import { signInRules } from '@/lib/people/sign-in-rules';
import { services } from '@/lib/services';

export const metadata: Metadata = { title: 'Sign-in' };

export default async function SignInSettingsPage() {
  await requirePerson('settings.manage');
  const rules = await signInRules(services().db.prisma);
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
      </div>
    </>
  );
}
