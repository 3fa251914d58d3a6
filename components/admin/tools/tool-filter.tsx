'use client';

import { useFilterForm } from '@/components/shell/use-filter-form';
import { Button } from '@/components/ui/button';
import { SearchInput } from '@/components/ui/search-input';
import { Toolbar } from '@/components/ui/toolbar';

/** Which functions to show, by words. They stand in the address. */
export function ToolFilter({ words }: { words: string }) {
  const { form, search, busy, apply, clear } = useFilterForm('/agents/tools');
  return (
    <form ref={form} onSubmit={apply} aria-busy={busy}>
      <Toolbar label="Filter" className="pb-3">
        <SearchInput
          key={words}
          ref={search}
          name="q"
          label="Function, sentence or agent"
          kbd="/"
          maxLength={200}
          defaultValue={words}
          className="w-72"
        />
        {words !== '' && (
          <Button variant="ghost" size="sm" onClick={clear}>
            Clear
          </Button>
        )}
      </Toolbar>
    </form>
  );
}
