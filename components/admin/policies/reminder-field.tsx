'use client';

import { useState } from 'react';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import type { ReviewOutcome } from '@/lib/domain/policy/document';
import { reminderForm } from '@/lib/domain/reminder';

const most = 5; // lib/domain/policy/document.ts

/** When those who may decide are reminded. What does not read yet stays in the box and changes nothing. */
export function ReminderField({
  value,
  onChange,
}: {
  value: ReviewOutcome['remind'];
  onChange: (value: ReviewOutcome['remind']) => void;
}) {
  const [text, setText] = useState(() => (value === undefined ? '' : value.length === 0 ? 'never' : value.join(', ')));
  const read = parsed(text);
  return (
    <Field
      label="Remind them"
      optional
      error={read === null && `Write up to ${most}, such as: 50%, 2 h, 15 min. Or: never.`}
      hint="A share of the time, or how long before its end. Empty: halfway, and 15 minutes before the end."
    >
      <Input
        placeholder="50%, 15 min"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          const next = parsed(event.target.value);
          if (next !== null) onChange(next.remind);
        }}
      />
    </Field>
  );
}

function parsed(text: string): { remind: ReviewOutcome['remind'] } | null {
  const plain = text.trim();
  if (plain === '') return { remind: undefined };
  if (plain.toLowerCase() === 'never') return { remind: [] };
  const parts = plain.split(',').map((part) => part.trim());
  return parts.length <= most && parts.every((part) => reminderForm.test(part)) ? { remind: parts } : null;
}
