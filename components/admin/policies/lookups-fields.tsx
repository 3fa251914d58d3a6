'use client';

import { Trash2 } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { IconButton } from '@/components/ui/icon-button';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import type { Lookup, PolicyDocument } from '@/lib/domain/policy/document';
import { lookupWords } from '@/lib/domain/policy/lookup-words';
import { DurationField } from './duration-field';
import { freshKey, KeyField, renamed } from './key-field';
import type { KnownNames } from './suggestions';

const mostLookups = 20; // lib/domain/policy/document.ts
const ofs = ['asked', 'allowed'] as const;
const withins = ['everything', 'agent', 'run', 'requester'] as const;

/** The numbers about earlier calls that rules may use as `counts.name`. */
export function LookupsFields({
  lookups,
  names,
  onChange,
}: {
  lookups: PolicyDocument['lookups'];
  names: Omit<KnownNames, 'lookups' | 'rotations'>;
  onChange: (lookups: PolicyDocument['lookups']) => void;
}) {
  const entries = Object.entries(lookups);
  return (
    <div className="grid min-w-0 gap-4 p-4">
      {entries.length === 0 && (
        <p className="text-muted">
          A lookup is a number about earlier calls that a rule may use, such as how many refunds there were in the last
          hour: counts.refunds &gt; 10.
        </p>
      )}
      <ul aria-label="Lookups" className="grid min-w-0 gap-4 empty:hidden">
        {entries.map(([name, lookup], index) => (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: the name is being typed; its place is what stays
            key={index}
            className="grid min-w-0 gap-3 rounded-md border border-line p-3"
          >
            <div className="flex min-w-0 items-start justify-between gap-2">
              <KeyField
                label="Name"
                value={name}
                taken={Object.keys(lookups)}
                pattern={/^[a-z][a-z0-9_]{0,39}$/}
                rule="Use lower-case letters, digits and _, and begin with a letter."
                mono
                onChange={(next) => onChange(renamed(lookups, name, next))}
              />
              <IconButton
                label={`Remove ${name}`}
                size="sm"
                onClick={() => onChange(Object.fromEntries(entries.filter(([other]) => other !== name)))}
                icon={<Trash2 />}
              />
            </div>
            <LookupFields lookup={lookup} names={names} onChange={(next) => onChange({ ...lookups, [name]: next })} />
            <p className="text-muted text-sm wrap-anywhere">
              <code className="font-mono text-ink">{`counts.${name}`}</code>
              {`: ${lookupWords(lookup)}`}
            </p>
          </li>
        ))}
      </ul>
      <Button
        className="justify-self-start"
        disabled={entries.length >= mostLookups}
        onClick={() =>
          onChange({
            ...lookups,
            [freshKey(lookups, 'lookup_')]: { tool: 'same', minutes: 60, of: 'asked', within: 'everything' },
          })
        }
      >
        Add a lookup
      </Button>
    </div>
  );
}

function LookupFields({
  lookup,
  names,
  onChange,
}: {
  lookup: Lookup;
  names: Omit<KnownNames, 'lookups' | 'rotations'>;
  onChange: (lookup: Lookup) => void;
}) {
  const { sum, ...counted } = lookup;
  const known = names.tools.map(({ name }) => name);
  const all = lookup.tool === 'same' || known.includes(lookup.tool) ? known : [...known, lookup.tool];
  const args = [
    ...new Set(
      names.tools.flatMap(({ name, args: own }) => (lookup.tool === 'same' || name === lookup.tool ? own : [])),
    ),
  ];
  const sums = sum === undefined || args.includes(sum) ? args : [...args, sum];
  return (
    <div className="grid min-w-0 gap-3 sm:grid-cols-2">
      <Field label="Calls of">
        <Select
          value={lookup.tool}
          onChange={(event) => onChange({ ...lookup, tool: event.target.value })}
          options={[
            { value: 'same', label: 'The function that is called' },
            ...all.map((name) => ({ value: name, label: name })),
          ]}
        />
      </Field>
      <DurationField
        label="In the last"
        minutes={lookup.minutes}
        onChange={(minutes) => onChange({ ...lookup, minutes })}
      />
      <Field label="Which">
        <Select
          value={lookup.of}
          onChange={(event) => onChange({ ...lookup, of: ofs.find((one) => one === event.target.value) ?? 'asked' })}
          options={[
            { value: 'asked', label: 'All of them' },
            { value: 'allowed', label: 'Approved ones, and those that wait' },
          ]}
        />
      </Field>
      <Field label="Whose">
        <Select
          value={lookup.within}
          onChange={(event) =>
            onChange({ ...lookup, within: withins.find((one) => one === event.target.value) ?? 'everything' })
          }
          options={[
            { value: 'everything', label: 'Everybody’s' },
            { value: 'agent', label: 'The same agent’s' },
            { value: 'run', label: 'Those of the same run' },
            { value: 'requester', label: 'The same requester’s' },
          ]}
        />
      </Field>
      <Field label="Add up">
        {args.length === 0 && sum === undefined ? (
          <Input
            mono
            placeholder="Nothing: count them"
            value=""
            onChange={(event) => onChange({ ...counted, sum: event.target.value })}
          />
        ) : (
          <Select
            value={sum ?? ''}
            onChange={(event) =>
              onChange(event.target.value === '' ? counted : { ...counted, sum: event.target.value })
            }
            options={[
              { value: '', label: 'Nothing: count them' },
              ...sums.map((name) => ({ value: name, label: name })),
            ]}
          />
        )}
      </Field>
    </div>
  );
}
