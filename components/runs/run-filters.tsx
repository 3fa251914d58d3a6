'use client';

import { useState } from 'react';
import { useFilterForm } from '@/components/shell/use-filter-form';
import { Button } from '@/components/ui/button';
import { cx } from '@/components/ui/cx';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { SearchInput } from '@/components/ui/search-input';
import { Select } from '@/components/ui/select';
import { Toolbar } from '@/components/ui/toolbar';
import { runStatuses } from '@/lib/domain/run';
import { runLook } from './wording';

export type RunFilterValues = Readonly<
  Record<'status' | 'agent' | 'text' | 'tool' | 'requester' | 'from' | 'to', string>
>;

/** Which runs to show. Choices take effect at once, words when they are sent; all of it stands in the address. */
export function RunFilters({
  value,
  agents,
  tools,
}: {
  value: RunFilterValues;
  agents: readonly { id: string; name: string }[];
  tools: readonly string[];
}) {
  const { form, search, busy, apply, clear } = useFilterForm('/runs');
  const any = Object.values(value).some((one) => one !== '');
  const further = [value.tool, value.requester, value.from, value.to].filter((one) => one !== '').length;
  const [open, setOpen] = useState(further > 0);
  return (
    <form ref={form} onSubmit={apply} aria-busy={busy}>
      <Toolbar label="Filter" className="pb-3">
        <SearchInput ref={search} name="text" label="Words in the title" kbd="/" defaultValue={value.text} />
        <Select
          name="status"
          aria-label="Status"
          defaultValue={value.status}
          onChange={() => apply()}
          className="w-40"
          options={[
            { value: '', label: 'Any status' },
            ...runStatuses.map((status) => ({ value: status, label: runLook[status].word })),
          ]}
        />
        <Select
          name="agent"
          aria-label="Agent"
          defaultValue={value.agent}
          onChange={() => apply()}
          className="w-48"
          options={[{ value: '', label: 'Any agent' }, ...agents.map(({ id, name }) => ({ value: id, label: name }))]}
        />
        <Button variant="ghost" size="sm" aria-expanded={open} onClick={() => setOpen(!open)}>
          {further > 0 ? `More filters (${further})` : 'More filters'}
        </Button>
        {any && (
          <Button variant="ghost" size="sm" onClick={clear}>
            Clear
          </Button>
        )}
      </Toolbar>
      <div
        className={cx(
          'mb-3 grid gap-3 rounded-lg border border-line bg-surface p-3 sm:grid-cols-2 lg:grid-cols-4',
          !open && 'hidden',
        )}
      >
        <Field label="Function">
          <Select
            name="tool"
            defaultValue={value.tool}
            onChange={() => apply()}
            options={[
              { value: '', label: 'Any function' },
              ...(value.tool === '' || tools.includes(value.tool) ? tools : [...tools, value.tool]).map((name) => ({
                value: name,
                label: name,
              })),
            ]}
          />
        </Field>
        <Field label="Requester">
          <Input name="requester" defaultValue={value.requester} maxLength={320} spellCheck={false} />
        </Field>
        <Field label="From (UTC)">
          <Input name="from" type="date" defaultValue={value.from} onChange={() => apply()} />
        </Field>
        <Field label="To (UTC)">
          <Input name="to" type="date" defaultValue={value.to} onChange={() => apply()} />
        </Field>
        <button type="submit" className="sr-only" tabIndex={-1}>
          Apply
        </button>
      </div>
    </form>
  );
}
