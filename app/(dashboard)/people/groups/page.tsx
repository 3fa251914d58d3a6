import { UsersRound } from 'lucide-react';
import type { Metadata } from 'next';
import { AddGroup } from '@/components/admin/people/add-group';
import { GroupsTable } from '@/components/admin/people/groups-table';
import { PeopleTabs } from '@/components/admin/people/people-tabs';
import { LiveTopic } from '@/components/live/live-topic';
import { EmptyState } from '@/components/ui/empty-state';
import { PageHeader } from '@/components/ui/page-header';
import { Panel } from '@/components/ui/panel';
import { requirePerson } from '@/lib/auth';
import { can } from '@/lib/domain/person';
import { listGroups } from '@/lib/people/groups';
import { listPeople } from '@/lib/people/people';
import { services } from '@/lib/services';

export const metadata: Metadata = { title: 'Groups' };

export default async function GroupsPage() {
  const viewer = await requirePerson();
  const manage = can(viewer, 'people.manage');
  if (!manage) await requirePerson('audit.read');
  const [groups, people] = await Promise.all([
    listGroups(services(), viewer),
    manage ? listPeople(services(), viewer) : [],
  ]);
  return (
    <>
      <PageHeader
        title="People"
        subtitle="Who may sign in, and what they may do. A change counts at once, on every surface."
        actions={manage && groups.length > 0 && <AddGroup />}
      />
      <PeopleTabs at="groups" manage={manage} />
      {groups.length > 0 ? (
        <Panel flush className="mb-8 overflow-clip">
          <GroupsTable
            groups={groups}
            manage={manage}
            people={people.filter((person) => person.active).map(({ id, name, email }) => ({ id, name, email }))}
          />
        </Panel>
      ) : (
        <EmptyState title="No groups yet" icon={<UsersRound />} action={manage && <AddGroup />}>
          A rule can ask one group, such as finance, in place of everybody who decides.
        </EmptyState>
      )}
      <LiveTopic types={['people']} />
    </>
  );
}
