'use client';

import { Field } from '@/components/ui/field';
import { RadioGroup } from '@/components/ui/radio-group';
import { Textarea } from '@/components/ui/textarea';
import type { NextStep } from '@/lib/domain/approval';
import { nextStepText } from './wording';

/** The two things a rejection says: why, and whether another attempt is welcome. */
export function RejectFields({
  reason,
  onReason,
  next,
  onNext,
  missing,
}: {
  reason: string;
  onReason: (reason: string) => void;
  next: NextStep;
  onNext: (next: NextStep) => void;
  missing: boolean;
}) {
  return (
    <>
      <Field
        label="Reason"
        required
        hint="The agent reads it, word for word."
        {...(missing ? { error: 'A rejection needs a reason that the agent can act on.' } : {})}
      >
        <Textarea rows={2} value={reason} maxLength={4000} onChange={(event) => onReason(event.target.value)} />
      </Field>
      <RadioGroup
        legend="The agent should"
        boxed
        value={next}
        onValueChange={onNext}
        className="[&>div]:sm:grid-cols-3"
        options={(['stop', 'retry_differently', 'ask'] as const).map((value) => ({
          value,
          label: nextStepText[value].label,
          description: nextStepText[value].told,
        }))}
      />
    </>
  );
}
