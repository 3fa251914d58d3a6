import type { LiveState } from '@/components/ui/live-indicator';

/** What the stream says: which thing changed. Pages read it again with their own rights. */
export type Change = { type: string; id?: string; runId?: string };

type Listener = (change: Change | 'resync') => void;

const longestWaitMs = 15_000;
const offlineAfterMs = 8_000;
// Browsers allow six connections to one host: tabs that nobody looks at give theirs back.
const hiddenAfterMs = 60_000;

let source: EventSource | null = null;
let state: LiveState = 'reconnecting';
let failures = 0;
let lostAt: number | null = null;
let connectedBefore = false;
let retry: ReturnType<typeof setTimeout> | undefined;
let hiding: ReturnType<typeof setTimeout> | undefined;
let escalation: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<Listener>();
const watchers = new Set<() => void>();

/**
 * Hears of changes while at least one listener is there: all of a page share one connection. `resync` comes after a
 * loss: changes may have been missed.
 */
export function listen(listener: Listener): () => void {
  listeners.add(listener);
  if (listeners.size === 1) start();
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) stop();
  };
}

/** Where the connection stands, for `useSyncExternalStore`. */
export function liveState(): LiveState {
  return state;
}

export function watchLiveState(changed: () => void): () => void {
  watchers.add(changed);
  return () => watchers.delete(changed);
}

function start(): void {
  document.addEventListener('visibilitychange', onVisibility);
  window.addEventListener('online', reopen);
  window.addEventListener('offline', onOffline);
  open();
}

function stop(): void {
  document.removeEventListener('visibilitychange', onVisibility);
  window.removeEventListener('online', reopen);
  window.removeEventListener('offline', onOffline);
  clearTimeout(hiding);
  close();
}

function open(): void {
  close();
  const opened = new EventSource('/api/stream');
  source = opened;
  opened.addEventListener('hello', () => {
    failures = 0;
    lostAt = null;
    clearTimeout(escalation);
    become('live');
    if (connectedBefore) tell('resync');
    connectedBefore = true;
  });
  opened.addEventListener('change', (event) => {
    const change = parse(event.data);
    if (change !== null) tell(change);
  });
  opened.addEventListener('error', () => lost(opened));
}

function close(): void {
  clearTimeout(retry);
  clearTimeout(escalation);
  source?.close();
  source = null;
}

function lost(opened: EventSource): void {
  if (opened !== source) return;
  lostAt ??= Date.now();
  become(navigator.onLine && Date.now() - lostAt < offlineAfterMs ? 'reconnecting' : 'offline');
  clearTimeout(escalation);
  escalation = setTimeout(() => lostAt !== null && become('offline'), offlineAfterMs);
  // While it is only interrupted the browser connects again by itself; an answer that is no stream ends it.
  if (opened.readyState !== EventSource.CLOSED) return;
  failures += 1;
  const waitMs = Math.min(longestWaitMs, 500 * 2 ** failures);
  retry = setTimeout(() => void probe(), waitMs * (0.75 + Math.random() / 2));
}

// A session that has ended must lead to the sign-in page, not to a wait without end.
async function probe(): Promise<void> {
  const given = new AbortController();
  try {
    const response = await fetch('/api/stream', { signal: given.signal, cache: 'no-store' });
    if (response.status === 401) return void window.location.reload();
  } catch {
    // no network: the next attempt tells
  } finally {
    given.abort();
  }
  if (listeners.size > 0) open();
}

function reopen(): void {
  open();
}

function onOffline(): void {
  lostAt ??= Date.now();
  become('offline');
}

function onVisibility(): void {
  clearTimeout(hiding);
  if (document.hidden) hiding = setTimeout(close, hiddenAfterMs);
  else if (source === null) open();
}

function become(next: LiveState): void {
  if (state === next) return;
  state = next;
  for (const changed of watchers) changed();
}

function tell(change: Change | 'resync'): void {
  for (const listener of listeners) listener(change);
}

function parse(data: unknown): Change | null {
  try {
    const value: unknown = JSON.parse(String(data));
    return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
      ? (value as Change)
      : null;
  } catch {
    return null;
  }
}
