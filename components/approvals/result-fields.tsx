'use client';

import { Field } from '@/components/ui/field';
import { SegmentedControl } from '@/components/ui/segmented-control';
import { Textarea } from '@/components/ui/textarea';
import { isJsonObject, type JsonObject } from '@/lib/domain/json';

export type TypedResult = { form: 'text' | 'json'; text: string };

/** A result typed by a person: words, or a JSON object. */
export function ResultFields({
  label,
  hint,
  value,
  onChange,
  error,
}: {
  label: string;
  hint: string;
  value: TypedResult;
  onChange: (value: TypedResult) => void;
  error: string | null;
}) {
  return (
    <Field
      label={label}
      required
      hint={hint}
      labelEnd={
        <SegmentedControl
          label="Form of the result"
          value={value.form}
          options={[
            { value: 'text', label: 'Text' },
            { value: 'json', label: 'JSON' },
          ]}
          onValueChange={(form) => onChange({ ...value, form })}
        />
      }
      {...(error === null ? {} : { error })}
    >
      <Textarea
        data-autofocus
        rows={4}
        mono={value.form === 'json'}
        spellCheck={value.form === 'text'}
        value={value.text}
        maxLength={100_000}
        onChange={(event) => onChange({ ...value, text: event.target.value })}
      />
    </Field>
  );
}

/** The result as it is sent, or what is wrong with what was typed. */
export function readResult({ form, text }: TypedResult): { result: string | JsonObject } | { problem: string } {
  if (text.trim() === '') return { problem: 'This cannot be empty.' };
  if (form === 'text') return { result: text.trim() };
  try {
    const parsed: unknown = JSON.parse(text);
    return isJsonObject(parsed)
      ? { result: parsed as JsonObject }
      : { problem: 'A JSON object is needed, such as {"status": "done"}.' };
  } catch (error) {
    return { problem: `That is not JSON yet: ${error instanceof Error ? error.message : 'it cannot be read'}.` };
  }
}
