'use client';

import { lazy, Suspense } from 'react';

// Fetched when something fails: no page carries it along.
const PageProblem = lazy(() => import('@/components/approvals/page-problem'));

export default function ErrorPage({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <Suspense fallback={<p>This page could not be shown.</p>}>
      <PageProblem reference={error.digest} retry={reset} />
    </Suspense>
  );
}
