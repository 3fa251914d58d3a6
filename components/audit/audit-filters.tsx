'use client';

import { SlidersHorizontal } from 'lucide-react';
import { useState } from 'react';
import { useFilterForm } from '@/components/shell/use-filter-form';
import { Button } from '@/components/ui/button';
import { cx } from '@/components/ui/cx';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { SearchInput } from '@/components/ui/search-input';
import { Select, type SelectOption } from '@/components/ui/select';
import { Toolbar } from '@/components/ui/toolbar';
import type { AuditChoices } from '@/lib/audit/read';
import { auditActions } from '@/lib/domain/audit';
import { auditOutcomes, auditSurfaces } from '@/lib/domain/audit-search';
import { outcomeLook, surfaceWord } from './wording';

const further = ['surface', 'agent', 'tool', 'target', 'run', 'approval', 'from', 'to'];

/** What part of the history to show. Choices take effect at once, words when they are sent; all of it stands in the address. */
export function AuditFilters({ values, choices }: { values: Readonly<Record<string, string>>; choices: AuditChoices }) {
  const { form, search, busy, apply, clear } = useFilterForm('/audit');
  const furtherSet = further.filter((name) => values[name] !== undefined).length;
  const [open, setOpen] = useState(furtherSet > 0);
  const choice = (name: string, label: string, any: string, options: readonly SelectOption[], width: string) => (
    <Select
      name={name}
      aria-label={label}
      defaultValue={values[name] ?? ''}
      onChange={() => apply()}
      className={width}
      options={[{ value: '', label: any }, ...withCurrent(options, values[name])]}
    />
  );
  return (
    <form ref={form} onSubmit={apply} aria-busy={busy}>
      <Toolbar label="Filter" className="pb-3">
        <SearchInput
          ref={search}
          name="q"
          label="Words, ids or addresses"
          kbd="/"
          defaultValue={values.q}
          className="w-64 max-sm:w-full"
          maxLength={200}
        />
        <span className={cx('flex flex-wrap gap-2', !open && 'max-md:hidden')}>
          {choice('actor', 'Actor', 'Anybody', [...choices.people, ...others], 'w-40')}
          {choice(
            'action',
            'Action',
            'Any action',
            auditActions.map((action) => ({ value: action, label: action })),
            'w-44',
          )}
          {choice(
            'outcome',
            'Outcome',
            'Any outcome',
            auditOutcomes.map((one) => ({ value: one, label: outcomeLook[one].word })),
            'w-36',
          )}
        </span>
        <Button
          variant="ghost"
          size="sm"
          icon={<SlidersHorizontal aria-hidden="true" />}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {furtherSet > 0 ? `Filters (${furtherSet})` : 'Filters'}
        </Button>
        {Object.keys(values).length > 0 && (
          <Button variant="ghost" size="sm" onClick={clear}>
            Clear
          </Button>
        )}
      </Toolbar>
      <div
        className={cx(
          'mb-3 grid gap-3 rounded-lg border border-line bg-surface p-3 sm:grid-cols-2 lg:grid-cols-3 xl:grid-cols-6',
          !open && 'hidden',
        )}
      >
        <Field label="Surface">
          <Select
            name="surface"
            defaultValue={values.surface ?? ''}
            onChange={() => apply()}
            options={[
              { value: '', label: 'Anywhere' },
              ...auditSurfaces.map((one) => ({ value: one, label: surfaceWord[one] ?? one })),
            ]}
          />
        </Field>
        <Field label="Agent">
          <Select
            name="agent"
            defaultValue={values.agent ?? ''}
            onChange={() => apply()}
            options={[{ value: '', label: 'Any agent' }, ...withCurrent(choices.agents, values.agent)]}
          />
        </Field>
        <Field label="Function">
          <Select
            name="tool"
            defaultValue={values.tool ?? ''}
            onChange={() => apply()}
            options={[{ value: '', label: 'Any function' }, ...withCurrent(choices.tools, values.tool)]}
          />
        </Field>
        <Field label="About (id)">
          <Input name="target" defaultValue={values.target ?? ''} maxLength={500} spellCheck={false} />
        </Field>
        <Field label="From (UTC)">
          <Input name="from" type="date" defaultValue={values.from ?? ''} onChange={() => apply()} />
        </Field>
        <Field label="To (UTC)">
          <Input name="to" type="date" defaultValue={values.to ?? ''} onChange={() => apply()} />
        </Field>
        {(['run', 'approval'] as const).map(
          (name) => values[name] !== undefined && <input key={name} type="hidden" name={name} value={values[name]} />,
        )}
        <button type="submit" className="sr-only" tabIndex={-1}>
          Apply
        </button>
      </div>
    </form>
  );
}

const others: readonly SelectOption[] = [
  { value: 'countersign', label: 'Countersign itself' },
  { value: 'gemini', label: 'Gemini' },
  { value: 'unknown', label: 'Somebody unknown' },
];

// An address may name what is not in the list: a deleted agent, a key.
function withCurrent(options: readonly SelectOption[], current: string | undefined): readonly SelectOption[] {
  if (current === undefined || options.some(({ value }) => value === current)) return options;
  return [...options, { value: current, label: current }];
}
