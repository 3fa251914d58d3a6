import { DetailSkeleton } from '@/components/approvals/page-skeletons';

export default function Loading() {
  return <DetailSkeleton label="the run" />;
}
