import { PageHeader } from '@/components/ui/page-header';
import { Panel } from '@/components/ui/panel';
import { Skeleton, SkeletonText } from '@/components/ui/skeleton';

export default function Loading() {
  return (
    <>
      <PageHeader back={{ href: '/agents', label: 'Agents' }} title={<Skeleton className="my-1.5 h-4 w-48" />} />
      <div className="grid max-w-3xl gap-4">
        <Panel title="Agent">
          <SkeletonText lines={6} />
        </Panel>
        <Panel title="What runs">
          <SkeletonText lines={8} />
        </Panel>
        <Panel title="Tools">
          <SkeletonText lines={12} />
        </Panel>
        <Panel title="Configuration">
          <SkeletonText lines={5} />
        </Panel>
      </div>
    </>
  );
}
