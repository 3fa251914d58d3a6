'use client';

import { type Ref, useRef } from 'react';
import { Badge } from '@/components/ui/badge';
import { Field } from '@/components/ui/field';
import { Glyph } from '@/components/ui/glyph';
import { Input } from '@/components/ui/input';
import { SafeText } from '@/components/ui/safe-text';
import { effectSentence } from '@/lib/domain/effect';
import { templateProblems } from '@/lib/domain/effect-template';
import type { JsonObject } from '@/lib/domain/json';
import { mask } from '@/lib/domain/masking';
import type { SchemaField } from '@/lib/domain/schema-fields';

/** The sentence that says what a call does, with what is wrong with it, and the fields that fit into its gaps. */
export function EffectField({
  value,
  error,
  fields,
  masked,
  name,
  latest,
  disabled,
  onChange,
}: {
  name: string;
  /** The arguments of the latest call, to show what it reads like where the preview is out of sight. */
  latest: JsonObject | undefined;
  value: string;
  error: string | undefined;
  fields: readonly SchemaField[];
  masked: readonly string[];
  disabled: boolean;
  onChange: (value: string) => void;
}) {
  const box = useRef<HTMLInputElement>(null);
  const problems = templateProblems(value, { known: fields.map(({ path }) => path), masked });
  const insert = (path: string) => {
    const from = box.current?.selectionStart ?? value.length;
    const gap = `{${path}}`;
    onChange(value.slice(0, from) + gap + value.slice(box.current?.selectionEnd ?? from));
    requestAnimationFrame(() => {
      box.current?.focus();
      box.current?.setSelectionRange(from + gap.length, from + gap.length);
    });
  };
  return (
    <div className="grid gap-3">
      <Field
        label="Sentence"
        error={error}
        hint="Such as: Refund {amount:2} {currency} for order {order.id}; “:2” gives a number two decimals. Empty: the function’s name."
      >
        <Input
          ref={box as Ref<HTMLInputElement>}
          value={value}
          maxLength={500}
          onChange={(event) => onChange(event.target.value)}
        />
      </Field>
      <div role="status" className="empty:hidden">
        {problems.length > 0 && (
          <ul aria-label="About the sentence" className="grid gap-1 text-sm text-warning">
            {problems.map((problem) => (
              <li key={problem} className="flex min-w-0 gap-1.5">
                <Glyph name="warning" className="mt-1" />
                <span className="min-w-0 wrap-anywhere">{problem}</span>
              </li>
            ))}
          </ul>
        )}
      </div>
      {latest !== undefined && (
        <p className="text-muted text-sm wrap-anywhere lg:hidden">
          The latest call reads:{' '}
          <span className="font-medium text-ink">
            <SafeText>{effectSentence({ name, arguments: mask(latest, masked) }, value)}</SafeText>
          </span>
        </p>
      )}
      {!disabled && fields.length > 0 && (
        <ul aria-label="Insert a field" className="flex max-h-24 flex-wrap gap-1.5 overflow-auto">
          {fields
            .filter(({ holds }) => !holds)
            .map(({ path }) => (
              <li key={path} className="min-w-0">
                <button type="button" onClick={() => insert(path)} className="max-w-full rounded-sm">
                  <Badge mono className="h-6 hover:border-line-control hover:text-ink">
                    <span className="sr-only">Insert </span>
                    {`{${path}}`}
                  </Badge>
                </button>
              </li>
            ))}
        </ul>
      )}
    </div>
  );
}
