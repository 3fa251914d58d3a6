'use client';

import { usePathname } from 'next/navigation';
import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react';

const Dialog = lazy(async () => ({ default: (await import('../ui/dialog')).Dialog }));

/** The navigation on small windows: a button that opens it as a sheet, which closes when the page changes. */
export function NavDrawer({ children }: { children: ReactNode }) {
  const [state, setState] = useState<'unused' | 'open' | 'closed'>('unused');
  const pathname = usePathname();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the sheet closes whenever the address changes
  useEffect(() => setState((now) => (now === 'open' ? 'closed' : now)), [pathname]);
  return (
    <>
      <button
        type="button"
        aria-label="Menu"
        aria-expanded={state === 'open'}
        onClick={() => setState('open')}
        className="grid size-8 place-items-center rounded-md text-muted transition-colors hover:bg-hover hover:text-ink pointer-coarse:size-10"
      >
        <svg aria-hidden="true" viewBox="0 0 16 16" fill="none" stroke="currentColor" className="size-4">
          <path d="M2 4h12M2 8h12M2 12h12" strokeWidth="1.25" />
        </svg>
      </button>
      {state !== 'unused' && (
        <Suspense fallback={null}>
          <Dialog
            open={state === 'open'}
            onOpenChange={(open) => setState(open ? 'open' : 'closed')}
            title="Menu"
            titleHidden
            side="left"
            flush
          >
            {children}
          </Dialog>
        </Suspense>
      )}
    </>
  );
}
