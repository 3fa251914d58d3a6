'use client';

import type { Route } from 'next';
import { useRouter } from 'next/navigation';
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useRef, useState } from 'react';
import { useListGuard } from '@/components/shell/use-list-guard';
import { useRowFocus } from '@/components/shell/use-row-focus';
import { useShortcuts } from '@/components/shell/use-shortcuts';
import { Button } from '@/components/ui/button';
import { cx } from '@/components/ui/cx';
import { SearchInput } from '@/components/ui/search-input';
import { SegmentedControl } from '@/components/ui/segmented-control';
import { HeadCell, Table, TableBody, TableHead } from '@/components/ui/table';
import { Toolbar } from '@/components/ui/toolbar';
import type { InboxOrder, InboxRow, InboxTab, ReviewActions } from '@/lib/approvals/views';
import { InboxLine } from './inbox-line';

const SelectionBar = lazy(() => import('./selection-bar'));

type Known = ReadonlyMap<string, InboxRow>;

/**
 * The rows of a list that is read again and again while somebody works on it. What stands keeps its place: new rows wait
 * behind a button, and a row that was decided elsewhere stays, marked, until the list is shown anew.
 */
export function InboxList({
  tab,
  order,
  orderHrefs,
  rows,
  awaitingResult,
  mayVote,
  findRows,
  vote,
  empty,
}: {
  tab: InboxTab;
  order: InboxOrder;
  orderHrefs: Record<InboxOrder, string>;
  rows: readonly InboxRow[];
  awaitingResult: readonly InboxRow[];
  mayVote: boolean;
  findRows: (ids: readonly string[]) => Promise<readonly InboxRow[]>;
  vote: ReviewActions['vote'];
  empty: ReactNode;
}) {
  const router = useRouter();
  const current = useMemo(() => [...awaitingResult, ...rows], [awaitingResult, rows]);
  const [shown, setShown] = useState(() => ({ rows: current, ids: idsOf(current), known: asMap(current) }));
  const [left, setLeft] = useState<Known>(new Map());
  const [filter, setFilter] = useState('');
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
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

  const showAll = () => {
    setShown({ rows: current, ids: idsOf(current), known: asMap(current) });
    setSelected(new Set());
  };

  const lines = shown.ids.flatMap((id) => {
    const row = now.get(id) ?? left.get(id) ?? shown.known.get(id);
    return row && matches(row, filter) ? [{ row, gone: !now.has(id) && left.has(id) }] : [];
  });
  const reports = lines.filter(({ row }) => awaits(row, shown.known));
  const requests = lines.filter(({ row }) => !awaits(row, shown.known));

  const ready = useListGuard(shown.ids.join(' '));
  const focusedRow = useRowFocus(list);
  const act = (what: 'approve' | 'reject') => {
    const id = focusedRow()?.dataset.id;
    if (id !== undefined) router.push(`/approvals/${id}?act=${what}` as Route);
  };
  const toggle = (id: string) => {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    setSelected(next);
  };
  useShortcuts(
    {
      a: () => act('approve'),
      r: () => act('reject'),
      x: () => {
        const id = focusedRow()?.dataset.id;
        if (id !== undefined && selectable) toggle(id);
      },
    },
    { ready },
  );
  useShortcuts({ '/': () => search.current?.focus() });

  const selectable = mayVote && tab !== 'done';
  const chosen = requests.filter(({ row, gone: isGone }) => selected.has(row.id) && !isGone).map(({ row }) => row);

  return (
    <>
      <Toolbar
        label="Filter"
        className="py-3"
        end={
          tab !== 'done' && (
            <SegmentedControl
              label="Order"
              value={order}
              options={[
                { value: 'newest', label: 'Newest' },
                { value: 'due', label: 'Due first' },
              ]}
              onValueChange={(next) => router.push(orderHrefs[next] as Route)}
            />
          )
        }
      >
        <SearchInput
          ref={search}
          label="Filter this list"
          kbd="/"
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
        />
        <span role="status" className="min-w-0">
          {fresh > 0 && (
            <Button size="sm" onClick={showAll}>
              {fresh === 1 ? '1 new' : `${fresh} new`}
            </Button>
          )}
          {fresh === 0 && gone.length > 0 && (
            <Button size="sm" variant="ghost" onClick={showAll}>
              Clear what is done
            </Button>
          )}
        </span>
      </Toolbar>
      {shown.ids.length === 0 && empty}
      {shown.ids.length > 0 && lines.length === 0 && (
        <p className="py-16 text-center text-muted">Nothing in this list matches “{filter}”.</p>
      )}
      <div ref={list} className="grid gap-6">
        {reports.length > 0 && (
          <section aria-labelledby="reports">
            <h2 id="reports" className="pb-1 font-semibold">
              Carried out by hand: record what happened
            </h2>
            <Lines
              label="Approved, result awaited"
              tab="done"
              lines={reports}
              selectable={false}
              selected={selected}
              onToggle={toggle}
            />
          </section>
        )}
        {requests.length > 0 && (
          <section aria-label="Requests">
            <Lines
              label="Requests"
              tab={tab}
              lines={requests}
              selectable={selectable}
              selected={selected}
              onToggle={toggle}
            />
          </section>
        )}
      </div>
      {chosen.length > 0 && (
        <Suspense fallback={null}>
          <SelectionBar rows={chosen} vote={vote} onClear={() => setSelected(new Set())} />
        </Suspense>
      )}
    </>
  );
}

function Lines({
  label,
  tab,
  lines,
  selectable,
  selected,
  onToggle,
}: {
  label: string;
  tab: InboxTab;
  lines: readonly { row: InboxRow; gone: boolean }[];
  selectable: boolean;
  selected: ReadonlySet<string>;
  onToggle: (id: string) => void;
}) {
  return (
    <Table label={label}>
      <TableHead>
        {selectable && (
          <HeadCell className="w-10 px-0 max-md:hidden">
            <span className="sr-only">Select</span>
          </HeadCell>
        )}
        <HeadCell className={cx('w-9 md:w-34', selectable && 'md:pl-2')}>
          <span className="max-md:sr-only">Risk</span>
        </HeadCell>
        <HeadCell>Request</HeadCell>
        {tab === 'done' ? (
          <>
            <HeadCell className="w-44" hideBelow="md">
              Outcome
            </HeadCell>
            <HeadCell className="w-24 md:w-28" align="right">
              When
            </HeadCell>
          </>
        ) : (
          <>
            <HeadCell className="w-28" hideBelow="lg">
              Waiting since
            </HeadCell>
            <HeadCell className="w-36" hideBelow="md">
              Deadline
            </HeadCell>
            <HeadCell className="w-20" align="right" hideBelow="md">
              Votes
            </HeadCell>
          </>
        )}
      </TableHead>
      <TableBody>
        {lines.map(({ row, gone }) => (
          <InboxLine
            key={row.id}
            row={row}
            done={tab === 'done'}
            gone={gone}
            selection={selectable ? { on: selected.has(row.id), toggle: () => onToggle(row.id) } : null}
          />
        ))}
      </TableBody>
    </Table>
  );
}

// A row stays in the part of the page in which it was first shown.
function awaits(row: InboxRow, known: Known): boolean {
  return (known.get(row.id) ?? row).awaitsResult;
}

function matches(row: InboxRow, filter: string): boolean {
  const wanted = filter.trim().toLowerCase();
  if (wanted === '') return true;
  return [row.effect, row.tool, row.agent, row.requester, row.rule, row.runTitle].some((text) =>
    text?.toLowerCase().includes(wanted),
  );
}

function idsOf(rows: readonly InboxRow[]): readonly string[] {
  return rows.map((row) => row.id);
}

function asMap(rows: readonly InboxRow[]): Known {
  return new Map(rows.map((row) => [row.id, row]));
}
