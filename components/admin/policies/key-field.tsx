'use client';

import { useState } from 'react';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';

/** The name that something is kept under. It counts only while nothing else has it and it is one. */
export function KeyField({
  label,
  value,
  taken,
  pattern,
  rule,
  mono = false,
  onChange,
}: {
  label: string;
  value: string;
  taken: readonly string[];
  pattern: RegExp;
  /** Said when a name does not fit the pattern. */
  rule: string;
  mono?: boolean;
  onChange: (value: string) => void;
}) {
  const [text, setText] = useState(value);
  const wrong = pattern.test(text)
    ? text !== value && taken.includes(text)
      ? 'Another one has this name.'
      : ''
    : rule;
  return (
    <Field label={label} required error={wrong} className="max-w-80 flex-1">
      <Input
        mono={mono}
        maxLength={80}
        value={text}
        onChange={(event) => {
          const next = event.target.value;
          setText(next);
          if (pattern.test(next) && !taken.includes(next)) onChange(next);
        }}
        onBlur={() => wrong !== '' && setText(value)}
      />
    </Field>
  );
}

/** The same record with one of its keys under another name, in its place. */
export function renamed<Value>(
  record: Readonly<Record<string, Value>>,
  from: string,
  to: string,
): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key === from ? to : key, value]));
}

/** A key that nothing has yet. */
export function freshKey(record: Readonly<Record<string, unknown>>, stem: string): string {
  let number = Object.keys(record).length + 1;
  while (Object.hasOwn(record, `${stem}${number}`)) number += 1;
  return `${stem}${number}`;
}
