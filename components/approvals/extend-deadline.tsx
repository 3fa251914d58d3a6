'use client';

import { useState, useTransition } from 'react';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import type { ActionAnswer } from '@/lib/approvals/views';

const minuteMs = 60_000;
const steps = [
  { minutes: 30, label: '30 minutes more' },
  { minutes: 60, label: 'One hour more' },
  { minutes: 240, label: '4 hours more' },
  { minutes: 1440, label: 'One day more' },
] as const;

/** Gives people more time to decide, as far as the run and Gemini allow. */
export function ExtendDeadline({
  approvalId,
  deadline,
  latest,
  extend,
}: {
  approvalId: string;
  deadline: Date;
  latest: Date;
  extend: (approvalId: string, to: string, reason: string) => Promise<ActionAnswer>;
}) {
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState('');
  const [reason, setReason] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, startBusy] = useTransition();

  if (!open) {
    return (
      <Button size="sm" onClick={() => setOpen(true)}>
        Extend…
      </Button>
    );
  }
  const options = [
    ...steps.flatMap(({ minutes, label }) => {
      const to = new Date(deadline.getTime() + minutes * minuteMs);
      return to < latest ? [{ value: to.toISOString(), label }] : [];
    }),
    { value: latest.toISOString(), label: 'As long as possible' },
  ];
  const to = options.find(({ value }) => value === chosen)?.value ?? options[0]?.value ?? '';
  const send = () => {
    if (reason.trim() === '') {
      setProblem('Say why in a few words: the reason stays on record.');
      return;
    }
    setProblem(null);
    startBusy(async () => {
      const answer = await extend(approvalId, to, reason);
      if (answer.kind === 'refused') return setProblem(answer.message);
      setOpen(false);
      setReason('');
    });
  };
  return (
    <form
      aria-label="Extend the deadline"
      className="mt-1 mb-1.5 grid basis-full gap-3 rounded-md border border-line bg-sunken p-3"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) send();
      }}
    >
      <div className="grid gap-3 sm:grid-cols-[12rem_minmax(0,1fr)]">
        <Field label="More time">
          <Select value={to} options={options} onChange={(event) => setChosen(event.target.value)} />
        </Field>
        <Field label="Why" required {...(problem === null ? {} : { error: problem })}>
          <Input autoFocus value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />
        </Field>
      </div>
      <div className="flex justify-end gap-2">
        <Button size="sm" onClick={() => setOpen(false)}>
          Cancel
        </Button>
        <Button size="sm" type="submit" variant="primary" loading={busy}>
          Extend
        </Button>
      </div>
    </form>
  );
}
