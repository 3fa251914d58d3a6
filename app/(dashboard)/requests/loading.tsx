import { ListSkeleton } from '@/components/approvals/page-skeletons';

export default function Loading() {
  return <ListSkeleton title="My requests" columns={3} />;
}
