'use client';

import { lazy, Suspense, useSyncExternalStore } from 'react';
import { isWanted, subscribeToWanted } from './toast';

const ToastStack = lazy(() => import('./toast-stack'));

/** Place it once, in the shell. Its code is fetched with the first toast. */
export function Toaster() {
  const wanted = useSyncExternalStore(subscribeToWanted, isWanted, () => false);
  if (!wanted) return null;
  return (
    <Suspense fallback={null}>
      <ToastStack />
    </Suspense>
  );
}
