'use client';

import { useState, useTransition } from 'react';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Textarea } from '@/components/ui/textarea';
import type { ReviewActions } from '@/lib/approvals/views';

type Choice = 'send_again' | 'close';

const words: Record<Choice, string> = { send_again: 'Send again', close: 'Close' };

/** A person settles what no program may: whether to send once more or let it be, told first what each may cause. */
export function SettleResume({
  interactionId,
  consequences,
  settle,
}: {
  interactionId: string;
  consequences: Readonly<Record<Choice, string>>;
  settle: ReviewActions['settle'];
}) {
  const [choice, setChoice] = useState<Choice | null>(null);
  const [reason, setReason] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, startBusy] = useTransition();

  if (choice === null) {
    return (
      <div className="flex flex-wrap gap-2 pt-1">
        <Button onClick={() => setChoice('send_again')}>Send again…</Button>
        <Button onClick={() => setChoice('close')}>Close…</Button>
      </div>
    );
  }
  const send = () => {
    if (reason.trim().length < 3) {
      setProblem('Say why in a few words: the reason stays on record.');
      return;
    }
    setProblem(null);
    startBusy(async () => {
      const answer = await settle(interactionId, choice, reason);
      if (answer.kind === 'refused') setProblem(answer.message);
      else setChoice(null);
    });
  };
  return (
    <form
      className="grid gap-3 rounded-md border border-warning-line bg-warning-tint p-3"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) send();
      }}
    >
      <p>{consequences[choice]}</p>
      <Field label="Why" required {...(problem === null ? {} : { error: problem })}>
        <Textarea
          rows={2}
          autoFocus
          value={reason}
          maxLength={1000}
          onChange={(event) => setReason(event.target.value)}
        />
      </Field>
      <div className="flex justify-end gap-2">
        <Button size="sm" onClick={() => setChoice(null)}>
          Cancel
        </Button>
        <Button size="sm" type="submit" variant={choice === 'send_again' ? 'danger' : 'primary'} loading={busy}>
          {words[choice]}
        </Button>
      </div>
    </form>
  );
}
