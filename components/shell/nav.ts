/** The places of the product, in their order. `key` is the second key after `g`. */
export const navItems = [
  { id: 'inbox', label: 'Inbox', href: '/inbox', key: 'i' },
  { id: 'runs', label: 'Runs', href: '/runs', key: 'r' },
  { id: 'events', label: 'Events', href: '/events', key: 'e' },
  { id: 'audit', label: 'Audit', href: '/audit', key: 'u' },
  { id: 'agents', label: 'Agents', href: '/agents', key: 'a' },
  { id: 'policies', label: 'Policies', href: '/policies', key: 'o' },
  { id: 'people', label: 'People', href: '/people', key: 'p' },
  { id: 'settings', label: 'Settings', href: '/settings', key: 's' },
  { id: 'health', label: 'Health', href: '/health', key: 'h' },
] as const;

export type NavId = (typeof navItems)[number]['id'];

export const allNav: readonly NavId[] = navItems.map((item) => item.id);
