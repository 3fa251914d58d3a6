'use client';

import { useEffect, useRef } from 'react';
import { addShortcuts, type ShortcutMap } from './shortcuts';

const always = () => true;

/**
 * Binds keys while the component is mounted: `{ j: next, 'g i': toInbox, 'mod+enter': submit }`. A held key fires once,
 * and plain keys do nothing while someone types, while a dialog or menu is open, or when they are turned off. A key
 * pressed while `ready()` is false is swallowed: pass the guard of `useListGuard` for keys that decide. Pass `inDialog` from inside a dialog, for the keys that are its own.
 */
export function useShortcuts(
  map: ShortcutMap,
  {
    enabled = true,
    ready = always,
    inDialog = false,
  }: { enabled?: boolean; ready?: () => boolean; inDialog?: boolean } = {},
): void {
  const latest = useRef({ map, ready });
  useEffect(() => {
    latest.current = { map, ready };
  });
  const names = Object.keys(map).join('\n');
  useEffect(() => {
    if (!enabled || names === '') return;
    const bound: ShortcutMap = Object.fromEntries(
      names.split('\n').map((name) => [name, (event: KeyboardEvent) => latest.current.map[name]?.(event)]),
    );
    return addShortcuts(bound, () => latest.current.ready(), inDialog);
  }, [enabled, names, inDialog]);
}
