'use client';

import type { DockFormProps } from './dock';
import { ResultForm } from './result-form';

/** A person gives the result in place of the function, which then is not run. */
export default function AnswerForm({ proof, busy, onVote, onCancel }: DockFormProps) {
  return (
    <ResultForm
      title="Answer in place of the function"
      hint="The function is not run. The agent receives this as its result, marked as a person’s answer. To say no, reject instead."
      submitLabel="Send the answer"
      field={{ label: 'Result', hint: 'What the function would have returned.' }}
      busy={busy}
      proof={proof}
      onResult={(result) => onVote({ verdict: 'answer', result, note: null })}
      onCancel={onCancel}
    />
  );
}
