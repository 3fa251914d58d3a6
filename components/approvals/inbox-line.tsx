import { Avatar } from '@/components/ui/avatar';
import { Countdown } from '@/components/ui/countdown';
import { cx } from '@/components/ui/cx';
import { SafeText } from '@/components/ui/safe-text';
import { DataCell, HeadCell, Row, RowLink, TableHead } from '@/components/ui/table';
import { Tier } from '@/components/ui/tier';
import { Time } from '@/components/ui/time';
import type { ClaimView, InboxRow } from '@/lib/approvals/views';
import { namesInWords } from '@/lib/domain/names';
import { ApprovalStatusMark } from './approval-status';
import type { InboxEntry } from './inbox-list';

/** How a list shows its rows: what is open with its deadline, what is done with its outcome. */
export type LineKind = 'open' | 'done';

type Line = Readonly<{
  row: InboxRow;
  kind: LineKind;
  selectable: boolean;
  /** It left the list while it was on show. */
  gone: boolean;
}>;

/** A row of the inbox for `InboxList`, which places it: made on the server, so that the page stays light. */
export function inboxEntry(line: Line): InboxEntry {
  const { row } = line;
  const { effect, tool, agent, requester, rule, runTitle } = row;
  return {
    id: row.id,
    awaitsResult: row.awaitsResult,
    words: [effect, tool, agent, requester, rule, runTitle].join('\n').toLowerCase(),
    line: <InboxLine {...line} />,
  };
}

/** The heads over the lines of one kind. */
export function InboxHeads({ kind, selectable }: { kind: LineKind; selectable: boolean }) {
  return (
    <TableHead>
      {selectable && (
        <HeadCell className="w-10 px-0 max-md:hidden">
          <span className="sr-only">Select</span>
        </HeadCell>
      )}
      <HeadCell hideBelow="md" className={cx('w-34', selectable && 'md:pl-2')}>
        Risk
      </HeadCell>
      <HeadCell className="max-md:px-1">Request</HeadCell>
      {kind === 'done' ? (
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
  );
}

function InboxLine({ row, kind, selectable, gone }: Line) {
  const done = kind === 'done';
  const left = gone && row.status === 'pending';
  const decided = gone && row.status !== 'pending';
  const by = row.decidedBy.length > 0 ? `${row.byRule ? 'rule ' : ''}${namesInWords(row.decidedBy)}` : null;
  const about = [row.agent, row.requester && `for ${row.requester}`, row.rule, done ? row.reason : null];
  return (
    <Row data-id={row.id} className="h-14 has-[[data-select]:checked]:bg-selected">
      {selectable && (
        <DataCell className="px-0 pl-4 max-md:hidden">
          {!gone && <SelectBox label={`Select: ${row.effect}`} />}
        </DataCell>
      )}
      <DataCell hideBelow="md" className={selectable ? 'md:pl-2' : ''}>
        <Tier tier={row.tier} />
      </DataCell>
      <DataCell className={cx('max-md:whitespace-normal max-md:px-1 max-md:py-2', gone && 'opacity-60')}>
        <div className="max-md:line-clamp-2 md:truncate">
          <RowLink href={`/approvals/${row.id}`}>
            <SafeText>{row.effect}</SafeText>
          </RowLink>
          {row.callsInPause > 1 && !done && (
            <span className="pl-2 text-faint text-sm">{`one of ${row.callsInPause} calls`}</span>
          )}
        </div>
        <div className="truncate text-faint text-sm">
          {row.claim !== null && !gone && <OnIt claim={row.claim} />}
          {about.map(
            (part, place) =>
              part && (
                <span
                  key={['agent', 'requester', 'rule', 'reason'][place]}
                  className="before:content-['·'] before:px-1.5 first:before:hidden"
                >
                  <SafeText>{part}</SafeText>
                </span>
              ),
          )}
        </div>
        <div className="flex flex-wrap gap-x-4 pt-0.5 text-sm md:hidden">
          <Tier tier={row.tier} />
          {done || decided ? (
            <ApprovalStatusMark status={row.status} changed={row.changed} />
          ) : left ? (
            'Waits for others'
          ) : (
            <Countdown deadline={row.deadline} />
          )}
        </div>
      </DataCell>
      {done ? (
        <>
          <DataCell hideBelow="md">
            <Outcome row={row} by={by} />
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
          <DataCell hideBelow="md" muted={left}>
            {decided ? (
              <Outcome row={row} by={by} />
            ) : left ? (
              'Waits for others'
            ) : (
              <Countdown deadline={row.deadline} suffix="" />
            )}
          </DataCell>
          <DataCell hideBelow="md" align="right" muted>
            {decided ? '' : `${row.approvals} of ${row.approvalsNeeded}`}
          </DataCell>
        </>
      )}
    </Row>
  );
}

function OnIt({ claim }: { claim: ClaimView }) {
  return (
    <span className="text-muted">
      <Avatar name={claim.name} size="sm" className="mr-1.5 align-text-bottom" />
      {claim.name} is on it
    </span>
  );
}

function Outcome({ row, by }: { row: InboxRow; by: string | null }) {
  return (
    <>
      <ApprovalStatusMark status={row.status} changed={row.changed} />
      {by !== null && <div className="truncate text-faint text-sm">{by}</div>}
    </>
  );
}

// The list hears of it by its event; it needs no script of its own.
function SelectBox({ label }: { label: string }) {
  return (
    <label className="relative z-1 grid size-5 place-items-center">
      <span className="sr-only">{label}</span>
      <input
        data-select
        type="checkbox"
        className="peer size-4 appearance-none rounded-sm border border-line-control bg-surface checked:border-ink checked:bg-ink hover:border-muted"
      />
      <svg
        aria-hidden="true"
        viewBox="0 0 16 16"
        className="pointer-events-none absolute hidden size-4 text-inverse peer-checked:block"
      >
        <path d="m4 8.25 2.75 2.75L12 5.25" fill="none" stroke="currentColor" strokeWidth="1.75" />
      </svg>
    </label>
  );
}
