'use client';

import { type RefObject, useCallback, useEffect, useRef } from 'react';

const OVERLAP_PX = 40; // two lines stay on show from one screenful to the next

/**
 * For keys that decide on one of several cards: whether all of the card around `element` has been on screen, clear of
 * the bars, since it became `active`, and stands there now as far as it fits. Where it has not, shows the next part of
 * it and answers no: the first key shows, the next one acts.
 */
export function useSeen(element: RefObject<HTMLElement | null>, active: boolean): () => boolean {
  const seenTo = useRef(0);
  const look = useCallback(() => {
    const card = element.current?.closest('li');
    if (!card) return null;
    const view = viewOf(card);
    if (view.from <= seenTo.current + 1) seenTo.current = Math.max(seenTo.current, view.to);
    return view;
  }, [element]);
  useEffect(() => {
    if (!active) return;
    seenTo.current = 0;
    look();
    window.addEventListener('scroll', look, { passive: true });
    window.addEventListener('resize', look);
    return () => {
      window.removeEventListener('scroll', look);
      window.removeEventListener('resize', look);
    };
  }, [active, look]);
  return useCallback(() => {
    const view = look();
    if (view === null) return true;
    const { from, to, height } = view;
    const room = to - from;
    const bottomShows = to >= height - 1;
    if (height <= room ? bottomShows && from <= 1 : bottomShows && seenTo.current >= height - 1) return true;
    const wanted = height <= room || from < 0 ? 0 : Math.max(0, seenTo.current - OVERLAP_PX);
    window.scrollBy(0, Math.min(wanted, Math.max(0, height - room)) - from);
    return false;
  }, [look]);
}

// What of the card is on screen, in px from its top: the bars at the window's edges cover the rest.
function viewOf(card: HTMLElement): { from: number; to: number; height: number } {
  const { top, height } = card.getBoundingClientRect();
  const head = document.querySelector('[data-head]')?.getBoundingClientRect().bottom ?? 0;
  const foot = document.querySelector('[data-foot]')?.getBoundingClientRect().top ?? window.innerHeight;
  return { from: head - top, to: foot - top, height };
}
