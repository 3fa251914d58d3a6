import { PageHeader } from '@/components/ui/page-header';
import { Panel } from '@/components/ui/panel';
import { Skeleton, SkeletonRows } from '@/components/ui/skeleton';

export default function Loading() {
  return (
    <>
      <PageHeader
        title="Events"
        subtitle="What Gemini delivered, verified, as it was received. Refused deliveries are counted under Health."
      />
      <div className="mb-3 flex gap-2">
        <Skeleton className="h-8 w-64" />
        <Skeleton className="h-8 w-40" />
      </div>
      <Panel flush>
        <div className="h-8 border-line border-b" />
        <table className="w-full">
          <tbody className="[&>tr]:h-14">
            <SkeletonRows rows={8} columns={4} />
          </tbody>
        </table>
      </Panel>
    </>
  );
}
