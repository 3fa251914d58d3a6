import { Users } from 'lucide-react';
import type { Metadata } from 'next';
import { AddPerson } from '@/components/admin/people/add-person';
import { Invitations } from '@/components/admin/people/invitations';
import { Invite } from '@/components/admin/people/invite';
import { PeopleTable } from '@/components/admin/people/people-table';
import { PeopleTabs } from '@/components/admin/people/people-tabs';
import { LiveTopic } from '@/components/live/live-topic';
import { ButtonLink } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { PageHeader } from '@/components/ui/page-header';
import { Panel } from '@/components/ui/panel';
import { SearchInput } from '@/components/ui/search-input';
import { requirePerson } from '@/lib/auth';
import { can } from '@/lib/domain/person';
import { listGroups } from '@/lib/people/groups';
import { listInvitations } from '@/lib/people/invitations';
import { listPeople } from '@/lib/people/people';
import { services } from '@/lib/services';

export const metadata: Metadata = { title: 'People' };

export default async function PeoplePage({ searchParams }: { searchParams: Promise<Record<string, unknown>> }) {
  const viewer = await requirePerson();
  const manage = can(viewer, 'people.manage');
  if (!manage) await requirePerson('audit.read');
  const { q } = await searchParams;
  const search = typeof q === 'string' ? q.slice(0, 200) : '';
  const [people, invitations, groups] = await Promise.all([
    listPeople(services(), viewer, { search }),
    manage ? listInvitations(services(), viewer) : [],
    manage ? listGroups(services(), viewer) : [],
  ]);
  return (
    <>
      <PageHeader
        title="People"
        subtitle="Who may sign in, and what they may do. A change counts at once, on every surface."
        actions={
          manage && (
            <>
              <AddPerson />
              <Invite groups={groups.map(({ id, name }) => ({ id, name }))} />
            </>
          )
        }
      />
      <PeopleTabs at="people" manage={manage} />
      <form action="/people" className="mb-3">
        <SearchInput name="q" label="Find a person" defaultValue={search} />
      </form>
      {people.length > 0 ? (
        <Panel flush className="mb-8 overflow-clip">
          <PeopleTable
            ownId={viewer.id}
            manage={manage}
            people={people.map(({ id, name, email, role, active, signedInAt, seatEndsAt, seatOver, erased }) => ({
              id,
              name,
              email,
              role,
              active,
              signedInAt,
              seatEndsAt,
              seatOver,
              erased,
            }))}
          />
        </Panel>
      ) : (
        <EmptyState
          title={`Nobody is called “${search}”`}
          icon={<Users />}
          action={<ButtonLink href="/people">Show everybody</ButtonLink>}
        >
          The search looks into names and e-mail addresses.
        </EmptyState>
      )}
      {invitations.length > 0 && search === '' && <Invitations invitations={invitations} />}
      <LiveTopic types={['people']} />
    </>
  );
}
