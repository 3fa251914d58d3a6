'use client';

import { Checkbox } from '@/components/ui/checkbox';
import { Countdown } from '@/components/ui/countdown';
import { cx } from '@/components/ui/cx';
import { SafeText } from '@/components/ui/safe-text';
import { DataCell, Row, RowLink } from '@/components/ui/table';
import { Tier } from '@/components/ui/tier';
import { Time } from '@/components/ui/time';
import type { InboxRow } from '@/lib/approvals/views';
import { ApprovalStatusMark } from './approval-status';
import { namesInWords } from './wording';

/** One request of a list: what it would do, who asks, why a person is asked, how long there is. */
export function InboxLine({
  row,
  done,
  gone,
  selection,
}: {
  row: InboxRow;
  done: boolean;
  /** It left the list while it was on show. */
  gone: boolean;
  selection: { on: boolean; toggle: () => void } | null;
}) {
  const decided = gone && row.status !== 'pending';
  const by = row.decidedBy.length > 0 ? `${row.byRule ? 'rule ' : ''}${namesInWords(row.decidedBy)}` : null;
  return (
    <Row data-id={row.id} selected={selection?.on ?? false} className="h-14">
      {selection !== null && (
        <DataCell className="relative px-0 pl-4 max-md:hidden">
          <span className="relative z-1 grid place-items-start">
            <Checkbox
              label={`Select: ${row.effect}`}
              labelHidden
              checked={selection.on}
              disabled={gone}
              onChange={selection.toggle}
            />
          </span>
        </DataCell>
      )}
      <DataCell className={cx('max-md:pr-0 max-md:pl-2', selection !== null && 'md:pl-2')}>
        <Tier tier={row.tier} className="max-md:hidden" />
        <Tier tier={row.tier} compact className="md:hidden" />
      </DataCell>
      <DataCell className={cx('max-md:whitespace-normal max-md:py-2', gone && 'opacity-60')}>
        <div className="max-md:line-clamp-2 md:truncate">
          <RowLink href={`/approvals/${row.id}`}>
            <SafeText>{row.effect}</SafeText>
          </RowLink>
          {row.callsInPause > 1 && !done && (
            <span className="pl-2 text-faint text-sm">{`one of ${row.callsInPause} calls`}</span>
          )}
        </div>
        <div className="truncate text-faint text-sm">
          {[row.agent, row.requester && `for ${row.requester}`, row.rule].map(
            (part, place) =>
              part && (
                <span
                  key={['agent', 'requester', 'rule'][place]}
                  className="before:content-['·'] before:px-1.5 first:before:hidden"
                >
                  <SafeText>{part}</SafeText>
                </span>
              ),
          )}
          {done && row.reason && (
            <span className="before:content-['·'] before:px-1.5">
              <SafeText>{row.reason}</SafeText>
            </span>
          )}
        </div>
        <div className="pt-0.5 text-sm md:hidden">
          {done || decided ? (
            <ApprovalStatusMark status={row.status} changed={row.changed} />
          ) : (
            <Countdown deadline={row.deadline} />
          )}
        </div>
      </DataCell>
      {done ? (
        <>
          <DataCell hideBelow="md">
            <ApprovalStatusMark status={row.status} changed={row.changed} />
            {by !== null && <div className="truncate text-faint text-sm">{by}</div>}
          </DataCell>
          <DataCell align="right" muted>
            {row.decidedAt && <Time value={row.decidedAt} />}
          </DataCell>
        </>
      ) : (
        <>
          <DataCell hideBelow="lg" muted>
            <Time value={row.createdAt} />
          </DataCell>
          <DataCell hideBelow="md">
            {decided ? (
              <ApprovalStatusMark status={row.status} changed={row.changed} />
            ) : (
              <Countdown deadline={row.deadline} suffix="" />
            )}
            {decided && by !== null && <div className="truncate text-faint text-sm">{by}</div>}
          </DataCell>
          <DataCell hideBelow="md" align="right" muted>
            {decided ? '' : `${row.approvals} of ${row.approvalsNeeded}`}
          </DataCell>
        </>
      )}
    </Row>
  );
}
