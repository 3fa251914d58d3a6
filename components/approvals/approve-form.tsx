'use client';

import { useState } from 'react';
import { Banner } from '@/components/ui/banner';
import { Diff } from '@/components/ui/diff';
import { Field } from '@/components/ui/field';
import { RadioGroup } from '@/components/ui/radio-group';
import { SafeText } from '@/components/ui/safe-text';
import { Textarea } from '@/components/ui/textarea';
import type { FieldView } from '@/lib/approvals/views';
import { namesInWords } from '@/lib/domain/names';
import type { DockFormProps } from './dock';
import { argumentsOf } from './edited-arguments';
import { FieldValue } from './field-value';
import { FormFrame } from './form-frame';
import { MaskedValue } from './masked-value';

/**
 * The second step of an approval. Costly calls are confirmed; calls that cannot be taken back are read once more, field
 * by field, and need a reason.
 */
export default function ApproveForm({ request, proof, reveal, busy, onVote, onCancel }: DockFormProps) {
  const severe = request.tier >= 3;
  const { proposal } = request;
  const [which, setWhich] = useState<'model' | 'proposal'>(proposal ? 'proposal' : 'model');
  const [note, setNote] = useState('');
  const [missing, setMissing] = useState(false);
  const joined = which === 'proposal' ? proposal : null;
  const risky = (joined ?? request).fields.filter(
    (field) => field.present && isReadAgain(field, severe, joined !== null),
  );
  // By the arguments too: what was uncovered of others is not what this vote is for.
  const [uncovered, setUncovered] = useState<ReadonlySet<string>>(new Set());
  const keyOf = (field: FieldView) => `${joined?.hash ?? 'model'} ${field.pointer}`;
  const covered = risky.filter((field) => field.masked && field.risk && !uncovered.has(keyOf(field))).length;

  const submit = () => {
    if (severe && note.trim() === '') {
      setMissing(true);
      return;
    }
    onVote({
      verdict: 'approve',
      note: note.trim() === '' ? null : note.trim(),
      baseHash: joined?.hash ?? null,
      edit: null,
    });
  };

  return (
    <FormFrame
      title={
        <>
          Approve: <SafeText>{request.effect}</SafeText>
        </>
      }
      {...(severe
        ? {
            hint:
              request.tier === 4 ? 'Regulated: two people must agree before it goes on.' : 'This cannot be taken back.',
          }
        : {})}
      submitLabel="Approve"
      busy={busy}
      proof={proof}
      inline={!severe && proposal === null}
      disabled={covered > 0}
      {...(covered > 0 ? { extra: 'Uncover the masked risk fields first: you approve what they hold.' } : {})}
      onSubmit={submit}
      onCancel={onCancel}
    >
      {proposal !== null && (
        <>
          <RadioGroup
            legend="Which arguments"
            boxed
            value={which}
            onValueChange={setWhich}
            options={[
              {
                value: 'proposal',
                label: `As changed by ${proposal.by.length > 0 ? namesInWords(proposal.by) : 'somebody before you'}`,
                description: 'Your vote joins theirs.',
              },
              {
                value: 'model',
                label: 'As the model proposed',
                description: 'The votes for the changed arguments no longer count.',
              },
            ]}
          />
          {joined !== null && (
            <Diff before={argumentsOf(request.fields)} after={joined.arguments} label="What the change does" />
          )}
        </>
      )}
      {risky.length > 0 && (
        <div className="grid gap-2">
          <p className="font-medium text-sm">Read these once more</p>
          <dl className="grid divide-y divide-line rounded-md border border-line">
            {risky.map((field) => (
              <div key={keyOf(field)} className="grid gap-x-4 px-3 py-2 sm:grid-cols-[10rem_minmax(0,1fr)]">
                <dt className="text-faint text-sm">
                  <SafeText>{field.label}</SafeText>
                </dt>
                <dd className="min-w-0">
                  {field.masked ? (
                    <MaskedValue
                      approvalId={request.id}
                      pointer={field.pointer}
                      argumentsHash={joined?.hash ?? null}
                      label={field.label}
                      reveal={reveal}
                      onReveal={() => setUncovered((known) => new Set([...known, keyOf(field)]))}
                    />
                  ) : (
                    <FieldValue value={field.value} label={field.label} />
                  )}
                </dd>
              </div>
            ))}
          </dl>
        </div>
      )}
      {severe && !risky.some((field) => field.risk) && (
        <Banner tone="warning">No risk fields are marked for this tool: read all arguments above.</Banner>
      )}
      {severe && (
        <Field
          label="Why you approve it"
          required
          hint="Stays on record with your name; the agent sees it as your note."
          {...(missing && note.trim() === '' ? { error: 'Say in a few words why.' } : {})}
        >
          <Textarea rows={2} value={note} onChange={(event) => setNote(event.target.value)} maxLength={4000} />
        </Field>
      )}
    </FormFrame>
  );
}

// Risk fields of what cannot be taken back; and whatever a change has put behind a mask, which its diff does not show.
function isReadAgain(field: FieldView, severe: boolean, ofProposal: boolean): boolean {
  return (severe && field.risk) || (ofProposal && field.masked && field.edited);
}
