'use client';

import { type RefObject, useCallback } from 'react';
import { useShortcuts } from './use-shortcuts';

/**
 * `J` and `K` move the focus through the row links inside `list`; Enter then is the link's own. Returns
 * the row element that holds the focus, for keys that act on it.
 */
export function useRowFocus(
  list: RefObject<HTMLElement | null>,
  { enabled = true }: { enabled?: boolean } = {},
): () => HTMLElement | null {
  const move = useCallback(
    (by: 1 | -1) => {
      const links = [...(list.current?.querySelectorAll<HTMLElement>('[data-row-link]') ?? [])].filter(
        (link) => link.offsetParent !== null,
      );
      const at = links.findIndex((link) => rowOf(link)?.contains(document.activeElement));
      const next = links[at < 0 ? (by > 0 ? 0 : links.length - 1) : Math.max(0, Math.min(links.length - 1, at + by))];
      if (next === undefined) return;
      next.focus({ preventScroll: true, focusVisible: true } as FocusOptions);
      const row = rowOf(next) ?? next;
      // What takes much of the window is read from its top.
      row.scrollIntoView({ block: row.offsetHeight > window.innerHeight / 3 ? 'start' : 'nearest' });
    },
    [list],
  );
  useShortcuts({ j: () => move(1), k: () => move(-1) }, { enabled });
  return useCallback(() => {
    const active = document.activeElement;
    return active instanceof HTMLElement && list.current?.contains(active) ? rowOf(active) : null;
  }, [list]);
}

function rowOf(element: HTMLElement): HTMLElement | null {
  return element.closest<HTMLElement>('[data-row], tr, li');
}
