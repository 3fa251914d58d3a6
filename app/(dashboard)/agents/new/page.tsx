import type { Metadata } from 'next';
import { AgentForm } from '@/components/admin/agents/agent-form';
import { PageHeader } from '@/components/ui/page-header';
import { requirePerson } from '@/lib/auth';

export const metadata: Metadata = { title: 'Add an agent' };

export default async function NewAgentPage() {
  await requirePerson('agents.manage');
  return (
    <>
      <PageHeader back={{ href: '/agents', label: 'Agents' }} title="Add an agent" />
      <AgentForm
        saved={null}
        draft={{
          name: '',
          description: '',
          kind: 'model',
          target: '',
          tools: '',
          systemInstruction: '',
          generationConfig: '',
          agentConfig: '',
          environment: '',
          adoptForeign: false,
        }}
      />
    </>
  );
}
