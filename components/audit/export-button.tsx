'use client';

import { Download } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { Button } from '@/components/ui/button';

const ExportDialog = lazy(() => import('./export-dialog'));

/** Opens the dialog that exports what the filter shows; its code comes with the first use. */
export function ExportButton({ query }: { query: string }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button size="sm" icon={<Download aria-hidden="true" />} onClick={() => setOpen(true)}>
        Export
      </Button>
      {open && (
        <Suspense fallback={null}>
          <ExportDialog query={query} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
