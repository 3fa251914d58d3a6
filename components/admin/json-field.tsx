'use client';

import { type ReactNode, useRef, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Textarea } from '@/components/ui/textarea';
import { readJsonText } from './json-text';

/** Something wrong with the value as a whole, at a place in its text. */
export type JsonProblem = Readonly<{ message: string; offset: number; line: number; column: number }>;

/**
 * A box for JSON that says where it goes wrong as soon as the person pauses, and leads there. `problems` are what the
 * server found in a text that reads well.
 */
export function JsonField({
  label,
  name,
  hint,
  rows = 6,
  optional = false,
  value,
  onValueChange,
  problems = [],
  children,
}: {
  label: string;
  name: string;
  hint?: ReactNode;
  rows?: number;
  optional?: boolean;
  value: string;
  onValueChange: (text: string) => void;
  problems?: readonly JsonProblem[];
  children?: ReactNode;
}) {
  const box = useRef<HTMLTextAreaElement>(null);
  const [touched, setTouched] = useState(false);
  const read = value.trim() === '' ? null : readJsonText(value);
  const misread = read !== null && !read.ok ? read : null;
  const shown: readonly JsonProblem[] =
    misread !== null ? (touched ? [{ message: misread.message, ...misread.place }] : []) : problems;
  const lead = (offset: number) => {
    box.current?.focus();
    box.current?.setSelectionRange(offset, offset + 1);
  };
  return (
    <Field
      label={label}
      optional={optional}
      hint={hint}
      labelEnd={
        <Button
          size="sm"
          variant="ghost"
          disabled={read === null || !read.ok}
          onClick={() => read?.ok && onValueChange(JSON.stringify(read.value, null, 2))}
        >
          Format
        </Button>
      }
      error={
        shown.length > 0 && (
          <span className="grid justify-items-start gap-0.5">
            {shown.slice(0, 10).map((problem) => (
              <button
                key={`${problem.offset} ${problem.message}`}
                type="button"
                onClick={() => lead(problem.offset)}
                className="rounded-sm text-left underline decoration-danger-line underline-offset-3 hover:decoration-danger"
              >
                {`Line ${problem.line}, column ${problem.column}: ${problem.message}`}
              </button>
            ))}
          </span>
        )
      }
    >
      <Textarea
        mono
        name={name}
        rows={rows}
        spellCheck={false}
        autoComplete="off"
        ref={box}
        value={value}
        onChange={(event) => onValueChange(event.target.value)}
        onBlur={() => setTouched(true)}
        aria-invalid={shown.length > 0 || undefined}
      />
      {children}
    </Field>
  );
}
