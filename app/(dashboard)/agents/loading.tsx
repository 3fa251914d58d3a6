import { AgentTabs } from '@/components/admin/agents/agent-tabs';
import { SkeletonTable } from '@/components/ui/skeleton';

export default function Loading() {
  return (
    <>
      <AgentTabs at="agents" />
      <SkeletonTable rows={8} columns={5} rowHeight="[&>tr]:h-14" />
    </>
  );
}
