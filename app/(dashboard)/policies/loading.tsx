import { PageHeader } from '@/components/ui/page-header';
import { Panel } from '@/components/ui/panel';
import { SkeletonRows } from '@/components/ui/skeleton';

export default function Loading() {
  return (
    <>
      <PageHeader
        title="Policies"
        subtitle="The first rule that is true of a call says who is asked. When none is, or one cannot be evaluated, people are."
      />
      <Panel flush>
        <table className="w-full">
          <tbody className="[&>tr]:h-14">
            <SkeletonRows rows={6} columns={3} />
          </tbody>
        </table>
      </Panel>
    </>
  );
}
