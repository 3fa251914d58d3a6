'use client';

import type { Route } from 'next';
import { useRouter } from 'next/navigation';
import { type FormEvent, useRef, useTransition } from 'react';
import { useShortcuts } from '@/components/shell/use-shortcuts';
import { Button } from '@/components/ui/button';
import { SearchInput } from '@/components/ui/search-input';
import { Select } from '@/components/ui/select';
import { Toolbar } from '@/components/ui/toolbar';
import { runStatuses } from '@/lib/domain/run';
import { runLook } from './wording';

export type RunFilterValues = { status: string; agent: string; text: string };

/** Which runs to show. Choices take effect at once, words when they are sent; all of it stands in the address. */
export function RunFilters({
  value,
  agents,
}: {
  value: RunFilterValues;
  agents: readonly { id: string; name: string }[];
}) {
  const router = useRouter();
  const form = useRef<HTMLFormElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const [busy, startBusy] = useTransition();
  useShortcuts({ '/': () => search.current?.focus() });

  const apply = (event?: FormEvent) => {
    event?.preventDefault();
    if (form.current === null) return;
    const params = new URLSearchParams();
    for (const [name, entry] of new FormData(form.current)) {
      if (typeof entry === 'string' && entry.trim() !== '') params.set(name, entry.trim());
    }
    const text = params.toString();
    startBusy(() => router.push((text === '' ? '/runs' : `/runs?${text}`) as Route));
  };
  const any = value.status !== '' || value.agent !== '' || value.text !== '';
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
        {any && (
          <Button variant="ghost" size="sm" onClick={() => startBusy(() => router.push('/runs' as Route))}>
            Clear
          </Button>
        )}
      </Toolbar>
    </form>
  );
}
