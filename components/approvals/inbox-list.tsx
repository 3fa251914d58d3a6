'use client';

import type { Route } from 'next';
import { useRouter } from 'next/navigation';
import {
  type FormEvent,
  Fragment,
  type KeyboardEvent,
  lazy,
  type ReactNode,
  Suspense,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useListGuard } from '@/components/shell/use-list-guard';
import { useRowFocus } from '@/components/shell/use-row-focus';
import { useShortcuts } from '@/components/shell/use-shortcuts';
import { cx } from '@/components/ui/cx';
import type { ClaimActions, TogetherActions } from '@/lib/approvals/views';

const SelectionBar = lazy(() => import('./selection-bar'));

/** One row: what the list must know of it, and the row itself as the server made it. */
export type InboxEntry = Readonly<{
  id: string;
  awaitsResult: boolean;
  words: string; // what the filter looks in, in lower case
  line: ReactNode;
}>;

// As a small button of ours; the button itself would weigh more than the rest of the list.
const buttonLook = 'h-7 rounded-md border px-2 font-medium text-sm hover:bg-hover pointer-coarse:h-9';

type Known = ReadonlyMap<string, InboxEntry>;

/**
 * The rows of a list that is read again and again while somebody works on it. What stands keeps its place: new rows wait
 * behind a button, and a row that was decided elsewhere stays, marked, until the list is shown anew. The rows come made
 * from the server, and this imports no component that it can do without: it is part of the first load.
 */
export function InboxList({
  rows,
  awaitingResult,
  heads,
  filterMarks,
  orders,
  selectable,
  findRows,
  together,
  claim,
  empty,
}: {
  rows: readonly InboxEntry[];
  /** Approved calls whose result somebody must type; they stand in a part of their own. */
  awaitingResult: readonly InboxEntry[];
  heads: { requests: ReactNode; results: ReactNode };
  /** Stand inside the filter box. */
  filterMarks: ReactNode;
  orders: ReactNode;
  selectable: boolean;
  /** What became of rows that have left the list. */
  findRows: (ids: readonly string[]) => Promise<readonly InboxEntry[]>;
  together: TogetherActions;
  claim: ClaimActions['claim'];
  empty: ReactNode;
}) {
  const router = useRouter();
  const current = useMemo(() => [...awaitingResult, ...rows], [awaitingResult, rows]);
  const [shown, setShown] = useState(() => ({ rows: current, ids: idsOf(current), known: asMap(current) }));
  const [left, setLeft] = useState<Known>(new Map());
  const [filter, setFilter] = useState('');
  const [selected, setSelected] = useState<readonly string[]>([]);
  const list = useRef<HTMLDivElement>(null);
  const search = useRef<HTMLInputElement>(null);

  if (shown.rows !== current) {
    // An empty list has no place that could move, so what comes is shown at once.
    const ids = shown.ids.length === 0 ? idsOf(current) : shown.ids;
    setShown({ rows: current, ids, known: new Map([...shown.known, ...asMap(current)]) });
  }
  const fresh = current.filter((row) => !shown.ids.includes(row.id)).length;
  const now = asMap(current);
  const gone = shown.ids.filter((id) => !now.has(id));
  const goneKey = gone.join(' ');

  useEffect(() => {
    if (goneKey === '') return;
    let wanted = true;
    void findRows(goneKey.split(' ')).then((found) => wanted && setLeft(asMap(found)));
    return () => {
      wanted = false;
    };
  }, [goneKey, findRows]);

  const readSelection = () =>
    setSelected(
      [...(list.current?.querySelectorAll<HTMLInputElement>('[data-select]:checked') ?? [])].flatMap(
        (box) => box.closest<HTMLElement>('[data-id]')?.dataset.id ?? [],
      ),
    );
  const clearSelection = () => {
    for (const box of list.current?.querySelectorAll<HTMLInputElement>('[data-select]:checked') ?? [])
      box.checked = false;
    setSelected([]);
  };
  const showAll = () => {
    setShown({ rows: current, ids: idsOf(current), known: asMap(current) });
    clearSelection();
  };

  const wanted = filter.trim().toLowerCase();
  const lines = shown.ids.flatMap((id) => {
    const row = now.get(id) ?? left.get(id) ?? shown.known.get(id);
    return row?.words.includes(wanted) ? [row] : [];
  });
  // A row stays in the part of the page in which it was first shown.
  const isResult = (row: InboxEntry) => (shown.known.get(row.id) ?? row).awaitsResult;
  const results = lines.filter(isResult);
  const requests = lines.filter((row) => !isResult(row));

  const ready = useListGuard(shown.ids.join(' '));
  const focusedRow = useRowFocus(list);
  const act = (what: 'approve' | 'reject' | 'snooze') => {
    const id = focusedRow()?.dataset.id;
    if (id !== undefined) router.push(`/approvals/${id}?act=${what}` as Route);
  };
  useShortcuts(
    {
      a: () => act('approve'),
      r: () => act('reject'),
      s: () => act('snooze'),
      c: () => {
        const id = focusedRow()?.dataset.id;
        if (id !== undefined) void import('./claim-row').then(({ claimRow }) => claimRow(claim, id));
      },
      x: () => focusedRow()?.querySelector<HTMLInputElement>('[data-select]')?.click(),
    },
    { ready },
  );
  useShortcuts({ '/': () => search.current?.focus() });
  // Into the list, with the filter kept; or empty the box, then leave it.
  const leaveSearch = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Escape') {
      if (filter === '') event.currentTarget.blur();
      setFilter('');
    } else if ((event.key === 'Enter' || event.key === 'ArrowDown') && !event.nativeEvent.isComposing) {
      event.preventDefault();
      list.current?.querySelector<HTMLElement>('[data-row-link]')?.focus();
    }
  };

  const chosen = requests.filter((row) => selected.includes(row.id) && now.has(row.id));

  return (
    <>
      <fieldset aria-label="Filter" className="flex min-h-14 flex-wrap items-center gap-2 py-3">
        <span className="relative max-xs:w-full">
          <input
            ref={search}
            type="search"
            aria-label="Filter this list"
            aria-keyshortcuts="/"
            placeholder="Filter this list"
            autoComplete="off"
            value={filter}
            onChange={(event) => setFilter(event.target.value)}
            onKeyDown={leaveSearch}
            className="h-8 w-56 min-w-0 rounded-md border border-line-control bg-surface pr-9 pl-8 hover:border-muted focus-visible:border-focus focus-visible:outline-1 focus-visible:outline-offset-0 pointer-coarse:h-10 pointer-coarse:text-lg max-xs:w-full"
          />
          {filterMarks}
        </span>
        <span role="status" className="min-w-0">
          {fresh > 0 && (
            <button type="button" className={cx(buttonLook, 'border-line-strong bg-surface')} onClick={showAll}>
              {`${fresh} new`}
            </button>
          )}
          {fresh === 0 && gone.length > 0 && (
            <button type="button" className={cx(buttonLook, 'border-transparent text-muted')} onClick={showAll}>
              Clear what is done
            </button>
          )}
        </span>
        <div className="ml-auto">{orders}</div>
      </fieldset>
      {shown.ids.length === 0 && empty}
      {shown.ids.length > 0 && lines.length === 0 && (
        <p className="py-16 text-center text-muted">Nothing in this list matches “{filter}”.</p>
      )}
      <div
        ref={list}
        className="grid gap-6"
        onChange={(event: FormEvent) =>
          event.target instanceof HTMLInputElement && 'select' in event.target.dataset && readSelection()
        }
      >
        {results.length > 0 && (
          <section aria-labelledby="results">
            <h2 id="results" className="pb-1 font-semibold">
              Carried out by hand: record what happened
            </h2>
            <Lines label="Approved, result awaited" heads={heads.results} lines={results} />
          </section>
        )}
        {requests.length > 0 && (
          <section aria-label="Requests">
            <Lines label="Requests" heads={heads.requests} lines={requests} />
          </section>
        )}
      </div>
      {selectable && selected.length > 0 && (
        <Suspense fallback={null}>
          <SelectionBar rows={chosen} together={together} onClear={clearSelection} />
        </Suspense>
      )}
    </>
  );
}

function Lines({ label, heads, lines }: { label: string; heads: ReactNode; lines: readonly InboxEntry[] }) {
  return (
    <table aria-label={label} className="w-full table-fixed border-separate border-spacing-0 text-left">
      {heads}
      <tbody>
        {lines.map((row) => (
          <Fragment key={row.id}>{row.line}</Fragment>
        ))}
      </tbody>
    </table>
  );
}

function idsOf(rows: readonly InboxEntry[]): readonly string[] {
  return rows.map((row) => row.id);
}

function asMap(rows: readonly InboxEntry[]): Known {
  return new Map(rows.map((row) => [row.id, row]));
}
