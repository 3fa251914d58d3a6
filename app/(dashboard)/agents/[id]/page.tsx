import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { AgentForm } from '@/components/admin/agents/agent-form';
import { AgentProfile } from '@/components/admin/agents/agent-profile';
import { ArchiveAgent } from '@/components/admin/agents/archive-agent';
import { HoldSwitch } from '@/components/holds/hold-switch';
import { Banner } from '@/components/ui/banner';
import { PageHeader } from '@/components/ui/page-header';
import { Time } from '@/components/ui/time';
import { findAgent } from '@/lib/agents/queries';
import { requirePerson } from '@/lib/auth';
import { can } from '@/lib/domain/person';
import { holdsInForce } from '@/lib/holds/store';
import { services } from '@/lib/services';

export const metadata: Metadata = { title: 'Agent' };

export default async function AgentPage({ params }: { params: Promise<{ id: string }> }) {
  const viewer = await requirePerson('runs.read');
  const agent = await findAgent(services(), viewer, (await params).id);
  if (agent === null) notFound();
  const manage = can(viewer, 'agents.manage');
  const held = (await holdsInForce(services().db.prisma)).some(
    ({ scope, key }) => scope === 'agent' && key === agent.id,
  );
  const { profile } = agent;
  const json = (value: unknown) => (value === undefined ? '' : JSON.stringify(value, null, 2));
  return (
    <>
      <PageHeader
        back={{ href: '/agents', label: 'Agents' }}
        title={agent.name}
        subtitle={
          <>
            Version {agent.version}, changed <Time value={agent.updatedAt} />. Runs that have begun keep the version
            they began with.
          </>
        }
        actions={
          manage && (
            <>
              <HoldSwitch scope="agent" holdKey={agent.id} name={agent.name} held={held} />
              <ArchiveAgent id={agent.id} name={agent.name} archived={agent.archivedAt !== null} />
            </>
          )
        }
      />
      {agent.archivedAt !== null && (
        <Banner tone="info" title="This agent is archived" className="mb-4 max-w-3xl">
          Nothing new starts with it, and it adopts no runs. Runs that have begun go on.
        </Banner>
      )}
      {manage ? (
        <AgentForm
          key={agent.version}
          saved={{ id: agent.id, version: agent.version }}
          draft={{
            name: agent.name,
            description: agent.description,
            kind: profile.model === undefined ? 'agent' : 'model',
            target: profile.model ?? profile.agent_id ?? '',
            tools: profile.tools.length === 0 ? '' : json(profile.tools),
            systemInstruction: profile.system_instruction ?? '',
            generationConfig: json(profile.generation_config),
            agentConfig: json(profile.agent_config),
            environment: json(profile.environment),
            adoptForeign: agent.adoptForeign,
          }}
        />
      ) : (
        <AgentProfile agent={agent} />
      )}
    </>
  );
}
