'use client';

import type { Route } from 'next';
import { useRouter } from 'next/navigation';
import { type FormEvent, type RefObject, useRef, useTransition } from 'react';
import { useShortcuts } from './use-shortcuts';

/**
 * A form whose fields are the filters of a list and stand in the address of the page at `path`. `apply` goes to what they
 * say, empty ones left out; `clear` to the list without any. `/` leads to the search box.
 */
export function useFilterForm(path: string): {
  form: RefObject<HTMLFormElement | null>;
  search: RefObject<HTMLInputElement | null>;
  busy: boolean;
  apply: (event?: FormEvent) => void;
  clear: () => void;
} {
  const router = useRouter();
  const form = useRef<HTMLFormElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const [busy, start] = useTransition();
  useShortcuts({ '/': () => search.current?.focus() });
  const go = (query: string) => start(() => router.push((query === '' ? path : `${path}?${query}`) as Route));
  const apply = (event?: FormEvent) => {
    event?.preventDefault();
    if (form.current === null) return;
    const params = new URLSearchParams();
    for (const [name, entry] of new FormData(form.current)) {
      if (typeof entry === 'string' && entry.trim() !== '') params.set(name, entry.trim());
    }
    go(params.toString());
  };
  return { form, search, busy, apply, clear: () => go('') };
}
