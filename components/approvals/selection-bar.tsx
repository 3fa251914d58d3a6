'use client';

import { useState } from 'react';
import { ActionBar } from '@/components/shell/action-bar';
import { Button, ButtonLink } from '@/components/ui/button';
import type { ReviewActions } from '@/lib/approvals/views';
import { RejectMany } from './reject-many';

/**
 * What can be done with several requests: look at one after the other, or reject them all for one reason. Approving
 * takes a look at each.
 */
export default function SelectionBar({
  rows,
  vote,
  onClear,
}: {
  rows: readonly { id: string; callHash: string }[];
  vote: ReviewActions['vote'];
  onClear: () => void;
}) {
  const [rejecting, setRejecting] = useState(false);
  const [first] = rows;
  return (
    <>
      <ActionBar label="Selection" note={rows.length === 1 ? '1 request selected' : `${rows.length} requests selected`}>
        <Button variant="ghost" onClick={onClear}>
          Clear
        </Button>
        <Button variant="danger-quiet" onClick={() => setRejecting(true)}>
          Reject…
        </Button>
        {first !== undefined && (
          <ButtonLink variant="primary" href={`/approvals/${first.id}?queue=${rows.map((row) => row.id).join(',')}`}>
            Review in turn
          </ButtonLink>
        )}
      </ActionBar>
      <RejectMany open={rejecting} onOpenChange={setRejecting} requests={rows} vote={vote} onDone={onClear} />
    </>
  );
}
