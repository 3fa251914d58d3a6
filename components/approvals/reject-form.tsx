'use client';

import { useState } from 'react';
import { SafeText } from '@/components/ui/safe-text';
import type { NextStep } from '@/lib/domain/approval';
import type { DockFormProps } from './dock';
import { FormFrame } from './form-frame';
import { RejectFields } from './reject-fields';

/** Why not, and what the agent should do instead. */
export default function RejectForm({ request, busy, onVote, onCancel }: DockFormProps) {
  const [reason, setReason] = useState('');
  const [next, setNext] = useState<NextStep>('stop');
  const [missing, setMissing] = useState(false);
  return (
    <FormFrame
      title={
        <>
          Reject: <SafeText>{request.effect}</SafeText>
        </>
      }
      submitLabel="Reject"
      submitVariant="danger"
      busy={busy}
      onSubmit={() => {
        if (reason.trim() === '') setMissing(true);
        else onVote({ verdict: 'reject', reason: reason.trim(), next });
      }}
      onCancel={onCancel}
    >
      <RejectFields
        reason={reason}
        onReason={setReason}
        next={next}
        onNext={setNext}
        missing={missing && reason.trim() === ''}
      />
    </FormFrame>
  );
}
