'use client';

import { lazy, Suspense, useEffect, useState } from 'react';
import { ActionBar } from '@/components/shell/action-bar';
import { Button, ButtonLink } from '@/components/ui/button';
import type { TogetherActions } from '@/lib/approvals/views';

const DecideTogether = lazy(() => import('./decide-together'));

/**
 * What can be done with several requests: look at one after the other, or decide them together. The latter is for
 * identical calls of low risk alone, and says why where it is not to be had. What came of it stays on show though the
 * requests have left the list by then, and with them the selection.
 */
export default function SelectionBar({
  rows,
  together,
  onClear,
}: {
  rows: readonly { id: string }[];
  together: TogetherActions;
  onClear: () => void;
}) {
  const [deciding, setDeciding] = useState(false);
  const ids = rows.map((row) => row.id);
  const reviewHref = `/approvals/${ids[0]}?queue=${ids.join(',')}`;
  // The bar has come over the list: the row in hand stays in view.
  useEffect(() => {
    document.activeElement?.closest('tr')?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <>
      {rows.length > 0 && (
        <ActionBar
          label="Selection"
          note={rows.length === 1 ? '1 request selected' : `${rows.length} requests selected`}
        >
          <Button variant="ghost" onClick={onClear}>
            Clear
          </Button>
          {rows.length > 1 && <Button onClick={() => setDeciding(true)}>Decide together…</Button>}
          <ButtonLink variant="primary" href={reviewHref}>
            Review in turn
          </ButtonLink>
        </ActionBar>
      )}
      {deciding && (
        <Suspense fallback={null}>
          <DecideTogether
            ids={ids}
            actions={together}
            reviewHref={reviewHref}
            onClose={(decided) => {
              setDeciding(false);
              if (decided) onClear();
            }}
          />
        </Suspense>
      )}
    </>
  );
}
