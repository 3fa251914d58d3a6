'use client';

import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';

/** What stands in a page's place when reading it failed: the frame around it goes on working. */
export function SectionError({ error, retry }: { error: Error & { digest?: string }; retry: () => void }) {
  return (
    <>
      <h1 className="sr-only">Problem</h1>
      <EmptyState
        title="This page could not be read"
        action={
          <Button variant="primary" onClick={retry}>
            Try again
          </Button>
        }
      >
        <p>
          Nothing was changed. If it fails again, look at Health, or quote{' '}
          {error.digest === undefined ? 'the time' : <code className="font-mono">{error.digest}</code>} when you ask for
          help.
        </p>
      </EmptyState>
    </>
  );
}
