'use client';

import type { Route } from 'next';
import { useRouter } from 'next/navigation';
import { useShortcuts } from '@/components/shell/use-shortcuts';
import { ButtonLink } from '@/components/ui/button';

/** The way to the calls before and after this one in the same pause; `[` and `]` do the same. */
export function SiblingNav({ previous, next, place }: { previous: string | null; next: string | null; place: string }) {
  const router = useRouter();
  useShortcuts({
    '[': () => previous !== null && router.push(`/approvals/${previous}` as Route),
    ']': () => next !== null && router.push(`/approvals/${next}` as Route),
  });
  return (
    <>
      <span className="text-muted text-sm">{place}</span>
      {previous !== null && (
        <ButtonLink size="sm" kbd="[" href={`/approvals/${previous}`}>
          Previous
        </ButtonLink>
      )}
      {next !== null && (
        <ButtonLink size="sm" kbd="]" href={`/approvals/${next}`}>
          Next
        </ButtonLink>
      )}
    </>
  );
}
