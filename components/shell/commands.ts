'use client';

import { useEffect } from 'react';

export type Command = { id: string; label: string; group: string; kbd?: string; href?: string; run?: () => void };

/** A place that was found for what somebody typed. `detail` says how it stands, in a word. */
export type Place = { id: string; label: string; group: string; detail: string; href: string };

let current: readonly Command[] = [];
const sources = new Map<symbol, readonly Command[]>();
const listeners = new Set<() => void>();

/** Offers commands in the palette while the component is mounted: what can be done on this page, or places to open. */
export function useCommands(commands: readonly Command[]): void {
  useEffect(() => {
    const source = Symbol();
    sources.set(source, commands);
    publish();
    return () => {
      sources.delete(source);
      publish();
    };
  }, [commands]);
}

/** For the palette: what the page offers now. */
export function readCommands(): readonly Command[] {
  return current;
}

export function subscribeToCommands(changed: () => void): () => void {
  listeners.add(changed);
  return () => listeners.delete(changed);
}

function publish(): void {
  current = [...sources.values()].flat();
  for (const listener of listeners) listener();
}
