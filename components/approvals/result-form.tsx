'use client';

import { type ComponentProps, useState } from 'react';
import type { JsonObject } from '@/lib/domain/json';
import { FormFrame } from './form-frame';
import { ResultFields, readResult, type TypedResult } from './result-fields';

/** A form for one result, as text or as JSON. */
export function ResultForm({
  field,
  onResult,
  ...frame
}: Omit<ComponentProps<typeof FormFrame>, 'onSubmit' | 'children'> & {
  field: Readonly<{ label: string; hint: string }>;
  onResult: (result: string | JsonObject) => void;
}) {
  const [typed, setTyped] = useState<TypedResult>({ form: 'text', text: '' });
  const [error, setError] = useState<string | null>(null);
  return (
    <FormFrame
      {...frame}
      onSubmit={() => {
        const read = readResult(typed);
        if ('problem' in read) setError(read.problem);
        else onResult(read.result);
      }}
    >
      <ResultFields
        {...field}
        value={typed}
        onChange={(value) => {
          setTyped(value);
          setError(null);
        }}
        error={error}
      />
    </FormFrame>
  );
}
