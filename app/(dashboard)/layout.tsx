import type { ReactNode } from 'react';
import { signOutAction } from '@/app/sign-in/actions';
import { InboxCount } from '@/components/approvals/inbox-count';
import { HoldBanner } from '@/components/holds/hold-banner';
import { LivePage, LiveStatus } from '@/components/live/live-page';
import { LiveTopic } from '@/components/live/live-topic';
import { AppShell } from '@/components/shell/app-shell';
import { type NavId, navItems } from '@/components/shell/nav';
import { requirePerson } from '@/lib/auth';
import { can, type Permission, roleText } from '@/lib/domain/person';
import { holdViews } from '@/lib/holds/view';
import { services } from '@/lib/services';
import { findPlacesAction } from './search-actions';
import { waitingFor } from './waiting';

const needed: Partial<Record<NavId, Permission>> = {
  events: 'events.read',
  audit: 'audit.read',
  agents: 'agents.manage',
  policies: 'policies.read',
  people: 'people.manage',
  settings: 'settings.manage',
  health: 'events.read',
};

/** The frame around every page of a signed-in person, and what keeps the pages current. */
export default async function DashboardLayout({ children }: { children: ReactNode }) {
  const person = await requirePerson();
  const [counts, own] = await Promise.all([
    waitingFor(person),
    services().db.prisma.user.findUnique({ where: { id: person.id }, select: { shortcuts: true } }),
  ]);
  const holds = await holdViews(services());
  const nav = navItems.flatMap(({ id }) => {
    const permission = needed[id];
    return permission === undefined || can(person, permission) ? [id] : [];
  });
  return (
    <AppShell
      person={{ name: person.name, email: person.email, role: roleText[person.role].name }}
      counts={{ needsMe: <InboxCount value={counts.needsMe} /> }}
      live={<LiveStatus />}
      signOut={signOutAction}
      nav={nav}
      singleKeys={own?.shortcuts ?? true}
      findPlaces={findPlacesAction}
    >
      <HoldBanner holds={holds} manage={can(person, 'settings.manage')} />
      <LiveTopic types={['holds']} />
      {children}
      <LivePage />
    </AppShell>
  );
}
