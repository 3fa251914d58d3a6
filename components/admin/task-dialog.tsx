'use client';

import { type ReactNode, useState, useTransition } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog, type DialogProps } from '@/components/ui/dialog';
import { Problem } from '@/components/ui/problem';
import { toast } from '@/components/ui/toast';
import type { Answer } from '@/lib/people/answered';

/**
 * A dialog that does one thing. Busy while `onAct` is under way; refused, it stays open and says why; done, it closes and
 * says `done`. Before what is dangerous the focus is on Cancel.
 */
export function TaskDialog({
  act,
  done,
  danger = false,
  disabled = false,
  beside,
  onAct,
  onClose,
  children,
  ...dialog
}: Pick<DialogProps, 'title' | 'size' | 'dismissable'> & {
  act: string;
  done: string;
  danger?: boolean;
  disabled?: boolean;
  /** Stands at the other end of the foot. */
  beside?: ReactNode;
  onAct: () => Promise<Answer>;
  onClose: () => void;
  children: ReactNode;
}) {
  const [problem, setProblem] = useState('');
  const [busy, start] = useTransition();
  const run = () =>
    start(async () => {
      const answer = await onAct();
      if (!answer.ok) return setProblem(answer.message);
      toast(done, { tone: 'success' });
      onClose();
    });
  return (
    <Dialog
      {...dialog}
      open
      onOpenChange={onClose}
      footer={
        <>
          {beside}
          <Button onClick={onClose} {...(danger ? { 'data-autofocus': true } : {})}>
            Cancel
          </Button>
          <Button variant={danger ? 'danger' : 'primary'} loading={busy} disabled={disabled} onClick={run}>
            {act}
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        <Problem text={problem} />
        {children}
      </div>
    </Dialog>
  );
}
