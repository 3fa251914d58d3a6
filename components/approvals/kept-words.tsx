'use client';

import type { FormEvent } from 'react';
import { CopyButton } from '@/components/ui/copy-button';
import { Field } from '@/components/ui/field';
import { Textarea } from '@/components/ui/textarea';

/** What was typed into a form, by the label of each field. */
export type TypedWords = ReadonlyMap<string, string>;

/** What is known after something was typed; what proves who somebody is is never kept. */
export function withTyped(known: TypedWords, { target }: FormEvent): TypedWords {
  const isText =
    target instanceof HTMLTextAreaElement ||
    (target instanceof HTMLInputElement && target.type === 'text' && target.autocomplete !== 'one-time-code');
  if (!isText) return known;
  const label = target.labels?.[0]?.textContent?.replace(/ \*$/, '') ?? '';
  return new Map(known).set(label, target.value);
}

/** The words of a form that has closed under whoever typed them, to be copied. */
export function KeptWords({ typed }: { typed: TypedWords }) {
  const lines = [...typed].filter(([, words]) => words.trim() !== '');
  if (lines.length === 0) return null;
  const text =
    lines.length === 1 ? (lines[0]?.[1] ?? '') : lines.map(([label, words]) => `${label}: ${words}`).join('\n');
  return (
    <Field label="What you had typed" labelEnd={<CopyButton value={text} label="Copy what you had typed" />}>
      <Textarea readOnly rows={Math.min(6, lines.length + 1)} value={text} />
    </Field>
  );
}
