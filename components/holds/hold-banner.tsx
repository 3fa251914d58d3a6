import { Banner } from '@/components/ui/banner';
import { Link } from '@/components/ui/link';
import type { Hold } from '@/lib/domain/hold';

/** Says on every page what is stopped, and where it is released. */
export function HoldBanner({
  holds,
  manage,
  agents,
}: {
  holds: readonly Hold[];
  /** Whether the viewer can release them. */
  manage: boolean;
  agents: Readonly<Record<string, string>>;
}) {
  const [first] = holds;
  if (first === undefined) return null;
  const names = holds.map(({ scope, key }) => (scope === 'agent' ? (agents[key] ?? key) : key));
  return (
    <Banner
      tone="warning"
      className="mb-4"
      title={
        first.scope === 'everything'
          ? `${first.by} has stopped everything`
          : holds.length === 1
            ? `${first.by} has stopped ${names[0]}`
            : `${holds.length} agents and functions are stopped`
      }
      {...(manage ? { action: <Link href={placeOf(first, holds.length)}>See it</Link> } : {})}
    >
      Nothing there is approved by a rule, and what people decide is sent on only when it is released.
    </Banner>
  );
}

function placeOf({ scope, key }: Hold, count: number): string {
  if (scope === 'everything' || count > 1) return '/settings';
  return scope === 'agent' ? `/agents/${key}` : `/agents/tools/${encodeURIComponent(key)}`;
}
