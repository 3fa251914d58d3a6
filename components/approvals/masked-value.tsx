'use client';

import { useState, useTransition } from 'react';
import { Button } from '@/components/ui/button';
import type { ReviewActions } from '@/lib/approvals/views';
import type { Json } from '@/lib/domain/json';
import { FieldValue } from './field-value';

/** A value that is covered until somebody asks for it; that they asked is kept in the history. */
export function MaskedValue({
  approvalId,
  pointer,
  argumentsHash = null,
  label,
  reveal,
  onReveal,
}: {
  approvalId: string;
  pointer: string;
  /** Of which arguments; null: the call's own. */
  argumentsHash?: string | null;
  label: string;
  reveal: ReviewActions['reveal'];
  onReveal?: () => void;
}) {
  const [busy, startBusy] = useTransition();
  const [shown, setShown] = useState<{ value: Json } | { problem: string } | null>(null);
  if (shown !== null && 'value' in shown) return <FieldValue value={shown.value} label={label} />;
  const uncover = () =>
    startBusy(async () => {
      const answer = await reveal(approvalId, pointer, argumentsHash);
      if (answer.kind === 'value') onReveal?.();
      setShown(answer.kind === 'value' ? { value: answer.value } : { problem: answer.message });
    });
  return (
    <span className="inline-flex flex-wrap items-center gap-2">
      <span aria-hidden="true" className="select-none text-faint tracking-widest">
        ••••••
      </span>
      <span className="sr-only">Masked</span>
      <Button size="sm" loading={busy} onClick={uncover} aria-label={`Reveal ${label}`}>
        Reveal
      </Button>
      {shown !== null && 'problem' in shown && <span className="text-danger text-sm">{shown.problem}</span>}
    </span>
  );
}
