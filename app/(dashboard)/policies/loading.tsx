import { PageHeader } from '@/components/ui/page-header';
import { SkeletonTable } from '@/components/ui/skeleton';

export default function Loading() {
  return (
    <>
      <PageHeader
        title="Policies"
        subtitle="The first rule that is true of a call says who is asked. When none is, or one cannot be evaluated, people are."
      />
      <SkeletonTable rows={6} columns={3} rowHeight="[&>tr]:h-14" />
    </>
  );
}
