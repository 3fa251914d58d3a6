'use client';

import type { Route } from 'next';
import { useRouter } from 'next/navigation';
import { useState, useTransition } from 'react';
import { ActionBar } from '@/components/shell/action-bar';
import { Button, ButtonLink } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { toast } from '@/components/ui/toast';
import type { InboxRow, ReviewActions } from '@/lib/approvals/views';
import type { NextStep } from '@/lib/domain/approval';
import { RejectFields } from './reject-fields';

/**
 * What can be done with several requests: look at one after the other, or reject them all for one reason. Approving
 * takes a look at each.
 */
export default function SelectionBar({
  rows,
  vote,
  onClear,
}: {
  rows: readonly InboxRow[];
  vote: ReviewActions['vote'];
  onClear: () => void;
}) {
  const router = useRouter();
  const [rejecting, setRejecting] = useState(false);
  const [busy, startBusy] = useTransition();
  const [reason, setReason] = useState('');
  const [next, setNext] = useState<NextStep>('stop');
  const [missing, setMissing] = useState(false);
  const count = rows.length === 1 ? '1 request' : `${rows.length} requests`;
  const [first] = rows;

  const rejectAll = () => {
    if (reason.trim() === '') {
      setMissing(true);
      return;
    }
    startBusy(async () => {
      const refusals: string[] = [];
      for (const row of rows) {
        const answer = await vote({ approvalId: row.id, callHash: row.callHash, verdict: 'reject', reason, next });
        if (answer.kind === 'refused') refusals.push(answer.message);
      }
      const rejected = rows.length - refusals.length;
      toast(`Rejected ${rejected} of ${rows.length}`, {
        tone: refusals.length > 0 ? 'warning' : 'success',
        ...(refusals[0] === undefined ? {} : { description: refusals[0], durationMs: 12_000 }),
      });
      setRejecting(false);
      onClear();
      router.refresh();
    });
  };

  return (
    <>
      <ActionBar label="Selection" note={`${count} selected`}>
        <Button variant="ghost" onClick={onClear}>
          Clear
        </Button>
        <Button variant="danger-quiet" onClick={() => setRejecting(true)}>
          Reject…
        </Button>
        {first !== undefined && (
          <ButtonLink
            variant="primary"
            href={`/approvals/${first.id}?queue=${rows.map((row) => row.id).join(',')}` as Route}
          >
            Review in turn
          </ButtonLink>
        )}
      </ActionBar>
      <Dialog
        open={rejecting}
        onOpenChange={setRejecting}
        dismissable={false}
        title={`Reject ${count}`}
        description="Each agent is told the same reason. Your vote counts for the calls as you saw them."
        footer={
          <>
            <Button onClick={() => setRejecting(false)}>Cancel</Button>
            <Button variant="danger" loading={busy} onClick={rejectAll}>
              {`Reject ${count}`}
            </Button>
          </>
        }
      >
        <div className="grid gap-4">
          <RejectFields
            reason={reason}
            onReason={setReason}
            next={next}
            onNext={setNext}
            missing={missing && reason.trim() === ''}
          />
        </div>
      </Dialog>
    </>
  );
}
