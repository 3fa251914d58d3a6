import { Banner } from '@/components/ui/banner';
import { Link } from '@/components/ui/link';
import type { Hold } from '@/lib/domain/hold';
import { HoldLink } from './hold-link';
import { HoldWords } from './hold-words';

const mostListed = 3;

/** Says on every page what is stopped, by whom and why, and where it is released. */
export function HoldBanner({
  holds,
  manage,
}: {
  holds: readonly (Hold & { name: string })[];
  /** Whether the viewer can release them. */
  manage: boolean;
}) {
  const [first] = holds;
  if (first === undefined) return null;
  const single = first.scope === 'everything' || holds.length === 1;
  const rest = holds.length - mostListed;
  return (
    <Banner
      tone="warning"
      className="mb-4"
      title={single ? `${first.by} has stopped ${first.name}` : `${holds.length} agents and functions are stopped`}
      {...(manage ? { action: <Link href={single ? placeOf(first) : '/settings'}>See it</Link> } : {})}
    >
      {single ? (
        <HoldWords hold={first} />
      ) : (
        <ul className="grid gap-1">
          {holds.slice(0, mostListed).map((hold) => (
            <li key={`${hold.scope} ${hold.key}`} className="flex min-w-0 flex-wrap gap-x-2">
              <HoldLink hold={hold} />
              <HoldWords hold={hold} />
            </li>
          ))}
          {rest > 0 && <li>{`and ${rest} more`}</li>}
        </ul>
      )}
      Nothing there is approved by a rule, and what people decide is sent on only when it is released.
    </Banner>
  );
}

function placeOf({ scope, key }: Hold): string {
  if (scope === 'everything') return '/settings';
  return scope === 'agent' ? `/agents/${key}` : `/agents/tools/${encodeURIComponent(key)}`;
}
