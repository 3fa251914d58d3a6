import { z } from 'zod';

/** What a button or a modal carries: the approval and the revision that was shown. Nothing else. */
export type Reference = Readonly<{ a: string; r: string }>;

export function buttonValue({ a, r }: Reference): string {
  return JSON.stringify({ v: 1, a, r });
}

const approvalId = z.string().regex(/^apr_[0-9a-z]{10,60}$/);
const value = z.object({ v: z.literal(1), a: approvalId, r: z.string().regex(/^[0-9a-f]{16}$/) });

/** What a button carried; null for anything that is not ours, or of a form of before. */
export function parseButton(text: string | undefined): Reference | null {
  const parsed = value.safeParse(safeJson(text));
  return parsed.success ? { a: parsed.data.a, r: parsed.data.r } : null;
}

/** What a modal keeps: the reference, where the message is that it was opened from, and the changed fields of an edit. */
export type ModalState = Reference &
  Readonly<{ c: string | null; ts: string | null; changes?: readonly (readonly [number, unknown])[] }>;

const modal = value.extend({
  c: z.string().max(40).nullable(),
  ts: z.string().max(40).nullable(),
  changes: z.array(z.tuple([z.number().int().min(0).max(20), z.unknown()])).optional(),
});

export function modalState(state: ModalState): string {
  return JSON.stringify({ v: 1, ...state });
}

/** `private_metadata` holds 3,000 characters. */
export const modalStateMax = 3_000;

export function parseModal(text: string | undefined): ModalState | null {
  const parsed = modal.safeParse(safeJson(text));
  if (!parsed.success) return null;
  const { a, r, c, ts, changes } = parsed.data;
  return { a, r, c, ts, ...(changes ? { changes: changes.map(([index, given]) => [index, given] as const) } : {}) };
}

function safeJson(text: string | undefined): unknown {
  if (text === undefined || text.length > 10_000) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
