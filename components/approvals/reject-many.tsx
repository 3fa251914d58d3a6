'use client';

import { useState, useTransition } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { toast } from '@/components/ui/toast';
import type { ReviewActions } from '@/lib/approvals/views';
import type { NextStep } from '@/lib/domain/approval';
import { RejectFields } from './reject-fields';

/** Rejects several requests for one reason: a vote on each, for the call that was on show. */
export function RejectMany({
  open,
  onOpenChange,
  requests,
  vote,
  onDone,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  requests: readonly { id: string; callHash: string }[];
  vote: ReviewActions['vote'];
  onDone: () => void;
}) {
  const [busy, startBusy] = useTransition();
  const [reason, setReason] = useState('');
  const [next, setNext] = useState<NextStep>('stop');
  const [missing, setMissing] = useState(false);
  const count = requests.length === 1 ? '1 request' : `${requests.length} requests`;

  const rejectAll = () => {
    if (busy) return;
    if (reason.trim() === '') {
      setMissing(true);
      return;
    }
    startBusy(async () => {
      const refusals: string[] = [];
      for (const { id, callHash } of requests) {
        const answer = await vote({ approvalId: id, callHash, verdict: 'reject', reason: reason.trim(), next });
        if (answer.kind === 'refused') refusals.push(answer.message);
      }
      toast(`Voted to reject ${requests.length - refusals.length} of ${requests.length}`, {
        tone: refusals.length > 0 ? 'warning' : 'success',
        ...(refusals[0] === undefined ? {} : { description: refusals[0], durationMs: 15_000 }),
      });
      onOpenChange(false);
      onDone();
    });
  };

  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      dismissable={false}
      title={`Reject ${count}`}
      description="Each agent is told the same reason. Your votes count for the calls as you saw them."
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>Cancel</Button>
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
  );
}
