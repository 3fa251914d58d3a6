import { AgentTabs } from '@/components/admin/agents/agent-tabs';
import { Panel } from '@/components/ui/panel';
import { SkeletonRows } from '@/components/ui/skeleton';

export default function Loading() {
  return (
    <>
      <AgentTabs at="agents" />
      <Panel flush>
        <div className="h-8 border-line border-b" />
        <table className="w-full">
          <tbody className="[&>tr]:h-14">
            <SkeletonRows rows={8} columns={5} />
          </tbody>
        </table>
      </Panel>
    </>
  );
}
