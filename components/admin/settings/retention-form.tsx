'use client';

import { useState, useTransition } from 'react';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Select } from '@/components/ui/select';
import { toast } from '@/components/ui/toast';
import type { RetentionCounts, RetentionRules } from '@/lib/retention/rules';

type Kind = keyof RetentionRules;
type Answer = { ok: boolean; message: string };

const kinds: readonly { kind: Kind; label: string; hint: string; due: (count: string) => string }[] = [
  {
    kind: 'events',
    label: 'Bodies of events',
    hint: 'What Gemini delivered. That it came, and when, stays.',
    due: (count) => `bodies of ${count} events`,
  },
  {
    kind: 'results',
    label: 'Bodies of results',
    hint: 'What was sent to agents and what people recorded. Its hash stays.',
    due: (count) => `results of ${count} runs`,
  },
  {
    kind: 'steps',
    label: 'Conversations',
    hint: 'What was asked and said in a run. Its calls and decisions stay.',
    due: (count) => `conversations of ${count} runs`,
  },
  {
    kind: 'personal',
    label: 'People in the history',
    hint: 'Names, addresses and devices. Who did what stays by id.',
    due: (count) => `names and addresses in ${count} entries`,
  },
];

const choices = [
  { value: '', label: 'Kept' },
  { value: '6', label: '6 months' },
  { value: '12', label: '1 year' },
  { value: '24', label: '2 years' },
  { value: '36', label: '3 years' },
  { value: '84', label: '7 years' },
  { value: '120', label: '10 years' },
];

/** How long contents are kept. Before a change it says how much that erases. */
export function RetentionForm({
  rules,
  preview,
  save,
}: {
  rules: RetentionRules;
  preview: (rules: RetentionRules) => Promise<(Answer & { ok: false }) | { ok: true; counts: RetentionCounts }>;
  save: (rules: RetentionRules) => Promise<Answer>;
}) {
  const [wanted, setWanted] = useState(rules);
  const [counts, setCounts] = useState<RetentionCounts | null>(null);
  const [busy, start] = useTransition();
  const changed = kinds.some(({ kind }) => wanted[kind] !== rules[kind]);
  const ask = () =>
    start(async () => {
      const answer = await preview(wanted);
      if (answer.ok) setCounts(answer.counts);
      else toast(answer.message, { tone: 'danger' });
    });
  const confirm = () =>
    start(async () => {
      const answer = await save(wanted);
      toast(answer.message, { tone: answer.ok ? 'success' : 'danger' });
      if (answer.ok) setCounts(null);
    });
  const due = kinds.filter(({ kind }) => (counts?.[kind].count ?? 0) > 0);
  return (
    <div className="grid gap-4">
      <div className="grid gap-4 sm:grid-cols-2">
        {kinds.map(({ kind, label, hint }) => (
          <Field key={kind} label={label} hint={hint}>
            <Select
              value={wanted[kind] === null ? '' : String(wanted[kind])}
              onChange={(event) =>
                setWanted({ ...wanted, [kind]: event.target.value === '' ? null : Number(event.target.value) })
              }
              options={withCurrent(wanted[kind])}
            />
          </Field>
        ))}
      </div>
      <div className="flex gap-2">
        <Button variant="primary" disabled={!changed} loading={busy && counts === null} onClick={ask}>
          Review the change
        </Button>
        {changed && <Button onClick={() => setWanted(rules)}>Discard</Button>}
      </div>
      {counts !== null && (
        <Dialog
          open
          onOpenChange={() => setCounts(null)}
          size="sm"
          title={due.length > 0 ? 'Erase what is older?' : 'Change the retention?'}
          footer={
            <>
              <Button onClick={() => setCounts(null)} data-autofocus>
                Cancel
              </Button>
              <Button variant={due.length > 0 ? 'danger' : 'primary'} loading={busy} onClick={confirm}>
                {due.length > 0 ? 'Save and erase' : 'Save'}
              </Button>
            </>
          }
        >
          {due.length === 0 ? (
            <p className="text-muted">Nothing is that old now. It is erased when it is, hour by hour.</p>
          ) : (
            <div className="grid gap-3">
              <p className="text-muted">At once, and for good:</p>
              <ul className="list-disc pl-5">
                {due.map(({ kind, due: words }) => (
                  <li key={kind}>
                    {words(`${counts[kind].more ? 'more than ' : ''}${counts[kind].count.toLocaleString('en')}`)}
                  </li>
                ))}
              </ul>
              <Banner tone="info">Calls, decisions, hashes and the history itself stay, and still verify.</Banner>
            </div>
          )}
        </Dialog>
      )}
    </div>
  );
}

// Rules set elsewhere may have a length of their own.
function withCurrent(months: number | null) {
  if (months === null || choices.some(({ value }) => value === String(months))) return choices;
  return [...choices, { value: String(months), label: `${months} months` }];
}
