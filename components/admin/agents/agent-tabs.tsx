import type { ReactNode } from 'react';
import { PageHeader } from '@/components/ui/page-header';
import { LinkTabs } from '@/components/ui/tabs';

/** The head of the two lists under Agents. */
export function AgentTabs({ at, actions }: { at: 'agents' | 'tools'; actions?: ReactNode }) {
  return (
    <>
      <PageHeader
        title="Agents"
        subtitle={
          at === 'agents'
            ? 'What runs, and with what it goes on after an approval.'
            : 'What is known of each function: its risk, the sentence that people read, who makes the result.'
        }
        actions={actions}
      />
      <LinkTabs
        label="Agents"
        className="mb-4"
        tabs={[
          { href: '/agents', label: 'Agents', active: at === 'agents' },
          { href: '/agents/tools', label: 'Functions', active: at === 'tools' },
        ]}
      />
    </>
  );
}
