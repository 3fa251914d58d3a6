import { ApprovalStatusMark } from '@/components/approvals/approval-status';
import { Link } from '@/components/ui/link';
import { Panel } from '@/components/ui/panel';
import { SafeText } from '@/components/ui/safe-text';
import { DataCell, HeadCell, Row, RowLink, Table, TableBody, TableHead } from '@/components/ui/table';
import { Time } from '@/components/ui/time';
import type { ApprovalStatus } from '@/lib/domain/approval';

/** The latest calls of a function, and what came of them. */
export function RecentCalls({
  name,
  calls,
}: {
  name: string;
  calls: readonly { approvalId: string; at: Date; effect: string; status: ApprovalStatus }[];
}) {
  return (
    <Panel
      title="Recent calls"
      flush
      actions={<Link href={`/runs?tool=${encodeURIComponent(name)}`}>All runs with it</Link>}
    >
      <Table label="Recent calls">
        <TableHead>
          <HeadCell>Call</HeadCell>
          <HeadCell className="w-36">Outcome</HeadCell>
          <HeadCell className="w-28" align="right" hideBelow="sm">
            Asked
          </HeadCell>
        </TableHead>
        <TableBody>
          {calls.map((call) => (
            <Row key={call.approvalId}>
              <DataCell>
                <RowLink href={`/approvals/${call.approvalId}`} className="block truncate">
                  <SafeText>{call.effect}</SafeText>
                </RowLink>
              </DataCell>
              <DataCell>
                <ApprovalStatusMark status={call.status} />
              </DataCell>
              <DataCell align="right" muted hideBelow="sm">
                <Time value={call.at} />
              </DataCell>
            </Row>
          ))}
        </TableBody>
      </Table>
    </Panel>
  );
}
