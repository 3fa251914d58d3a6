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
          <HeadCell className="w-32">Status</HeadCell>
          <HeadCell>Run</HeadCell>
          <HeadCell className="w-40" hideBelow="md">
            Agent
          </HeadCell>
          <HeadCell className="w-48" hideBelow="lg">
            Requester
          </HeadCell>
          <HeadCell className="w-28" align="right" hideBelow="sm">
            Started
          </HeadCell>
          <HeadCell className="w-32" align="right" hideBelow="lg">
            Took
          </HeadCell>
        </TableHead>
        <TableBody>
          {rows.map((run) => (
            <Row key={run.id}>
              <DataCell>
                <RunStatusMark status={run.status} />
              </DataCell>
              <DataCell>
                <RowLink href={`/runs/${run.id}`}>
                  <SafeText>{run.title === '' ? run.id : run.title}</SafeText>
                </RowLink>
              </DataCell>
              <DataCell muted hideBelow="md">
                {run.agent !== null ? <SafeText>{run.agent}</SafeText> : <span className="text-faint">–</span>}
              </DataCell>
              <DataCell muted hideBelow="lg">
                {run.requester !== null ? <SafeText>{run.requester}</SafeText> : <span className="text-faint">–</span>}
              </DataCell>
              <DataCell align="right" muted hideBelow="sm">
                <Time value={run.createdAt} />
              </DataCell>
              <DataCell align="right" muted hideBelow="lg">
                {run.endedAt !== null
                  ? durationWords(run.endedAt.getTime() - run.createdAt.getTime())
                  : run.pending > 0 && (
                      <span className="text-warning">
                        {run.pending === 1 ? '1 call waits' : `${run.pending} calls wait`}
                      </span>
                    )}
              </DataCell>
            </Row>
          ))}
        </TableBody>
      </Table>
    </div>
  );
}
