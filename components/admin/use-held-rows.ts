'use client';

import { useState } from 'react';

/**
 * Keeps a list still while new rows arrive at its head: what is on show stays where it is, and is brought up to date;
 * what is new waits until `showNew`. Give the component a key that changes with the page or filter on show.
 */
export function useHeldRows<Row extends { id: string }>(rows: readonly Row[]) {
  const [held, setHeld] = useState(rows);
  const [known, setKnown] = useState(rows);
  if (known !== rows) {
    setKnown(rows);
    const fresh = new Map(rows.map((row) => [row.id, row]));
    setHeld(held.length === 0 ? rows : held.map((row) => fresh.get(row.id) ?? row));
  }
  const shown = new Set(held.map((row) => row.id));
  const waiting = rows.filter((row) => !shown.has(row.id)).length;
  return { rows: held, waiting, showNew: () => setHeld(rows) };
}
