import { Activity, Bot, HeartPulse, Inbox, Scale, ScrollText, Settings2, Users, Webhook } from 'lucide-react';
import type { ReactNode } from 'react';
import { type NavId, navItems } from './nav';
import { NavLink } from './nav-link';

const icons: Record<NavId, ReactNode> = {
  inbox: <Inbox aria-hidden="true" />,
  runs: <Activity aria-hidden="true" />,
  events: <Webhook aria-hidden="true" />,
  audit: <ScrollText aria-hidden="true" />,
  agents: <Bot aria-hidden="true" />,
  policies: <Scale aria-hidden="true" />,
  people: <Users aria-hidden="true" />,
  settings: <Settings2 aria-hidden="true" />,
  health: <HeartPulse aria-hidden="true" />,
};

/** The navigation: the places that this person may see, with the number that waits for them. */
export function NavList({ nav, inboxCount }: { nav: readonly NavId[]; inboxCount: ReactNode }) {
  return (
    <nav aria-label="Main">
      <ul className="grid gap-0.5">
        {navItems
          .filter((item) => nav.includes(item.id))
          .map((item) => (
            <li key={item.id}>
              <NavLink href={item.href} icon={icons[item.id]} end={item.id === 'inbox' ? inboxCount : undefined}>
                {item.label}
              </NavLink>
            </li>
          ))}
      </ul>
    </nav>
  );
}
