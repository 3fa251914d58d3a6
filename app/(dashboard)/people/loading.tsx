import { PageHeader } from '@/components/ui/page-header';
import { Skeleton, SkeletonTable } from '@/components/ui/skeleton';

export default function Loading() {
  return (
    <>
      <PageHeader
        title="People"
        subtitle="Who may sign in, and what they may do. A change counts at once, on every surface."
      />
      <Skeleton className="mb-4 h-9 w-full" />
      <Skeleton className="mb-3 h-8 w-56" />
      <SkeletonTable rows={6} columns={4} rowHeight="[&>tr]:h-14" />
    </>
  );
}
