import { LinkTabs } from '@/components/ui/tabs';

type Tab = 'people' | 'groups' | 'keys';

export function PeopleTabs({ at, manage }: { at: Tab; manage: boolean }) {
  return (
    <LinkTabs
      label="People"
      className="mb-4"
      tabs={[
        { href: '/people', label: 'People', active: at === 'people' },
        { href: '/people/groups', label: 'Groups', active: at === 'groups' },
        ...(manage ? [{ href: '/people/keys', label: 'API keys', active: at === 'keys' }] : []),
      ]}
    />
  );
}
