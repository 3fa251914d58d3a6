import type { Metadata } from 'next';
import { KeysPanel } from '@/components/admin/keys/keys-panel';
import { PeopleTabs } from '@/components/admin/people/people-tabs';
import { PageHeader } from '@/components/ui/page-header';
import { requirePerson } from '@/lib/auth';
import { scopeChoices, shownKeys } from '@/lib/people/key-view';
import { listKeys } from '@/lib/people/keys';
import { services } from '@/lib/services';

export const metadata: Metadata = { title: 'API keys' };

export default async function KeysPage() {
  const viewer = await requirePerson('people.manage');
  const keys = await listKeys(services(), viewer, { everyones: true });
  return (
    <>
      <PageHeader
        title="People"
        subtitle="Who may sign in, and what they may do. A change counts at once, on every surface."
      />
      <PeopleTabs at="keys" manage />
      <div className="pb-8">
        <KeysPanel keys={shownKeys(keys)} scopes={scopeChoices(viewer)} owners forNobody />
      </div>
    </>
  );
}
