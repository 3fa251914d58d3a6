import { ListSkeleton } from '@/components/approvals/page-skeletons';

export default function Loading() {
  return <ListSkeleton title="Runs" columns={6} />;
}
