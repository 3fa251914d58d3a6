import { LinkTabs } from '@/components/ui/tabs';

export function PeopleTabs({ at }: { at: 'people' | 'keys' }) {
  return (
    <LinkTabs
      label="People"
      className="mb-4"
      tabs={[
        { href: '/people', label: 'People', active: at === 'people' },
        { href: '/people/keys', label: 'API keys', active: at === 'keys' },
      ]}
    />
  );
}
