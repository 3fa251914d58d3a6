import { Bot, Plus } from 'lucide-react';
import type { Metadata } from 'next';
import { AgentTabs } from '@/components/admin/agents/agent-tabs';
import { LiveTopic } from '@/components/live/live-topic';
import { ButtonLink } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { Panel } from '@/components/ui/panel';
import { Status } from '@/components/ui/status';
import { DataCell, HeadCell, Row, RowLink, Table, TableBody, TableHead } from '@/components/ui/table';
import { Time } from '@/components/ui/time';
import { listAgents } from '@/lib/agents/queries';
import { requirePerson } from '@/lib/auth';
import { can } from '@/lib/domain/person';
import { holdsInForce } from '@/lib/holds/store';
import { services } from '@/lib/services';

export const metadata: Metadata = { title: 'Agents' };

export default async function AgentsPage() {
  const viewer = await requirePerson('runs.read');
  const manage = can(viewer, 'agents.manage');
  const [agents, holds] = await Promise.all([listAgents(services(), viewer), holdsInForce(services().db.prisma)]);
  const stopped = new Set(holds.flatMap(({ scope, key }) => (scope === 'agent' ? [key] : [])));
  const add = (
    <ButtonLink href="/agents/new" variant="primary" icon={<Plus aria-hidden="true" />}>
      Add an agent
    </ButtonLink>
  );
  return (
    <>
      <AgentTabs at="agents" actions={manage && agents.length > 0 && add} />
      {agents.length === 0 ? (
        <EmptyState title="No agents yet" icon={<Bot />} action={manage && add}>
          An agent keeps what Gemini forgets between a call and its approval: model, tools, instruction. Add one, then
          start runs with it through the API.
        </EmptyState>
      ) : (
        <Panel flush className="mb-8 overflow-clip">
          <Table label="Agents">
            <TableHead>
              <HeadCell>Name</HeadCell>
              <HeadCell className="w-56" hideBelow="md">
                Runs on
              </HeadCell>
              <HeadCell className="w-24" align="right" hideBelow="sm">
                Functions
              </HeadCell>
              <HeadCell className="w-36" hideBelow="lg">
                Runs of others
              </HeadCell>
              <HeadCell className="w-20" align="right" hideBelow="lg">
                Version
              </HeadCell>
              <HeadCell className="w-28" align="right">
                Changed
              </HeadCell>
            </TableHead>
            <TableBody>
              {agents.map((agent) => (
                <Row key={agent.id} className="h-14">
                  <DataCell>
                    <span className="flex items-center gap-2 leading-5">
                      <RowLink href={`/agents/${agent.id}`} className="truncate">
                        {agent.name}
                      </RowLink>
                      {stopped.has(agent.id) && (
                        <Status tone="warning" glyph="slash" className="text-xs">
                          Stopped
                        </Status>
                      )}
                      {agent.archivedAt !== null && (
                        <Status glyph="slash" className="text-xs">
                          Archived
                        </Status>
                      )}
                    </span>
                    <span className="block truncate text-faint text-sm leading-5">{agent.description}</span>
                  </DataCell>
                  <DataCell mono muted hideBelow="md">
                    {agent.target}
                  </DataCell>
                  <DataCell align="right" hideBelow="sm">
                    {agent.functions}
                  </DataCell>
                  <DataCell muted hideBelow="lg">
                    {agent.adoptForeign ? 'Adopted' : 'Shown only'}
                  </DataCell>
                  <DataCell align="right" muted hideBelow="lg">
                    {agent.version}
                  </DataCell>
                  <DataCell align="right" muted>
                    <Time value={agent.updatedAt} />
                  </DataCell>
                </Row>
              ))}
            </TableBody>
          </Table>
        </Panel>
      )}
      <LiveTopic types={['agents']} />
    </>
  );
}
