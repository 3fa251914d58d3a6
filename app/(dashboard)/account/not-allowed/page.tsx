import { ShieldAlert } from 'lucide-react';
import type { Metadata } from 'next';
import { ButtonLink } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { requirePerson } from '@/lib/auth';
import { can, type Permission, roles, roleText } from '@/lib/domain/person';

export const metadata: Metadata = { title: 'Not for your role' };

const what: Readonly<Partial<Record<Permission, string>>> = {
  'people.manage': 'People',
  'agents.manage': 'Agents',
  'settings.manage': 'Settings',
  'events.read': 'Events',
  'audit.read': 'The audit history',
  'keys.manage': 'API keys',
};

/** Where `requirePerson` sends whoever may not see a page. */
export default async function NotAllowedPage({ searchParams }: { searchParams: Promise<Record<string, unknown>> }) {
  const viewer = await requirePerson();
  const { for: wanted } = await searchParams;
  const permission = (Object.keys(what) as Permission[]).find((one) => one === wanted);
  const allowed = permission
    ? roles.filter((role) => can({ role, active: true }, permission)).map((role) => roleText[role].name.toLowerCase())
    : [];
  return (
    <>
      <h1 className="sr-only">Not for your role</h1>
      <EmptyState
        title={`${(permission && what[permission]) ?? 'That page'}: not for your role`}
        icon={<ShieldAlert />}
        action={
          <ButtonLink href="/inbox" variant="primary">
            Go to the inbox
          </ButtonLink>
        }
      >
        <p>
          You are signed in as {viewer.name}, {roleText[viewer.role].name.toLowerCase()}.
          {allowed.length > 0 && ` This is for the roles ${allowed.join(' and ')}.`} An admin can change your role.
        </p>
      </EmptyState>
    </>
  );
}
