import { z } from 'zod';
import type { AuditPlace } from '@/lib/audit/search-store';
import { invalidInput } from '@/lib/http';

const time = z.int().min(0).max(8.64e15);

/** Where a page ended, for the next to begin: the last row's place in the order newest first. */
export type Place = Readonly<{ at: Date; id: string }>;

/** A place as an opaque text. */
export function cursorOf({ at, id }: Place): string {
  return Buffer.from(JSON.stringify([at.getTime(), id])).toString('base64url');
}

/** The place that a cursor of ours stands for. Throws `invalid_input` for any other text. */
export function parseCursor(cursor: string): Place {
  const [at, id] = parseWith(z.tuple([time, z.string().regex(/^[a-z0-9_]{1,64}$/)]), cursor);
  return { at: new Date(at), id };
}

/** The same for lines of history. */
export function auditCursor({ at, sequence }: AuditPlace): string {
  return Buffer.from(JSON.stringify([at.getTime(), String(sequence)])).toString('base64url');
}

export function parseAuditCursor(cursor: string): AuditPlace {
  const [at, sequence] = parseWith(z.tuple([time, z.string().regex(/^\d{1,18}$/)]), cursor);
  return { at: new Date(at), sequence: BigInt(sequence) };
}

/** What comes after a place, newest first: one condition that an index on (createdAt, id) can follow. */
export function after({ at, id }: Place): {
  createdAt: { lte: Date };
  OR: [{ createdAt: { lt: Date } }, { id: { lt: string } }];
} {
  return { createdAt: { lte: at }, OR: [{ createdAt: { lt: at } }, { id: { lt: id } }] };
}

function parseWith<T>(schema: z.ZodType<T>, cursor: string): T {
  const read = schema.safeParse(decoded(cursor));
  if (read.success) return read.data;
  throw invalidInput([
    { path: '/cursor', message: 'Not a cursor of this list. Give next_cursor exactly as you got it.' },
  ]);
}

function decoded(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}
