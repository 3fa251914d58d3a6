'use client';

import type { Route } from 'next';
import { useRouter } from 'next/navigation';
import { useTransition } from 'react';
import { Button } from '@/components/ui/button';
import { Select } from '@/components/ui/select';
import { Spinner } from '@/components/ui/spinner';
import { Toolbar } from '@/components/ui/toolbar';
import { type Outcome, outcomeText } from './outcome';

/** Filters by type and outcome; the address keeps them. */
export function EventFilters({ type, outcome, types }: { type: string; outcome: string; types: readonly string[] }) {
  const router = useRouter();
  const [busy, start] = useTransition();
  const go = (next: { type: string; outcome: string }) => {
    const query = new URLSearchParams(Object.entries(next).filter(([, value]) => value !== ''));
    start(() => router.push(`/events${query.size > 0 ? `?${query}` : ''}` as Route));
  };
  return (
    <Toolbar label="Filters" className="mb-3">
      <Select
        aria-label="Type"
        className="w-64 max-w-full"
        value={type}
        onChange={(event) => go({ type: event.target.value, outcome })}
        options={[{ value: '', label: 'All types' }, ...types.map((one) => ({ value: one, label: one }))]}
      />
      <Select
        aria-label="Outcome"
        className="w-40 max-w-full"
        value={outcome}
        onChange={(event) => go({ type, outcome: event.target.value })}
        options={[
          { value: '', label: 'All outcomes' },
          ...(Object.keys(outcomeText) as Outcome[]).map((one) => ({ value: one, label: outcomeText[one].word })),
        ]}
      />
      {(type !== '' || outcome !== '') && (
        <Button variant="ghost" onClick={() => go({ type: '', outcome: '' })}>
          Clear
        </Button>
      )}
      {busy && <Spinner />}
    </Toolbar>
  );
}
