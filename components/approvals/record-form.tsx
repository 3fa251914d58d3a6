'use client';

import type { DockFormProps } from './dock';
import { ResultForm } from './result-form';

/** What came of a call that a person carried out. It is kept once and then sent to the agent. */
export default function RecordForm({ busy, onRecord, onCancel }: DockFormProps) {
  return (
    <ResultForm
      title="Record what happened"
      hint="The agent is told that the call was carried out, with this as its output. It can be recorded once."
      submitLabel="Record"
      field={{
        label: 'What happened',
        hint: 'Facts that the agent needs, such as a reference number. If it failed, say so.',
      }}
      busy={busy}
      onResult={onRecord}
      onCancel={onCancel}
    />
  );
}
