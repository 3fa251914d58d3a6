'use client';

import { Button, ButtonLink } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';

/** A page inside the frame that could not be shown: what that means for decisions, and the ways on. */
export default function PageProblem({ reference, retry }: { reference: string | undefined; retry: () => void }) {
  return (
    <>
      <h1 className="sr-only">Problem</h1>
      <EmptyState
        title="This page could not be shown"
        action={
          <>
            <Button variant="primary" onClick={retry}>
              Try again
            </Button>
            <ButtonLink href="/inbox">Go to the inbox</ButtonLink>
          </>
        }
      >
        <p>
          Something failed on our side. If you had just decided something, look at the request before you decide again:
          it may have been recorded.
        </p>
        {reference !== undefined && (
          <p className="pt-2 text-faint text-sm">
            Reference <code className="font-mono">{reference}</code>
          </p>
        )}
      </EmptyState>
    </>
  );
}
