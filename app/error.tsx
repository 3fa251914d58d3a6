'use client';

import { lazy, Suspense } from 'react';

// Fetched when something fails: no page carries it along.
const WholePageProblem = lazy(() => import('@/components/shell/whole-page-problem'));

export default function PageError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <Suspense fallback={<p>This page could not be shown.</p>}>
      <WholePageProblem reference={error.digest} retry={reset} />
    </Suspense>
  );
}
