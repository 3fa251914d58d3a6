import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { Delegations } from '@/components/admin/people/delegations';
import { PersonAccess } from '@/components/admin/people/person-access';
import { LiveTopic } from '@/components/live/live-topic';
import { Badge } from '@/components/ui/badge';
import { Definition, DefinitionList } from '@/components/ui/definition-list';
import { EmailText } from '@/components/ui/email-text';
import { PageHeader } from '@/components/ui/page-header';
import { Panel } from '@/components/ui/panel';
import { requirePerson } from '@/lib/auth';
import { can, roleText } from '@/lib/domain/person';
import { deviceName, listSessionsOf } from '@/lib/people/account';
import { delegationsOf, possibleDelegates } from '@/lib/people/delegations';
import { factorsOf } from '@/lib/people/factors';
import { findPerson } from '@/lib/people/people';
import { services } from '@/lib/services';

export const metadata: Metadata = { title: 'Person' };

export default async function PersonPage({ params }: { params: Promise<{ id: string }> }) {
  const viewer = await requirePerson('people.manage');
  const person = await findPerson(services(), viewer, (await params).id);
  if (person === null) notFound();
  const [sessions, factors, delegations, delegates] = await Promise.all([
    listSessionsOf(services(), viewer, person.id),
    factorsOf(services().db.prisma, person.id),
    delegationsOf(services(), person.id),
    can(person, 'approvals.vote') ? possibleDelegates(services(), person.id) : [],
  ]);
  return (
    <>
      <PageHeader
        title={person.name}
        subtitle={<EmailText>{person.email}</EmailText>}
        back={{ href: '/people', label: 'People' }}
      />
      <div className="grid max-w-3xl gap-4 pb-8">
        <Panel title="What they may do">
          <DefinitionList>
            <Definition label="Role" note={roleText[person.role].can}>
              {roleText[person.role].name}
            </Definition>
            <Definition label="State">{person.active ? 'Active' : 'Deactivated'}</Definition>
            <Definition label="Groups">
              {person.groups.length === 0 ? (
                'None'
              ) : (
                <span className="flex flex-wrap gap-1">
                  {person.groups.map((group) => (
                    <Badge key={group}>{group}</Badge>
                  ))}
                </span>
              )}
            </Definition>
          </DefinitionList>
        </Panel>
        {(delegates.length > 0 || delegations.length > 0) && (
          <Panel
            title="Standing in"
            description="Somebody else may vote where this person might: with their groups, in their name, never on an own run."
          >
            <Delegations
              person={{ id: person.id, name: person.name }}
              own={false}
              delegations={delegations}
              delegates={delegates}
            />
          </Panel>
        )}
        <PersonAccess
          person={{ id: person.id, name: person.name }}
          factors={{ totp: factors.totp, passkeys: factors.passkeys.length }}
          sessions={sessions.map((one) => ({
            id: one.id,
            device: deviceName(one.userAgent) ?? 'Unknown device',
            address: one.address,
            startedAt: one.startedAt,
            expiresAt: one.expiresAt,
          }))}
        />
      </div>
      <LiveTopic types={['people']} />
    </>
  );
}
