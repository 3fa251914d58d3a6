'use client';

import { useState } from 'react';
import type { DockFormProps } from './dock';
import { FormFrame } from './form-frame';
import { ResultFields, readResult, type TypedResult } from './result-fields';

/** A person gives the result in place of the function, which then is not run. */
export default function AnswerForm({ proof, busy, onVote, onCancel }: DockFormProps) {
  const [typed, setTyped] = useState<TypedResult>({ form: 'text', text: '' });
  const [error, setError] = useState<string | null>(null);
  return (
    <FormFrame
      title="Answer in place of the function"
      hint="The function is not run. The agent receives this as its result, marked as a person’s answer. To say no, reject instead."
      submitLabel="Send the answer"
      busy={busy}
      proof={proof}
      onSubmit={() => {
        const read = readResult(typed);
        if ('problem' in read) setError(read.problem);
        else onVote({ verdict: 'answer', result: read.result, note: null });
      }}
      onCancel={onCancel}
    >
      <ResultFields
        label="Result"
        hint="What the function would have returned."
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
