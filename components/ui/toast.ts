import type { Tone } from './tone';

export type ToastOptions = {
  description?: string;
  tone?: Tone;
  /** One thing to do about it, such as *Undo*. */
  action?: { label: string; onSelect: () => void };
  durationMs?: number;
  /** A toast with the id of one on show replaces it. */
  id?: string;
};

export type Toast = ToastOptions & { message: string };

const SHOWN_MS = 5000;

let show: ((toast: Toast) => void) | null = null;
let waiting: Toast[] = [];
let wanted = false;
const listeners = new Set<() => void>();

/**
 * Says what just happened in a corner of the window, for 5 s unless told otherwise. For news that may be missed; what
 * must be read belongs in a `Banner`. Callable from any client code; the `Toaster` in the shell shows it.
 */
export function toast(message: string, options: ToastOptions = {}): void {
  const item = { durationMs: SHOWN_MS, ...options, message };
  if (show !== null) {
    show(item);
    return;
  }
  waiting = [...waiting, item];
  wanted = true;
  for (const listener of listeners) listener();
}

/** For the toaster: whether anything was ever to be shown, which is when its code is fetched. */
export function subscribeToWanted(changed: () => void): () => void {
  listeners.add(changed);
  return () => listeners.delete(changed);
}

export function isWanted(): boolean {
  return wanted;
}

/** For the toaster: takes over showing, starting with what waited for it. */
export function takeToasts(showToast: (toast: Toast) => void): () => void {
  show = showToast;
  for (const item of waiting) showToast(item);
  waiting = [];
  return () => {
    show = null;
  };
}
