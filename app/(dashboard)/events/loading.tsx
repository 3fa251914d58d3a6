import { PageHeader } from '@/components/ui/page-header';
import { Skeleton, SkeletonTable } from '@/components/ui/skeleton';

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
      <SkeletonTable rows={8} columns={4} rowHeight="[&>tr]:h-14" />
    </>
  );
}
