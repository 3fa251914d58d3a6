import { SquareFunction } from 'lucide-react';
import type { Metadata } from 'next';
import { AgentTabs } from '@/components/admin/agents/agent-tabs';
import { DescribeFunction } from '@/components/admin/tools/describe-function';
import { ToolFilter } from '@/components/admin/tools/tool-filter';
import { LiveTopic } from '@/components/live/live-topic';
import { Banner } from '@/components/ui/banner';
import { EmptyState } from '@/components/ui/empty-state';
import { Panel } from '@/components/ui/panel';
import { Status } from '@/components/ui/status';
import { DataCell, HeadCell, Row, RowLink, Table, TableBody, TableHead } from '@/components/ui/table';
import { Tier } from '@/components/ui/tier';
import { Time } from '@/components/ui/time';
import { requirePerson } from '@/lib/auth';
import { can } from '@/lib/domain/person';
import { services } from '@/lib/services';
import { listTools } from '@/lib/tools/queries';

export const metadata: Metadata = { title: 'Functions' };

export default async function ToolsPage({ searchParams }: { searchParams: Promise<Record<string, unknown>> }) {
  const viewer = await requirePerson('runs.read');
  const manage = can(viewer, 'agents.manage');
  const { q } = await searchParams;
  const words = typeof q === 'string' ? q.trim().slice(0, 200) : '';
  const { tools, undescribed: unknown, known } = await listTools(services(), viewer, words);
  return (
    <>
      <AgentTabs at="tools" actions={manage && <DescribeFunction />} />
      {unknown > 0 && manage && (
        <Banner
          tone="warning"
          className="mb-4"
          title={unknown === 1 ? 'One function is not described' : `${unknown} functions are not described`}
        >
          Until somebody says what a function does, it counts as costly and one person must decide each call.
        </Banner>
      )}
      {known > 0 && <ToolFilter words={words} />}
      {known > 0 && tools.length === 0 ? (
        <EmptyState title="No function fits these words" icon={<SquareFunction />}>
          Look for a part of its name, of its sentence, or of the name of an agent that offers it.
        </EmptyState>
      ) : tools.length === 0 ? (
        <EmptyState title="No functions yet" icon={<SquareFunction />} action={manage && <DescribeFunction />}>
          Functions appear here when an agent declares them or a call of one arrives. You can also describe one before.
        </EmptyState>
      ) : (
        <Panel flush className="mb-8 overflow-clip">
          <Table label="Functions">
            <TableHead>
              <HeadCell>Function</HeadCell>
              <HeadCell className="w-36">Risk</HeadCell>
              <HeadCell className="w-28" hideBelow="md">
                Result
              </HeadCell>
              <HeadCell className="w-48" hideBelow="lg">
                Offered by
              </HeadCell>
              <HeadCell className="w-20" align="right" hideBelow="md">
                Calls
              </HeadCell>
              <HeadCell className="w-28" align="right" hideBelow="sm">
                Last call
              </HeadCell>
            </TableHead>
            <TableBody>
              {tools.map((tool) => (
                <Row key={tool.name} className="h-14">
                  <DataCell>
                    <span className="flex min-w-0 items-center gap-2 leading-5">
                      <RowLink
                        href={`/agents/tools/${encodeURIComponent(tool.name)}`}
                        className="truncate font-mono text-sm"
                      >
                        {tool.name}
                      </RowLink>
                      {tool.stopped && (
                        <Status tone="warning" glyph="slash" className="text-xs">
                          Stopped
                        </Status>
                      )}
                    </span>
                    <span className="block truncate text-faint text-sm leading-5">
                      {tool.settings?.effectTemplate ||
                        (tool.settings === null ? 'Not described' : 'No effect sentence')}
                    </span>
                  </DataCell>
                  <DataCell>
                    {tool.settings === null ? (
                      <Status tone="warning" glyph="question">
                        Unknown
                      </Status>
                    ) : (
                      <Tier tier={tool.settings.tier} />
                    )}
                  </DataCell>
                  <DataCell muted hideBelow="md">
                    {tool.settings?.fulfilment === 'manual' ? 'By hand' : 'Decision'}
                  </DataCell>
                  <DataCell muted hideBelow="lg">
                    {tool.agents.length === 0 ? 'No agent here' : tool.agents.join(', ')}
                  </DataCell>
                  <DataCell align="right" muted hideBelow="md">
                    {tool.calls}
                  </DataCell>
                  <DataCell align="right" muted hideBelow="sm">
                    {tool.seenAt === null ? 'Never' : <Time value={tool.seenAt} />}
                  </DataCell>
                </Row>
              ))}
            </TableBody>
          </Table>
        </Panel>
      )}
      <LiveTopic types={['agents', 'holds']} />
    </>
  );
}
