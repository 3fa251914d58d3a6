'use client';

import { useState, useTransition } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Problem } from '@/components/ui/problem';
import { RadioGroup } from '@/components/ui/radio-group';
import { toast } from '@/components/ui/toast';
import type { SnoozeActions } from '@/lib/approvals/views';

type Choice = 'hour' | 'hours' | 'tomorrow';

/** Sets a request aside for oneself, by the clock of this device. */
export default function SnoozeDialog({
  approvalId,
  actions,
  onClose,
}: {
  approvalId: string;
  actions: SnoozeActions;
  onClose: () => void;
}) {
  const [choice, setChoice] = useState<Choice>('hour');
  const [problem, setProblem] = useState('');
  const [busy, startBusy] = useTransition();
  const snooze = () =>
    startBusy(async () => {
      try {
        const answer = await actions.snooze(approvalId, untilOf(choice).toISOString());
        if (answer.kind === 'refused') return setProblem(answer.message);
        toast(answer.message, { tone: 'success' });
        onClose();
      } catch {
        setProblem('The server could not be reached. Try again.');
      }
    });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Set aside for yourself"
      description="It leaves what needs you and comes back by itself, at the latest when its deadline comes near. Others see it as before."
      size="sm"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" loading={busy} onClick={snooze}>
            Set aside
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        <Problem text={problem} />
        <RadioGroup
          legend="Until"
          value={choice}
          onValueChange={setChoice}
          options={[
            { value: 'hour', label: 'In one hour' },
            { value: 'hours', label: 'In four hours' },
            { value: 'tomorrow', label: 'Tomorrow at 9:00' },
          ]}
        />
      </div>
    </Dialog>
  );
}

function untilOf(choice: Choice): Date {
  const until = new Date();
  if (choice === 'hour') until.setHours(until.getHours() + 1);
  else if (choice === 'hours') until.setHours(until.getHours() + 4);
  else {
    until.setDate(until.getDate() + 1);
    until.setHours(9, 0, 0, 0);
  }
  return until;
}
