'use client';

import { useRouter } from 'next/navigation';
import { lazy, Suspense, useCallback, useEffect, useRef, useState, useTransition } from 'react';
import { useRowFocus } from '@/components/shell/use-row-focus';
import { Button } from '@/components/ui/button';
import { Panel } from '@/components/ui/panel';
import { SafeText } from '@/components/ui/safe-text';
import { Status } from '@/components/ui/status';
import { DataCell, HeadCell, Row, RowLink, Table, TableBody, TableHead } from '@/components/ui/table';
import { Time } from '@/components/ui/time';
import type { AuditRow } from '@/lib/audit/views';
import { outcomeLook, surfaceWord } from './wording';

const EntryDrawer = lazy(() => import('./entry-drawer'));

/**
 * Lines of history, newest first; `J` and `K` move, Enter opens one beside the list. What is on show stays where it is:
 * what has come since waits behind a button. `query` is the filter as it stands in the address, `since` the place on top
 * of the first page; null: another page.
 */
export function AuditList({
  rows,
  query,
  since,
  entry,
}: {
  rows: readonly AuditRow[];
  query: string;
  since: string | null;
  entry: string | null;
}) {
  const router = useRouter();
  const list = useRef<HTMLDivElement>(null);
  useRowFocus(list);
  const [held, setHeld] = useState({ rows, since });
  const [reading, startReading] = useTransition();
  const asked = useRef(false);
  const waiting = useNewLines(query, held.since);
  useEffect(() => {
    if (reading || !asked.current) return;
    asked.current = false;
    setHeld({ rows, since });
  }, [reading, rows, since]);

  const [open, setOpen] = useState(entry);
  const show = useCallback((id: string | null) => {
    setOpen(id);
    // The line on show is part of the address, so that it can be sent to somebody.
    const params = new URLSearchParams(window.location.search);
    if (id === null) params.delete('entry');
    else params.set('entry', id);
    window.history.replaceState(null, '', `/audit${params.size > 0 ? `?${params}` : ''}`);
  }, []);
  const close = () => {
    const last = open;
    show(null);
    // The drawer gives the focus back to where it came from; by then another line may have been on show.
    setTimeout(() => list.current?.querySelector<HTMLElement>(`[data-entry="${last}"] [data-row-link]`)?.focus());
  };
  const at = held.rows.findIndex(({ id }) => id === open);
  const step = (by: 1 | -1) => {
    const next = at < 0 ? undefined : held.rows[at + by];
    if (next) show(next.id);
  };

  return (
    <>
      <div role="status" className={waiting.count > 0 ? 'mb-3' : 'sr-only'}>
        {waiting.count > 0 && (
          <Button
            size="sm"
            className="w-full"
            loading={reading}
            onClick={() => {
              asked.current = true;
              startReading(() => router.refresh());
            }}
          >
            {`${waiting.count}${waiting.more ? '+' : ''} new`}
          </Button>
        )}
      </div>
      {held.rows.length > 0 && (
        <div ref={list}>
          <Panel flush className="overflow-clip">
            <Table label="History">
              <TableHead>
                <HeadCell className="w-28 max-sm:w-20">When</HeadCell>
                <HeadCell className="w-44" hideBelow="sm">
                  Who
                </HeadCell>
                <HeadCell>What</HeadCell>
                <HeadCell className="w-32" hideBelow="md">
                  Outcome
                </HeadCell>
                <HeadCell className="w-28" hideBelow="lg">
                  Where
                </HeadCell>
                <HeadCell className="w-44 max-2xl:hidden">Action</HeadCell>
              </TableHead>
              <TableBody>
                {held.rows.map((row) => (
                  <Row
                    key={row.id}
                    data-entry={row.id}
                    selected={row.id === open}
                    className="h-9 [&>td]:h-9 max-sm:[&>td]:py-2 max-sm:[&>td]:align-top"
                  >
                    <DataCell muted className="max-sm:pr-1">
                      <Time value={row.at} />
                    </DataCell>
                    <DataCell hideBelow="sm">
                      <SafeText>{row.actor.name}</SafeText>
                    </DataCell>
                    <DataCell className="max-sm:whitespace-normal">
                      <RowLink
                        href={`/audit?${query}${query === '' ? '' : '&'}entry=${row.id}`}
                        className="font-normal max-sm:line-clamp-3"
                        onNavigate={(event) => {
                          event.preventDefault();
                          show(row.id);
                        }}
                      >
                        <span className="font-medium sm:sr-only">
                          <SafeText>{row.actor.name}</SafeText>{' '}
                        </span>
                        <SafeText>{row.sentence}</SafeText>
                        {row.about !== null && (
                          <span className="text-faint">
                            {' · '}
                            <SafeText>{row.about}</SafeText>
                          </span>
                        )}
                      </RowLink>
                    </DataCell>
                    <DataCell hideBelow="md">
                      {row.outcome !== null && (
                        <Status tone={outcomeLook[row.outcome].tone} glyph={outcomeLook[row.outcome].glyph}>
                          {outcomeLook[row.outcome].word}
                        </Status>
                      )}
                    </DataCell>
                    <DataCell hideBelow="lg" muted>
                      {row.surface !== null && (surfaceWord[row.surface] ?? row.surface)}
                    </DataCell>
                    <DataCell mono muted className="max-2xl:hidden">
                      {row.action}
                    </DataCell>
                  </Row>
                ))}
              </TableBody>
            </Table>
          </Panel>
        </div>
      )}
      {open !== null && (
        <Suspense fallback={null}>
          <EntryDrawer
            id={open}
            onClose={close}
            previous={at > 0 ? () => step(-1) : null}
            next={at >= 0 && at < held.rows.length - 1 ? () => step(1) : null}
          />
        </Suspense>
      )}
    </>
  );
}

const askEveryMs = 5_000;

/** How many lines have come since; asked for now and then while somebody looks. */
function useNewLines(query: string, since: string | null): { count: number; more: boolean } {
  const [answer, setAnswer] = useState({ since, count: 0, more: false });
  useEffect(() => {
    if (since === null) return;
    const stop = new AbortController();
    const ask = async () => {
      if (document.visibilityState !== 'visible') return;
      const found = await fetch(`/audit/new?${query}&since=${since}`, { signal: stop.signal }).catch(() => null);
      if (found?.ok) setAnswer({ since, ...((await found.json()) as { count: number; more: boolean }) });
    };
    const timer = setInterval(() => void ask(), askEveryMs);
    return () => {
      clearInterval(timer);
      stop.abort();
    };
  }, [query, since]);
  return answer.since === since ? answer : { count: 0, more: false };
}
