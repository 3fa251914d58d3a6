import { ListSkeleton } from '@/components/approvals/page-skeletons';

export default function Loading() {
  return <ListSkeleton title="Inbox" columns={5} tabs />;
}
