import { z } from 'zod';
import type { ListPosition } from './inbox-store';

/** A list position as an opaque text for an address. */
export function cursorOf({ at, id }: ListPosition): string {
  return Buffer.from(JSON.stringify([at.getTime(), id])).toString('base64url');
}

/** The position that a cursor names; null for none and for one that is not ours. */
export function parseCursor(cursor: string | undefined): ListPosition | null {
  if (!cursor || cursor.length > 300) return null;
  try {
    const parsed = place.safeParse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
    return parsed.success ? { at: new Date(parsed.data[0]), id: parsed.data[1] } : null;
  } catch {
    return null; // not JSON
  }
}

/** Cuts a page out of rows read with one to spare, in the order of the list, with the cursors of its neighbours. */
export function pageFrom<Row>(
  found: readonly Row[],
  size: number,
  side: 'after' | 'before' | null,
  cursor: (row: Row) => string,
): { rows: readonly Row[]; newer: string | null; older: string | null } {
  const goesOn = found.length > size;
  const page = found.slice(0, size);
  const rows = side === 'before' ? page.toReversed() : page;
  const [first] = rows;
  const last = rows.at(-1);
  return {
    rows,
    newer: first !== undefined && (side === 'after' || (side === 'before' && goesOn)) ? cursor(first) : null,
    older: last !== undefined && (side === 'before' || goesOn) ? cursor(last) : null,
  };
}

const place = z.tuple([z.number().int().min(0).max(8.64e15), z.string().max(100)]);
