import { PageHeader } from '@/components/ui/page-header';
import { Panel } from '@/components/ui/panel';
import { Skeleton, SkeletonText } from '@/components/ui/skeleton';

export default function Loading() {
  return (
    <>
      <PageHeader back={{ href: '/events', label: 'Events' }} title={<Skeleton className="my-1.5 h-4 w-48" />} />
      <div className="grid items-start xl:grid-cols-[24rem_minmax(0,1fr)] gap-4">
        <Panel title="Delivery">
          <SkeletonText lines={12} />
        </Panel>
        <Panel title="Body">
          <SkeletonText lines={14} />
        </Panel>
      </div>
    </>
  );
}
