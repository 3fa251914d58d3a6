import { Link } from '@/components/ui/link';
import type { Hold } from '@/lib/domain/hold';

/** The name of what is stopped, leading to its page; everything has none. */
export function HoldLink({ hold: { scope, key, name } }: { hold: Hold & { name: string } }) {
  if (scope === 'everything') return null;
  return (
    <Link
      href={scope === 'agent' ? `/agents/${key}` : `/agents/tools/${encodeURIComponent(key)}`}
      className={scope === 'tool' ? 'min-w-0 font-mono wrap-anywhere' : 'min-w-0 wrap-anywhere'}
    >
      {name}
    </Link>
  );
}
