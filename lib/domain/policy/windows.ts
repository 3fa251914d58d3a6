import type { Json, JsonObject } from '../json';
import type { Lookup } from './document';

/** A past call, as lookups see it. */
export type PastCall = Readonly<{
  tool: string;
  arguments: JsonObject;
  at: Date;
  allowed: boolean;
  agentId: string | null;
  runId: string;
  requester: string | null;
}>;

export type Windows = Readonly<{
  /** What the lookups would have said when this call came: of the calls before it alone. */
  read: (call: PastCall) => Readonly<Record<string, number>>;
  /** Counts a call from now on. Calls come in the order of their time. */
  add: (call: PastCall) => void;
}>;

/**
 * Answers a policy's lookups for calls that are gone through in the order of their time, without asking the database for each:
 * what lib/policies/lookups-store.ts answers for one call. A test holds the two together.
 */
export function countWindows(lookups: Readonly<Record<string, Lookup>>): Windows {
  const kept = Object.entries(lookups).map(([name, lookup]) => ({ name, lookup, windows: new Map<string, Window>() }));
  return {
    read: (call) =>
      Object.fromEntries(
        kept.flatMap(({ name, lookup, windows }): [string, number][] => {
          const key = keyOf(lookup, lookup.tool === 'same' ? call.tool : lookup.tool, call);
          if (key === null) return [];
          const window = windows.get(key);
          if (window === undefined) return [[name, 0]];
          prune(window, call.at.getTime() - lookup.minutes * 60_000);
          if (window.unread > 0) return [];
          return [[name, lookup.sum === undefined ? window.calls.length - window.first : window.total]];
        }),
      ),
    add: (call) => {
      for (const { lookup, windows } of kept) {
        if (lookup.tool !== 'same' && lookup.tool !== call.tool) continue;
        if (lookup.of === 'allowed' && !call.allowed) continue;
        const key = keyOf(lookup, call.tool, call);
        if (key === null) continue;
        const window = windows.get(key) ?? { calls: [], first: 0, total: 0, unread: 0 };
        windows.set(key, window);
        const amount = lookup.sum === undefined ? 0 : amountAt(call.arguments, lookup.sum.split('.'));
        window.calls.push({ at: call.at.getTime(), amount });
        window.total += amount ?? 0;
        window.unread += amount === null ? 1 : 0;
      }
    },
  };
}

type Window = { calls: { at: number; amount: number | null }[]; first: number; total: number; unread: number };

function prune(window: Window, since: number): void {
  for (let call = window.calls[window.first]; call && call.at <= since; call = window.calls[window.first]) {
    window.total -= call.amount ?? 0;
    window.unread -= call.amount === null ? 1 : 0;
    window.first += 1;
  }
  if (window.first < 1000) return;
  window.calls.splice(0, window.first);
  window.first = 0;
}

function keyOf({ within }: Lookup, tool: string, call: PastCall): string | null {
  switch (within) {
    case 'everything':
      return tool;
    case 'run':
      return `${tool} ${call.runId}`;
    case 'agent':
      return call.agentId === null ? null : `${tool} ${call.agentId}`;
    case 'requester':
      return call.requester === null ? null : `${tool} ${call.requester.trim().toLowerCase()}`;
  }
}

function amountAt(args: JsonObject, path: readonly string[]): number | null {
  const value = path.reduce<Json | undefined>(
    (at, key) =>
      typeof at === 'object' && at !== null && !Array.isArray(at) && Object.hasOwn(at, key)
        ? (at as JsonObject)[key]
        : undefined,
    args,
  );
  return typeof value === 'number' ? Math.max(value, 0) : null;
}
