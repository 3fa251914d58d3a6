'use client';

import { useHeldRows } from '@/components/admin/use-held-rows';
import { Button } from '@/components/ui/button';
import { Panel } from '@/components/ui/panel';
import { SafeText } from '@/components/ui/safe-text';
import { DataCell, HeadCell, Row, RowLink, Table, TableBody, TableHead } from '@/components/ui/table';
import { Time } from '@/components/ui/time';
import { EventOutcome, type Outcome } from './outcome';

export type ShownEvent = Readonly<{
  id: string;
  receivedAt: Date;
  type: string | null;
  outcome: Outcome;
  message: string | null;
  interactionId: string | null;
}>;

/** Deliveries, newest first. On the newest page new ones wait behind a button, so that nothing moves under the hand. */
export function EventsTable({ events, full }: { events: readonly ShownEvent[]; full: boolean }) {
  const { rows, waiting, showNew } = useHeldRows(events);
  return (
    <>
      <div role="status" className={waiting > 0 ? 'mb-3' : 'sr-only'}>
        {waiting > 0 && (
          <Button size="sm" className="w-full" onClick={showNew}>
            {`${waiting}${full && waiting === events.length ? '+' : ''} new`}
          </Button>
        )}
      </div>
      <Panel flush className="overflow-clip">
        <Table label="Events">
          <TableHead>
            <HeadCell>Event</HeadCell>
            <HeadCell className="w-72" hideBelow="lg">
              Interaction
            </HeadCell>
            <HeadCell className="w-32">Outcome</HeadCell>
            <HeadCell className="w-28" align="right" hideBelow="sm">
              Received
            </HeadCell>
          </TableHead>
          <TableBody>
            {rows.map((event) => (
              <Row key={event.id} className="h-14">
                <DataCell>
                  <RowLink href={`/events/${encodeURIComponent(event.id)}`} className="block truncate leading-5">
                    <SafeText>{event.type ?? 'Unreadable'}</SafeText>
                  </RowLink>
                  <span className="block truncate text-faint text-sm leading-5">
                    <span className="sm:hidden">
                      <Time value={event.receivedAt} />
                      {' · '}
                    </span>
                    <span className="font-mono text-xs">
                      <SafeText>{event.id}</SafeText>
                    </span>
                  </span>
                </DataCell>
                <DataCell hideBelow="lg" mono muted>
                  {event.interactionId !== null && <SafeText>{event.interactionId}</SafeText>}
                </DataCell>
                <DataCell>
                  <EventOutcome outcome={event.outcome} />
                </DataCell>
                <DataCell align="right" muted hideBelow="sm">
                  <Time value={event.receivedAt} />
                </DataCell>
              </Row>
            ))}
          </TableBody>
        </Table>
      </Panel>
    </>
  );
}
