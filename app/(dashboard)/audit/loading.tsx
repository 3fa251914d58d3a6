import { PageHeader } from '@/components/ui/page-header';
import { Skeleton, SkeletonTable } from '@/components/ui/skeleton';

export default function Loading() {
  return (
    <>
      <PageHeader
        title="Audit"
        subtitle="Who did what, when, from where and under which rule. Nothing here can be changed or taken away."
      />
      <div className="mb-3 flex gap-2">
        <Skeleton className="h-8 w-64" />
        <Skeleton className="h-8 w-40 max-md:hidden" />
        <Skeleton className="h-8 w-44 max-md:hidden" />
      </div>
      <SkeletonTable rows={14} columns={5} rowHeight="[&>tr]:h-9" />
    </>
  );
}
