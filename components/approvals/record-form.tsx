'use client';

import { useState } from 'react';
import type { DockFormProps } from './dock';
import { FormFrame } from './form-frame';
import { ResultFields, readResult, type TypedResult } from './result-fields';

/** What came of a call that a person carried out. It is kept once and then sent to the agent. */
export default function RecordForm({ busy, onRecord, onCancel }: DockFormProps) {
  const [typed, setTyped] = useState<TypedResult>({ form: 'text', text: '' });
  const [error, setError] = useState<string | null>(null);
  return (
    <FormFrame
      title="Record what happened"
      hint="The agent is told that the call was carried out, with this as its output. It can be recorded once."
      submitLabel="Record"
      busy={busy}
      onSubmit={() => {
        const read = readResult(typed);
        if ('problem' in read) setError(read.problem);
        else onRecord(read.result);
      }}
      onCancel={onCancel}
    >
      <ResultFields
        label="What happened"
        hint="Facts that the agent needs, such as a reference number. If it failed, say so."
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
