'use client';

import { useRef } from 'react';
import { useRowFocus } from '@/components/shell/use-row-focus';
import { SafeText } from '@/components/ui/safe-text';
import { DataCell, HeadCell, Row, RowLink, Table, TableBody, TableHead } from '@/components/ui/table';
import { Time } from '@/components/ui/time';
import type { RunRow } from '@/lib/runs/views';
import { RunStatusMark } from './run-status';
import { durationWords } from './wording';

/** Runs, one a line; `J` and `K` move, Enter opens. */
export function RunTable({ rows }: { rows: readonly RunRow[] }) {
  const list = useRef<HTMLDivElement>(null);
  useRowFocus(list);
  return (
    <div ref={list}>
      <Table label="Runs">
        <TableHead>
          <HeadCell>Run</HeadCell>
          <HeadCell className="w-36" hideBelow="md">
            Status
          </HeadCell>
          <HeadCell className="w-28" align="right" hideBelow="md">
            Started
          </HeadCell>
          <HeadCell className="w-28" align="right" hideBelow="lg">
            Took
          </HeadCell>
        </TableHead>
        <TableBody>
          {rows.map((run) => (
            <Row key={run.id} className="h-14">
              <DataCell className="max-md:whitespace-normal max-md:py-2">
                <div className="max-md:line-clamp-2 md:truncate">
                  <RowLink href={`/runs/${run.id}`}>
                    <SafeText>{run.title === '' ? run.id : run.title}</SafeText>
                  </RowLink>
                </div>
                <About run={run} />
                <div className="flex flex-wrap gap-x-4 pt-0.5 text-sm md:hidden">
                  <RunStatusMark status={run.status} />
                  <Waiting pending={run.pending} />
                  <span className="text-faint">
                    <Time value={run.createdAt} />
                  </span>
                </div>
              </DataCell>
              <DataCell hideBelow="md">
                <RunStatusMark status={run.status} />
                <div className="truncate text-sm">
                  <Waiting pending={run.pending} />
                </div>
              </DataCell>
              <DataCell align="right" muted hideBelow="md">
                <Time value={run.createdAt} />
              </DataCell>
              <DataCell align="right" muted hideBelow="lg">
                {run.endedAt !== null && durationWords(run.endedAt.getTime() - run.createdAt.getTime())}
              </DataCell>
            </Row>
          ))}
        </TableBody>
      </Table>
    </div>
  );
}

function About({ run }: { run: RunRow }) {
  const parts = [run.agent, run.requester && `for ${run.requester}`].filter((part) => part !== null && part !== '');
  return (
    <div className="truncate text-faint text-sm">
      {parts.map((part) => (
        <span key={part} className="before:px-1.5 before:content-['·'] first:before:hidden">
          <SafeText>{part ?? ''}</SafeText>
        </span>
      ))}
    </div>
  );
}

function Waiting({ pending }: { pending: number }) {
  if (pending === 0) return null;
  return <span className="text-warning">{pending === 1 ? '1 call waits' : `${pending} calls wait`}</span>;
}
