'use client';

import { Bookmark, Trash2 } from 'lucide-react';
import { type FormEvent, useState, useTransition } from 'react';
import { Button } from '@/components/ui/button';
import { CopyButton } from '@/components/ui/copy-button';
import { IconButton } from '@/components/ui/icon-button';
import { Input } from '@/components/ui/input';
import { Link } from '@/components/ui/link';
import { Popover } from '@/components/ui/popover';
import { toast } from '@/components/ui/toast';
import type { SavedView } from '@/lib/audit/saved-views';

type Answer = { ok: boolean; message: string };

/** The person's own named filters. Each is an address, so it can be sent to somebody else who reads the history. */
export function SavedViews({
  views,
  query,
  save,
  remove,
}: {
  views: readonly SavedView[];
  query: string; // the filter on show
  save: (name: string, query: string) => Promise<Answer>;
  remove: (id: string) => Promise<Answer>;
}) {
  const current = views.find((view) => view.query === query && query !== '');
  const [name, setName] = useState('');
  const [busy, start] = useTransition();
  const tell = (answer: Answer) => toast(answer.message, { tone: answer.ok ? 'success' : 'danger' });
  const onSave = (event: FormEvent) => {
    event.preventDefault();
    start(async () => {
      const answer = await save(name, query);
      tell(answer);
      if (answer.ok) setName('');
    });
  };
  return (
    <Popover
      label="Saved views"
      align="end"
      className="w-80"
      button={{
        size: 'sm',
        icon: <Bookmark aria-hidden="true" />,
        children: <span className="max-w-32 truncate">{current?.name ?? 'Views'}</span>,
      }}
    >
      <div className="grid gap-3">
        {views.length === 0 ? (
          <p className="text-muted text-sm">A view is a filter under a name. Set filters, then save them here.</p>
        ) : (
          <ul className="max-h-72 overflow-y-auto">
            {views.map((view) => (
              <li key={view.id} className="flex min-h-9 items-center gap-1">
                <Link
                  quiet
                  href={`/audit?${view.query}`}
                  aria-current={view === current ? 'true' : undefined}
                  className="min-w-0 flex-1 truncate py-1 aria-[current=true]:font-medium"
                >
                  {view.name}
                </Link>
                <CopyAddress name={view.name} query={view.query} />
                <IconButton
                  size="sm"
                  label={`Remove ${view.name}`}
                  icon={<Trash2 />}
                  onClick={() => start(async () => tell(await remove(view.id)))}
                />
              </li>
            ))}
          </ul>
        )}
        <form onSubmit={onSave} className="flex gap-2 border-line border-t pt-3">
          <Input
            aria-label="Name of the view"
            placeholder={query === '' ? 'Set a filter first' : 'Save this filter as'}
            value={name}
            disabled={query === ''}
            maxLength={60}
            onChange={(event) => setName(event.target.value)}
          />
          <Button type="submit" size="md" loading={busy} disabled={query === '' || name.trim() === ''}>
            Save
          </Button>
        </form>
      </div>
    </Popover>
  );
}

function CopyAddress({ name, query }: { name: string; query: string }) {
  const address = typeof window === 'undefined' ? '' : `${window.location.origin}/audit?${query}`;
  return <CopyButton value={address} label={`Copy the address of ${name}`} />;
}
